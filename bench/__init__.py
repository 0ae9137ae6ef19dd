"""Measurements, each a module with a ``run``; figures are ratios against a peer where one exists."""
