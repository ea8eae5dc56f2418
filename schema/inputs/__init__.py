"""Input types: filters, orders and lookups, with their checks."""
