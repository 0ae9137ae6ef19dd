"""The web application of a node: composed here, from blueprints that know nothing of each other.

What the templates of all families share is here too: where they are, their functions and names.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from flask import Flask, request
from jinja2 import FileSystemLoader
from markupsafe import Markup, escape

from registry.names import CHANGES, OUTCOMES
from registry.web.access.declared import declared
from registry.web.accounts.source_registrar import SOURCE_REGISTRAR, SourceRegistrar
from registry.web.answer import assets, tiles
from registry.web.answer.admission import NodeLimits, refuse_unread
from registry.web.answer.cache import install_answer_cache
from registry.web.answer.mailing import install_mailing
from registry.web.answer.negotiate import FORMS, LICENCE
from registry.web.checks import page as checks
from registry.web.checks.checker import CHECKER, Checker
from registry.web.corrections import (
    answering,
    author_page,
    avis,
    mailbox,
    proposing,
    published,
)
from registry.web.data import feed, provenance, sparql, vocabulary
from registry.web.data.editor_words import editor_words
from registry.web.data.sparql_description import completions, example_groups, examples, prefixes
from registry.web.dress.pages import PageTemplate
from registry.web.dress.pictograms import icon
from registry.web.errors import install_errors
from registry.web.guides import pages as guides
from registry.web.harvests import difference, rules, trials
from registry.web.harvests import listing as harvests
from registry.web.joining import asking, following
from registry.web.joining.registrar import REGISTRAR, Registrar
from registry.web.network import feeds, measures, overview, poles
from registry.web.network import inbox as notify
from registry.web.places import (
    contours,
    home,
    map_data,
    resources,
    stitches,
    suggestions,
    territories,
    versions,
)
from registry.web.places import files as place_files
from registry.web.places import listing as places
from registry.web.places.map_view import map_view
from registry.web.site import discovery, i18n, iri_words, labels
from registry.web.site.iri_words import known_words
from registry.web.site.labels import FILTERS
from registry.web.site.language import LanguagePrefix, current_lang, path_in, prefix_of, root_prefix
from registry.web.site.legal import conformity
from registry.web.site.menu import FOOTER, menu
from registry.web.site.node import (
    EXTENSION,
    absolute,
    absolute_link,
    current_node,
    link,
    page_url,
    url_of_iri,
)
from registry.web.site.parameters import PageRequest
from registry.web.site.unused import unused_words
from registry.web.workspace.addresses import ADDRESSES, AddressService
from registry.web.workspace.desk import DESK, Desk
from vocab.errors import UsageError
from vocab.messages import languages
from vocab.namespaces import short

if TYPE_CHECKING:
    from registry.identity.provider import Provider
    from registry.node import Node

_MAX_FORM_BYTES = 1_000_000
_BLUEPRINTS = (
    assets.blueprint,
    home.blueprint,
    territories.blueprint,
    places.blueprint,
    overview.blueprint,
    place_files.blueprint,
    suggestions.blueprint,
    map_data.blueprint,
    contours.blueprint,
    tiles.blueprint,
    poles.blueprint,
    proposing.blueprint,
    author_page.blueprint,
    answering.blueprint,
    avis.blueprint,
    published.blueprint,
    asking.blueprint,
    following.blueprint,
    mailbox.blueprint,
    provenance.blueprint,
    measures.blueprint,
    versions.blueprint,
    resources.blueprint,
    harvests.blueprint,
    difference.blueprint,
    difference.files,
    feeds.blueprint,
    harvests.running,
    trials.blueprint,
    rules.blueprint,
    checks.blueprint,
    guides.blueprint,
    vocabulary.blueprint,
    discovery.texts,
    discovery.blueprint,
    notify.blueprint,
    feed.blueprint,
    sparql.blueprint,
    discovery.health,
)


_FAMILIES = (
    "site", "places", "network", "harvests", "data", "checks", "corrections", "joining",
    "guides", "accounts", "workspace",
)  # fmt: skip


class Site(Flask):
    """An application whose error pages log what they stand for, with the reference they show."""

    def log_exception(self, *_: object) -> None:
        """Log nothing: :func:`registry.web.errors.logged` does, once."""


def create_app(
    node: Node,
    limits: NodeLimits | None = None,
    checker: Checker | None = None,
    desk: Desk | None = None,
    registrar: Registrar | None = None,
    identities: Provider | None = None,
    addresses: AddressService | None = None,
    sources: SourceRegistrar | None = None,
) -> Flask:
    """Return the WSGI application that serves a node, in French and below ``/en`` in English.

    Args:
        node: what is served.
        limits: what clients may take; None for those of a node with one process.
        checker: what checks the files of visitors; None where none are checked.
        desk: what judges and enters what editors write; None where they only read.
        registrar: what hosts the poles that ask to join; None where none is accepted.
        identities: the provider by which people may sign in beside passwords; None for none.
        addresses: what finds the addresses of editors' places; None where nothing does.
        sources: what registers the sources that operators type; None where only commands do.
    """
    app = Site(__name__, static_folder=None)
    app.request_class = PageRequest
    refuse_unread(app)
    app.extensions[EXTENSION] = node
    (limits or NodeLimits.of(node.config.threads)).install(app)
    _install_caches(app)
    given = {CHECKER: checker, DESK: desk, REGISTRAR: registrar, ADDRESSES: addresses}
    app.extensions[SOURCE_REGISTRAR] = sources
    app.extensions.update(given)
    _configure(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    _install(app, node, identities)
    base_path = urlsplit(node.config.base_url).path.rstrip("/")
    _check_base_path(app, base_path)
    wrapped = LanguagePrefix(app.wsgi_app, base_path)
    app.wsgi_app = wrapped  # type: ignore[method-assign,assignment]  # Flask's way
    return app


def _install_caches(app: Flask) -> None:
    """Add what is computed once and used by several pages."""
    app.extensions[measures.CACHE] = measures.MeasureCache()
    app.extensions[stitches.EXTENSION] = stitches.LocatedPlaces()


def _install(app: Flask, node: Node, identities: Provider | None) -> None:
    """Add what comes with the settings of a node, and what all pages share."""
    tiles.install_tiles(app, node.config)
    install_mailing(app)
    _install_accounts(app, node, identities)
    _install_templates(app)
    install_answer_cache(app, node.config.kept_answers_mb)
    install_errors(app)


def _configure(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = _MAX_FORM_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False


def _install_accounts(app: Flask, node: Node, identities: Provider | None) -> None:
    """Let people sign in, where the settings say so; see that every route says who may use it."""
    if not node.config.accounts_enabled:
        declared(app, _BLUEPRINTS)
        return
    # Forms and limits are loaded by nodes that have some.
    from registry.web.accounts.install import install_accounts

    install_accounts(app, node, _BLUEPRINTS, identities)


def _check_base_path(app: Flask, base_path: str) -> None:
    """Refuse a path that could be one of the site's pages: a proxy may cut it off or not."""
    first = base_path.partition("/")[2].partition("/")[0]
    own_paths = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} | set(languages())
    if first and first in own_paths:
        raise UsageError(
            "base_url: the path /{first} is one of the site's own pages: choose another path",
            first=first,
        )


def _install_templates(app: Flask) -> None:
    """Make an application find the templates of its families, and give them what they call."""
    here = Path(__file__).parent
    app.jinja_loader = FileSystemLoader([here / name / "templates" for name in _FAMILIES])
    app.jinja_env.template_class = PageTemplate
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(_GLOBALS, languages=languages(), **i18n.FUNCTIONS)
    app.context_processor(_context)


def _context() -> dict[str, object]:
    config = current_node().config
    return {
        "config_title": config.title,
        "lang": current_lang(),
        "path_of_page": lambda lang: prefix_of(lang) + quote(request.path),
        "sample_notice": config.sample_notice,
        "takes_corrections": config.corrections_enabled,
        "publishes_corrections": config.publishes_corrections,
        "takes_requests": config.takes_requests,
    }


def _iri_link(iri: str, text: str = "") -> Markup:
    """A link to our page about an IRI, else to the IRI itself; in words where we know it."""
    address = url_of_iri(iri.partition("#")[0]) or _vocabulary_page(iri) or labels.safe_href(iri)
    label = text or known_words(iri) or short(iri)
    if not address:
        return escape(label)
    return Markup('<a href="{}" title="{}">{}</a>').format(address, iri, label)


def _vocabulary_page(iri: str) -> str:
    path = vocabulary.page_of_iri(iri)
    return f"{request.script_root}{path}" if path else ""


_GLOBALS = {
    "absolute": absolute,
    "absolute_link": absolute_link,
    "asset": assets.asset,
    "url_for": link,
    "cause_names": poles.CAUSES,
    "change_names": i18n.lazy(CHANGES),
    "concept_label": labels.concept_label,
    "departement_label": labels.departement_label,
    "editor_words": editor_words,
    "example_groups": example_groups,
    "examples": examples,
    "footer": FOOTER,
    "conformity": conformity,
    "forms": tuple(FORMS.values()),
    "icon": icon,
    "iri_link": _iri_link,
    "language_name": i18n.language_name,
    "licence": LICENCE,
    "map_view": map_view,
    "menu": menu,
    "metrics": measures.METRICS,
    "outcome_names": i18n.lazy(OUTCOMES),
    "page_url": page_url,
    "root_prefix": root_prefix,
    "path_in": path_in,
    "query_prefixes": prefixes,
    "query_completions": completions,
    "severity_names": rules.SEVERITY_NAMES,
    "source_title": labels.source_title,
    "short_address": labels.short_address,
    "unused_words": unused_words,
    "title_or_name": iri_words.title_or_name,
    "status_names": poles.STATUS_NAMES,
}
