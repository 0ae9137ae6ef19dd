"""Addresses of the site's own pages."""

from typing import Any
from urllib.parse import urlencode

from flask import current_app, request, url_for

from registry.search import Resource
from registry.web.site.node import absolute, current_node

_LINKS: dict[tuple[str, str], str | None] = {}
_UNQUOTED = "!$'()*,/:;?@"  # as werkzeug leaves them in a query


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


def page_url(pole: str, path: str) -> str:
    """Return the path, in the current language, of the page of a record."""
    return url_for("resources.page", slug=pole, path=path)


def canonical_url(resource: Resource) -> str:
    """Return the public address of a record's page, in French: the one that search engines keep."""
    return absolute(page_url(resource.pole, resource.path).removeprefix(request.script_root))


def url_of_iri(iri: str) -> str | None:
    """Return the page of a record that this node knows, else None."""
    resource = current_node().index.resource(iri)
    return page_url(resource.pole, resource.path) if resource and not resource.gone else None
