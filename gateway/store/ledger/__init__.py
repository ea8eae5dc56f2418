"""The ledger in SQL. `ledger.py` is its face, `tables.py` what it stands on, `merging.py` how notifications become runs."""
