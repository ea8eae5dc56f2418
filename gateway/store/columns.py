"""What all tables share. Times are whole microseconds since 1970, UTC: exact, and the same in both databases."""

from sqlalchemy import MetaData, Text

metadata = MetaData()
"""Of all tables. Changes need a migration; a test compares the two."""

text = Text().with_variant(Text(collation="C"), "postgresql")
"""Sorts by code point, as in Python."""
