"""Cannot be imported."""

raise SystemExit("not here")
