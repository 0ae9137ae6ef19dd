"""Answering over HTTP: forms, codings, caches, limits."""
