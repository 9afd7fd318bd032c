"""Public gene files from their publishers, and the record of what came when.  Start at ``run.py``.

``manifest.toml`` says what there is and where; ``ledger.py`` keeps what was fetched, and is all that
the rebuild reads of this package.  Nothing here prints, ends the process or waits but through
``settings.Clock``.
"""
