"""Guides for the people who keep places, with pictures of the screens."""
