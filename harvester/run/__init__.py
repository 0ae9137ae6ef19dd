"""Running harvests: one, many, on a schedule."""
