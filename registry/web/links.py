"""Addresses of the site's own pages."""

from flask import request, url_for

from registry.search import Resource
from registry.web.node import absolute, current_node


def page_url(pole: str, path: str) -> str:
    """Give the path, in the current language, of the page of a record."""
    return url_for("resources.page", slug=pole, path=path)


def canonical_url(resource: Resource) -> str:
    """Give the public address of a record's page, in French: the one that search engines keep."""
    return absolute(page_url(resource.pole, resource.path).removeprefix(request.script_root))


def url_of_iri(iri: str) -> str | None:
    """Give the page of a record that this node knows, else None."""
    resource = current_node().index.resource(iri)
    return page_url(resource.pole, resource.path) if resource and not resource.gone else None
