"""What can be changed at Talend: `table.py` first."""
