"""The web application of a node: composed here, from blueprints that know nothing of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask

from registry.web.answer import assets
from registry.web.answer.cache import install_answer_cache
from registry.web.data import feed, provenance, sparql, vocabulary
from registry.web.errors import install_errors
from registry.web.harvests import difference, rules, running, trials
from registry.web.harvests import files as harvest_files
from registry.web.harvests import listing as harvests
from registry.web.limits import NodeLimits
from registry.web.network import feeds, measures, poles
from registry.web.network import inbox as notify
from registry.web.places import home, resources
from registry.web.places import listing as places
from registry.web.site import discovery, texts
from registry.web.site.i18n import install_translations
from registry.web.site.language import LanguagePrefix
from registry.web.site.node import EXTENSION
from registry.web.templates import install_templates
from vocab.errors import UsageError
from vocab.messages import languages

if TYPE_CHECKING:
    from registry.node import Node

_MAX_FORM_BYTES = 1_000_000
_BLUEPRINTS = (
    assets.blueprint,
    home.blueprint,
    places.blueprint,
    poles.blueprint,
    provenance.blueprint,
    measures.blueprint,
    resources.blueprint,
    harvests.blueprint,
    difference.blueprint,
    harvest_files.blueprint,
    feeds.blueprint,
    running.blueprint,
    trials.blueprint,
    rules.blueprint,
    vocabulary.blueprint,
    texts.blueprint,
    discovery.blueprint,
    notify.blueprint,
    feed.blueprint,
    sparql.blueprint,
    discovery.health,
)


def create_app(node: Node, limits: NodeLimits | None = None) -> Flask:
    """Return the WSGI application that serves a node, in French and below ``/en`` in English.

    Args:
        node: what is served.
        limits: what clients may take; None for those of a node with one process.
    """
    app = Flask(__name__, static_folder=None)
    app.extensions[EXTENSION] = node
    (limits or NodeLimits.of(node.config.threads)).install(app)
    app.extensions[measures.CACHE] = measures.MeasureCache()
    app.config["MAX_CONTENT_LENGTH"] = _MAX_FORM_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    install_translations(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    install_templates(app)
    install_answer_cache(app, node.config.kept_answers_mb)
    install_errors(app)
    base_path = urlsplit(node.config.base_url).path.rstrip("/")
    _check_base_path(app, base_path)
    wrapped = LanguagePrefix(app.wsgi_app, base_path)
    app.wsgi_app = wrapped  # type: ignore[method-assign,assignment]  # Flask's way
    return app


def _check_base_path(app: Flask, base_path: str) -> None:
    """Refuse a path of the site that could be taken for one of its pages.

    Raises:
        UsageError: nothing would distinguish a proxy that cuts it off from one that does not.
    """
    first = base_path.partition("/")[2].partition("/")[0]
    own_paths = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} | set(languages())
    if first and first in own_paths:
        raise UsageError(
            "base_url: the path /{first} is one of the site's own pages: choose another path",
            first=first,
        )
