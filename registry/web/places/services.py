"""The services of the national list as people see them: a pictogram, a need, two words."""

from dataclasses import dataclass

from registry.web.site.i18n import lazy_gettext


@dataclass(frozen=True, slots=True)
class ServiceLook:
    """How a service is shown.

    Attributes:
        need: ``rights``, ``learn`` or ``create``: which of the three needs it answers.
        icon: name of its pictogram.
        label: its name in a word or two.
    """

    need: str
    icon: str
    label: lazy_gettext


LOOKS = {
    "aide-aux-demarches-administratives": ServiceLook(
        "rights", "landmark", lazy_gettext("Paperwork")
    ),
    "acces-internet-et-materiel-informatique": ServiceLook(
        "rights", "wifi", lazy_gettext("Internet, equipment")
    ),
    "acquisition-de-materiel-informatique-a-prix-solidaire": ServiceLook(
        "rights", "laptop", lazy_gettext("Solidarity prices")
    ),
    "maitrise-des-outils-numeriques-du-quotidien": ServiceLook(
        "learn", "smartphone", lazy_gettext("Everyday tools")
    ),
    "utilisation-securisee-du-numerique": ServiceLook(
        "learn", "shield-check", lazy_gettext("Safety")
    ),
    "parentalite-et-education-avec-le-numerique": ServiceLook(
        "learn", "users", lazy_gettext("Parents, school")
    ),
    "comprehension-du-monde-numerique": ServiceLook(
        "learn", "lightbulb", lazy_gettext("Understanding")
    ),
    "loisirs-et-creations-numeriques": ServiceLook("create", "palette", lazy_gettext("Making")),
    "insertion-professionnelle-via-le-numerique": ServiceLook(
        "create", "briefcase", lazy_gettext("Work")
    ),
}
"""By the slug of the service."""


def look_of(iri: str) -> ServiceLook | None:
    """Return how a service is shown; None for one that the list does not know."""
    return LOOKS.get(iri.rpartition("/")[2])
