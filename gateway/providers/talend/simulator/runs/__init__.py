"""Runs of tasks, plans and promotions: what has run, what runs, and the operations of the Processing API on them."""
