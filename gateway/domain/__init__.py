"""Frozen values and ports. Standard library and msgspec only; every other part of the gateway speaks in these words."""
