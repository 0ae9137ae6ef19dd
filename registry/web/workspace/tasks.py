"""What is worth most to the public in the places of a pole: one task for each thing they lack."""

from dataclasses import dataclass

from registry.search.query import Query
from registry.web.site.i18n import lazy_gettext
from registry.web.site.labels import MISSING_NAMES
from registry.web.site.node import current_node


@dataclass(frozen=True, slots=True)
class Task:
    """Places that lack something.

    Attributes:
        missing: value of the filter ``manque``.
        name: what they lack, in words.
        icon: name of its pictogram.
        effect: what the public gains.
        count: how many lack it.
        total: how many places there are.
    """

    missing: str
    name: lazy_gettext
    icon: str
    effect: lazy_gettext
    count: int
    total: int

    @property
    def stated(self) -> int:
        """How many places state it."""
        return self.total - self.count


_EFFECTS = {
    "horaires": (
        "clock-alert",
        lazy_gettext(
            "The first question of the public: without hours, a place is not among those open now."
        ),
    ),
    "services": (
        "landmark",
        lazy_gettext("Who looks for a service finds only the places that state it."),
    ),
    "telephone": ("phone", lazy_gettext("People call before they come.")),
    "coordonnees": ("map-pin", lazy_gettext("Without a position, a place is not on the map.")),
}
"""What a place may lack, the most useful first: a pictogram, and what the public gains."""


def tasks(slug: str, total: int) -> list[Task]:
    """Return the tasks of a pole that has so many places, the most useful first."""
    facet = current_node().index.facets(Query(filters={"pole": (slug,)})).get("manque", ())
    counts = {one.value: one.count for one in facet}
    return [
        Task(missing, MISSING_NAMES[missing], icon, effect, counts[missing], total)
        for missing, (icon, effect) in _EFFECTS.items()
        if counts.get(missing)
    ]
