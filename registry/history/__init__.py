"""What changed, how good it was, where it came from."""
