"""Decisions on what a source delivered; pure, or nearly so."""
