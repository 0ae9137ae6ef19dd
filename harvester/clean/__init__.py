"""Cleaning of real values: one module per kind of value, one note per difference."""
