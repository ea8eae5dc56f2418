"""The simulated account, made up from a seed, a profile and a start time; equal inputs give equal bytes."""
