"""Streams of records that become calls to a vendor. `destinations.py` is where to begin."""
