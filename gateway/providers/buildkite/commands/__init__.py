"""What can be changed at Buildkite: `table.py` first."""
