"""What a node knows of its sources over time."""
