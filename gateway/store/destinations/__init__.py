"""Destinations in SQL. `destinations.py` is their face, `tables.py` what they stand on, `queue.py` how batches are cut."""
