"""What is remembered of mutations."""
