"""The web application of a node."""

from registry.web.app import create_app

__all__ = ["create_app"]
