"""Batched, deduplicated reads of one request. Provider-blind: they find the port, the provider's adapter does the rest."""
