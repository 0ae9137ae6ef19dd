"""Pages of poles and their state."""
