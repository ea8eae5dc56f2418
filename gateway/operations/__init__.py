"""What carries out mutations: `mutations.py` first."""
