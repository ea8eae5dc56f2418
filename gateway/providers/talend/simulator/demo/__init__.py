"""The lived-in tenant of the `uneven` profile. Each module makes one kind of thing; `profiles` calls them in order."""
