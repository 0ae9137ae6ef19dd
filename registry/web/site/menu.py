"""The menu of every page, and what its foot lists."""

from dataclasses import dataclass

from flask import request

from registry.web.site.i18n import lazy_gettext
from registry.web.site.node import current_node


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry of the menu: where it leads, and whether the page that is shown lies behind it.

    ``is_framed``: it is drawn as a button.
    """

    endpoint: str
    label: lazy_gettext
    is_current: bool
    is_page: bool
    is_framed: bool = False


_ENTRIES = (
    ("places.listing", lazy_gettext("Find a place")),
    ("home.coverage", lazy_gettext("Territories")),
    ("network.overview", lazy_gettext("The network")),
    ("texts.data", lazy_gettext("Data")),
)
_BEHIND = {
    "places": "places.listing", "resources": "places.listing", "versions": "places.listing",
    "territories": "home.coverage",
    "poles": "network.overview", "measures": "network.overview", "harvests": "network.overview",
    "difference": "network.overview", "running": "network.overview", "trials": "network.overview",
    "rules": "network.overview", "joining": "network.overview",
    "joining_request": "network.overview", "guides": "network.overview",
    "checks": "texts.data",
    "vocabulary": "texts.data", "sparql": "texts.data",
    "sign_in": "space.home", "space": "space.home", "own_account": "space.home",
    "invitation": "space.home", "recovery": "space.home", "people": "space.home",
    "joining_desk": "space.home", "pole_settings": "space.home",
}  # fmt: skip
"""Blueprint -> the entry of the menu that its pages lie behind."""
_SPACE, _POLES_SPACE = "space.home", lazy_gettext("Poles’ space")
"""Where people sign in; on nodes with accounts only."""
_TEXTS_BEHIND = {"texts.downloads": "texts.data"}

FOOTER = (
    (
        lazy_gettext("Find"),
        (
            ("places.listing", lazy_gettext("All places")),
            ("home.coverage", lazy_gettext("By territory")),
            ("texts.about", lazy_gettext("About this site")),
            ("texts.legal_notice", lazy_gettext("Legal notice")),
        ),
    ),
    (
        lazy_gettext("The network"),
        (
            ("network.overview", lazy_gettext("The agreement and the poles")),
            ("harvests.listing", lazy_gettext("State of the sources")),
            ("rules.catalogue", lazy_gettext("Quality rules")),
        ),
    ),
    (
        lazy_gettext("Reuse"),
        (
            ("texts.downloads", lazy_gettext("Download")),
            ("sparql.endpoint", lazy_gettext("Query in SPARQL")),
            ("vocabulary.overview", lazy_gettext("Vocabulary")),
            ("checks.page", lazy_gettext("Check a file")),
            ("texts.accessibility", lazy_gettext("Accessibility")),
        ),
    ),
)
"""Heading -> (endpoint, words) of the foot's columns."""


def menu() -> list[MenuEntry]:
    """Return the entries of the menu as the page of the request shows them."""
    here = request.endpoint or ""
    section = _TEXTS_BEHIND.get(here) or _BEHIND.get(request.blueprint or "", here)
    entries = [
        MenuEntry(endpoint, label, endpoint == section, endpoint == here)
        for endpoint, label in _ENTRIES
    ]
    if current_node().config.accounts_enabled:
        entries.append(
            MenuEntry(_SPACE, _POLES_SPACE, section == _SPACE, here == _SPACE, is_framed=True)
        )
    return entries
