"""Pages of harvests, findings and rules."""
