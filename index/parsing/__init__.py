"""What several formats share in reading: bounded input, tables, pages, trees, prose.

A source never imports another source; what two of them need stands here.
"""
