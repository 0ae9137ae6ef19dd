"""What a node knows and shows."""
