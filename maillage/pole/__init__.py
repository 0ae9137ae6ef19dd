"""What a pole does, step by step."""
