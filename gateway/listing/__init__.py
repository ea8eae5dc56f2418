"""Lists that several providers answer together. Provider-blind: it knows streams of chunks, not nouns."""
