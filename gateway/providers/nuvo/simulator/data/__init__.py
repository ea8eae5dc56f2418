"""The made-up account."""
