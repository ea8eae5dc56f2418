"""Streams of records that become calls to a vendor. So far: how records are shaped into bodies."""
