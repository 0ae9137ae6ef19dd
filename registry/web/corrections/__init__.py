"""Corrections that visitors propose: the form, the author's page, what the pole is told."""
