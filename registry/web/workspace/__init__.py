"""Where editors of a pole keep its places."""
