"""The kinds of source: each module reads one kind and gives a Delivery."""
