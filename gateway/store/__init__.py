"""What the gateway must not forget, in SQLite or PostgreSQL."""

from gateway.store.store import Store

__all__ = ["Store"]
