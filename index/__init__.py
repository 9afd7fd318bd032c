"""The write side: sources -> gene records -> searchable documents -> a published index."""
