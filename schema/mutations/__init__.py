"""Mutations: one file each, with its input and payload."""
