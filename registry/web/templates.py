"""What the templates of all families share: where they are found, their functions and names."""

from pathlib import Path
from urllib.parse import quote

from flask import Flask, request
from jinja2 import FileSystemLoader
from markupsafe import Markup, escape

from registry.names import CHANGES, OUTCOMES
from registry.web.answer import assets
from registry.web.answer.negotiate import FORMS, LICENCE
from registry.web.data import vocabulary
from registry.web.data.sparql_description import completions, examples, prefixes
from registry.web.harvests import rules
from registry.web.network import measures, poles
from registry.web.site import i18n, labels
from registry.web.site.i18n import lazy_gettext
from registry.web.site.labels import FILTERS
from registry.web.site.language import current_lang, path_in, prefix_of, root_prefix
from registry.web.site.links import link, page_url, url_of_iri
from registry.web.site.node import absolute, absolute_link, current_node
from vocab.messages import languages

_FAMILIES = ("site", "places", "network", "harvests", "data")
_MENU = (
    ("places.listing", lazy_gettext("Places")),
    ("texts.network", lazy_gettext("The network")),
    ("harvests.listing", lazy_gettext("Harvests")),
    ("texts.downloads", lazy_gettext("Data")),
    ("vocabulary.overview", lazy_gettext("Vocabulary")),
    ("sparql.endpoint", "SPARQL"),
)
_FOOTER_MENU = (
    ("home.coverage", lazy_gettext("Coverage of the country")),
    ("texts.about", lazy_gettext("About")),
    ("texts.accessibility", lazy_gettext("Accessibility")),
    ("rules.catalogue", lazy_gettext("Quality rules")),
    ("texts.downloads", lazy_gettext("Downloads")),
)


def install_templates(app: Flask) -> None:
    """Make an application find the templates of its families, and give them what they call."""
    here = Path(__file__).parent
    app.jinja_loader = FileSystemLoader([here / name / "templates" for name in _FAMILIES])
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(_GLOBALS, languages=languages())
    app.context_processor(_context)


def _context() -> dict[str, object]:
    config = current_node().config
    return {
        "config_title": config.title,
        "family_names": [str(name) for name in labels.FAMILY_NAMES],
        "lang": current_lang(),
        "path_of_page": lambda lang: prefix_of(lang) + quote(request.path),
        "sample_notice": config.sample_notice,
    }


def _iri_link(iri: str, text: str = "") -> Markup:
    """A link to our page about an IRI, else to the IRI itself, else the IRI as text."""
    address = url_of_iri(iri.partition("#")[0]) or _vocabulary_page(iri) or labels.safe_href(iri)
    label = text or iri
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
    "examples": examples,
    "footer_menu": _FOOTER_MENU,
    "forms": tuple(FORMS.values()),
    "iri_link": _iri_link,
    "language_name": i18n.language_name,
    "licence": LICENCE,
    "menu": _MENU,
    "metrics": measures.METRICS,
    "outcome_names": i18n.lazy(OUTCOMES),
    "page_url": page_url,
    "root_prefix": root_prefix,
    "path_in": path_in,
    "query_prefixes": prefixes,
    "query_completions": completions,
    "severity_names": rules.SEVERITY_NAMES,
    "short_address": labels.short_address,
    "status_names": poles.STATUS_NAMES,
}
