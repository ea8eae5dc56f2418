"""What a promotion would do, and doing it."""
