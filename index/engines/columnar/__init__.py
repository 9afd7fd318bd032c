"""The columnar index: immutable sorted arrays, written at once (the layout is in index/columnar.py)."""
