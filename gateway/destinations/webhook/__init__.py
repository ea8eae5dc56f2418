"""The response webhook: where the answer of each call of a destination is told, and how that cannot be turned inwards."""
