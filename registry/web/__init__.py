"""The web application of a node."""
