"""What can be changed at Codefresh: `table.py` first."""
