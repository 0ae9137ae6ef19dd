"""How complete the places of a pole are: what they state, and where to find those that do not."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from registry.search import EXPECTED, Query
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext, percent
from registry.web.site.node import current_node

FRESH_DAYS = 365
_NAMES = {
    "horaires": lazy_gettext("Opening hours"),
    "telephone": lazy_gettext("Phone"),
    "services": lazy_gettext("Services"),
    "coordonnees": lazy_gettext("Coordinates"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """How many places state something; ``missing_url`` lists the others, empty when none is."""

    name: str
    stated: int
    total: int
    missing_url: str

    @property
    def percent(self) -> str:
        """The share in whole percent, rounded down: 100 means every place."""
        return percent(100 * self.stated // self.total / 100)

    @property
    def missing(self) -> int:
        """How many places do not state it."""
        return self.total - self.stated


def shares(slug: str, total: int, now: datetime) -> list[Share]:
    """Return the shares of a pole's places; none when it has no place."""
    if not total:
        return []
    index = current_node().index
    facet = index.facets(Query(filters={"pole": (slug,)})).get("manque", ())
    missing = {item.value: item.count for item in facet}
    found = [
        Share(
            str(_NAMES[value]),
            total - missing.get(value, 0),
            total,
            url_for("places.listing", pole=slug, manque=value) if missing.get(value) else "",
        )
        for value in EXPECTED
    ]
    fresh = index.count_recent(slug, now, FRESH_DAYS)
    oldest = url_for("places.listing", pole=slug, tri="ancien") if fresh < total else ""
    return [*found, Share(_("Updated within the last year"), fresh, total, oldest)]
