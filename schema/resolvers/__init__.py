"""How fields get their values: batches over the parents of a level, lists, references. What they show is in `schema.types`."""
