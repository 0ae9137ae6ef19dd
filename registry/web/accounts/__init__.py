"""Pages of those who sign in: poles' editors, operators of the node."""
