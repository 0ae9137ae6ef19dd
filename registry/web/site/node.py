"""The node that a request reaches, and the addresses of its pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode, urljoin

from flask import current_app, request, url_for
from werkzeug.exceptions import NotFound

from registry.search.query import Resource

if TYPE_CHECKING:
    from registry.ledger.types import Source
    from registry.node import Node

EXTENSION = "maillage"
_LINKS: dict[tuple[str, str], str | None] = {}
_UNQUOTED = "!$'()*,/:;?@"  # as werkzeug leaves them in a query


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


def link(endpoint: str, **values: Any) -> str:
    """Give the path of a page of the site, as ``url_for``; addresses that never vary are known."""
    if endpoint.startswith("."):
        return url_for(endpoint, **values)
    key = request.script_root, endpoint
    if key not in _LINKS:
        rules = current_app.url_map.iter_rules(endpoint)
        _LINKS[key] = None if any(rule.arguments for rule in rules) else url_for(endpoint)
    found = _LINKS[key]
    if found is None:
        return url_for(endpoint, **values)
    return f"{found}?{urlencode(values, safe=_UNQUOTED)}" if values else found


_DOTS = re.compile(r"(?:/\.{1,2})+(?:/|$)")


def page_url(pole: str, path: str) -> str:
    """Return the path, in the current language, of the page of a record.

    What its pole put between slashes may be dots, which whoever follows the address would resolve
    away (URL Standard, 4.4): the slashes beside them are written as part of a name.
    """
    address = url_for("resources.page", slug=pole, path=path)
    return _DOTS.sub(lambda found: found[0].replace("/", "%2F"), address)


def canonical_url(resource: Resource) -> str:
    """Return the public address of a record's page, in French: the one that search engines keep."""
    return absolute(page_url(resource.pole, resource.path).removeprefix(request.script_root))


def url_of_iri(iri: str) -> str | None:
    """Return the page of a record that this node knows, else None."""
    resource = current_node().index.resource(iri)
    return page_url(resource.pole, resource.path) if resource and not resource.gone else None
