"""What the public would see of a place that is being written, and what it gains by it."""

from dataclasses import dataclass

from registry.search.facts import PlaceFacts, facts_of
from registry.web.places.opening import Badge, badge_of
from registry.web.site import clock
from registry.web.site.i18n import lazy_gettext
from registry.web.site.language import current_lang
from registry.web.workspace.desk import Proposed
from registry.web.workspace.draft import Draft
from shapes.quality import quality
from shapes.verdicts import validate
from vocab.records import Record
from vocab.territory import centre_point

_LACKING = {
    "hours": lazy_gettext("its opening hours"),
    "services": lazy_gettext("its services"),
    "phone": lazy_gettext("its phone number"),
    "position": lazy_gettext("its position on the map"),
    "access": lazy_gettext("how people come in: with an appointment or without"),
    "fees": lazy_gettext("what it costs"),
    "audiences": lazy_gettext("whom it welcomes"),
    "carrier": lazy_gettext("the organisation that runs it"),
    "description": lazy_gettext("some words that present it"),
}
"""What a record may lack, what the public misses most first (docs/quality.md)."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The card of a place as it would be published.

    Attributes:
        facts: what it says.
        badge: its state now.
        before: share of the questions that are answered today, from 0 to 1; None for a new place.
        after: the same once this is published; None for a place that would stay out.
        lacking: what the public would miss most, in words; None where it lacks nothing.
    """

    facts: PlaceFacts
    badge: Badge
    before: float | None
    after: float | None
    lacking: lazy_gettext | None

    @property
    def services(self) -> tuple[str, ...]:
        """Concepts of its services."""
        return self.facts.concepts.get("service", ())

    @property
    def centre(self) -> tuple[float, float] | None:
        """Latitude and longitude of the centre of its commune, where that is known."""
        return centre_point(self.facts.insee)


def preview_of(draft: Draft, judged: Proposed | None = None) -> Preview | None:
    """Return what the public would see; None while what was typed is no place.

    Args:
        draft: the place that is written.
        judged: what was typed, judged; None before anything was.
    """
    record = judged.record if judged else draft.before
    if record is None:
        return None
    facts = facts_of(record, current_lang())
    badge = badge_of(
        facts.hours,
        facts.departement,
        clock.now(),
        facts.concepts.get("acces", ()),
        writes_hours=bool(facts.hours_text),
    )
    return Preview(
        facts,
        badge,
        _completeness(draft.before),
        _completeness(record),
        next((words for name, words in _LACKING.items() if not _has(name, facts)), None),
    )


def _completeness(record: Record | None) -> float | None:
    if record is None:
        return None
    found = quality(record, validate([record]), clock.now().date())
    return found.completeness if found else None


def _has(name: str, facts: PlaceFacts) -> bool:
    concepts = facts.concepts
    return bool(
        {
            "hours": facts.hours or facts.hours_text,
            "services": concepts.get("service"),
            "phone": facts.phones,
            "position": facts.latitude is not None,
            "access": concepts.get("acces"),
            "fees": concepts.get("frais"),
            "audiences": concepts.get("public"),
            "carrier": facts.carrier,
            "description": facts.summary or facts.description,
        }[name]
    )
