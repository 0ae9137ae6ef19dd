"""How a request reaches the node that it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urljoin

from flask import current_app
from werkzeug.exceptions import NotFound

if TYPE_CHECKING:
    from registry.ledger.types import Source
    from registry.node import Node

EXTENSION = "maillage"


def current_node() -> Node:
    """Return the node that the running application serves."""
    return cast("Node", current_app.extensions[EXTENSION])


def sources_of(pole: str) -> list[Source]:
    """Return the sources in force that speak for a pole."""
    return [source for source in current_node().ledger.sources() if source.pole == pole]


def sources_or_404(pole: str) -> list[Source]:
    """Return the sources in force that speak for a pole.

    Raises:
        NotFound: there is none.
    """
    if found := sources_of(pole):
        return found
    raise NotFound


def absolute(path: str) -> str:
    """Return the public address of a path of the site: from the settings, never from ``Host``."""
    return current_node().config.base_url + path.lstrip("/")


def absolute_link(link: str) -> str:
    """Return the public address of a link as ``url_for`` makes them, below the site's own path."""
    return urljoin(current_node().config.base_url, link)
