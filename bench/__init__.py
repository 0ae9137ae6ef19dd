"""Measurements, each a module with a ``run``: ratios against a peer where one exists."""
