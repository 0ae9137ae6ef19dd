"""The three needs that the agreement of 2015 names, as what people come to do, and who helps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.search.query import FacetValue
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext, ngettext, number


@dataclass(frozen=True, slots=True)
class Errand:
    """What somebody comes to do.

    Attributes:
        icon: name of its pictogram.
        title: in people's words.
        services: slugs of the services that say so, the most telling first.
        kind: slug of a kind of place that often helps, asked where no place states the service.
    """

    icon: str
    title: lazy_gettext
    services: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """One of the three needs, with the name of its colour."""

    hue: str
    title: lazy_gettext
    subtitle: lazy_gettext
    errands: tuple[Errand, ...]


@dataclass(frozen=True, slots=True)
class ShownErrand:
    """An errand with the filter that its link sets, empty for none, and who helps, in words."""

    errand: Errand
    view: dict[str, str]
    words: str


NEEDS = (
    Need(
        "rights",
        lazy_gettext("Claim my rights"),
        lazy_gettext("Be helped, or learn to do it alone"),
        (
            Errand("landmark", lazy_gettext("Do paperwork online"),
                   ("aide-aux-demarches-administratives",), "rfs"),
            Errand("wifi", lazy_gettext("A computer, internet, a printer"),
                   ("acces-internet-et-materiel-informatique",), "bib"),
            Errand("laptop", lazy_gettext("A low-cost computer"),
                   ("acquisition-de-materiel-informatique-a-prix-solidaire",)),
        ),
    ),
    Need(
        "learn",
        lazy_gettext("Learn and understand"),
        lazy_gettext("Alone, in a workshop or with the family"),
        (
            Errand("smartphone", lazy_gettext("Get to know a phone, a tablet, a computer"),
                   ("maitrise-des-outils-numeriques-du-quotidien",), "rfs"),
            Errand("shield-check", lazy_gettext("Browse without risk"),
                   ("utilisation-securisee-du-numerique",), "rfs"),
            Errand("users", lazy_gettext("Guide my children"),
                   ("parentalite-et-education-avec-le-numerique",), "bib"),
        ),
    ),
    Need(
        "create",
        lazy_gettext("Create and start a project"),
        lazy_gettext("Make, work, take the plunge"),
        (
            Errand("hammer", lazy_gettext("Make things, print in 3D"),
                   ("loisirs-et-creations-numeriques",), "fablab"),
            Errand("coffee", lazy_gettext("Work in peace"), (), "tiers-lieux"),
            Errand("briefcase", lazy_gettext("Look for a job, start a business"),
                   ("insertion-professionnelle-via-le-numerique",), "rfs"),
        ),
    ),
)  # fmt: skip


_ENOUGH = 50
"""Places of the whole country; of fewer, most people live near none, and are better sent on."""


def shown_needs(
    facets: Mapping[str, Sequence[FacetValue]],
) -> list[tuple[Need, list[ShownErrand]]]:
    """Return the needs with how many places state a service, else who may be asked.

    Args:
        facets: the counts of all places, by facet.
    """
    services = {item.value: item.count for item in facets.get("service", ())}
    kinds = {item.value: item for item in facets.get("type", ())}
    return [(need, [_shown(errand, services, kinds) for errand in need.errands]) for need in NEEDS]


def _shown(
    errand: Errand, services: Mapping[str, int], kinds: Mapping[str, FacetValue]
) -> ShownErrand:
    kind = kinds.get(errand.kind)
    for slug in errand.services:
        count = services.get(slug, 0)
        if count and (count >= _ENOUGH or kind is None or kind.count < count):
            words = ngettext(
                "{count} place offers it", "{count} places offer it", count, count=number(count)
            )
            return ShownErrand(errand, {"service": slug}, words)
    if kind is None:
        return ShownErrand(errand, {}, _("not stated yet"))
    return ShownErrand(errand, {"type": kind.value}, _kind_words(kind, is_sure=not errand.services))


def _kind_words(kind: FacetValue, *, is_sure: bool) -> str:
    """How many places of a kind there are; where none says that it offers it, they are asked."""
    counted = number(kind.count)
    names = {
        "bib": ngettext("{count} library", "{count} libraries", kind.count, count=counted),
        "rfs": ngettext("{count} France services", "{count} France services", kind.count,
                        count=counted),
        "fablab": ngettext("{count} fablab", "{count} fablabs", kind.count, count=counted),
        "tiers-lieux": ngettext("{count} third place", "{count} third places", kind.count,
                                count=counted),
    }  # fmt: skip
    return names[kind.value] if is_sure else _("{places} to be asked", places=names[kind.value])
