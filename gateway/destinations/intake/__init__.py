"""How records come in: read from a stream, checked one by one, and put into a destination's queue in groups."""
