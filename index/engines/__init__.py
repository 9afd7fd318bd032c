"""The write side of the text engines, one file each."""
