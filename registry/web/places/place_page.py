"""What the page of a place shows of it: hours, services, ways in, what is near."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from registry.hours.closure import closure_of
from registry.hours_words import closure_words, hours_words, varies
from registry.search.facts import PlaceFacts
from registry.search.hours import Day, local_time, next_public_holiday, week
from registry.search.query import PlaceView, Query
from registry.web.dress.qr import qr_code
from registry.web.places.advice import advice
from registry.web.places.in_french import of_place
from registry.web.places.locator import beside, is_at_centre, locator
from registry.web.places.opening import Badge, badge_of, badge_of_place
from registry.web.places.services import look_of
from registry.web.places.week import MOST_SPANS, day_in_words, openings
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import concept_label, value_href, value_text
from registry.web.site.language import current_lang
from registry.web.site.node import current_node
from vocab.namespaces import SCHEMES
from vocab.opening_hours import names_no_day
from vocab.properties import group
from vocab.schemes import concept, concept_iri
from vocab.text import capitalised

_EXACT = concept_iri("position-kinds", "housenumber")
_OTHERS, _OTHERS_RANKED = 3, 40
"""Other places that are shown; so many of the nearest are compared for it."""
_OLD = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a place says by one property: its heading, and (words, address to follow) of values."""

    heading: str
    shown: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """The opening hours of a place around now, by its own clock.

    ``now`` is the time there; ``holiday`` the next public holiday within a month, if there is one;
    ``usual`` says in words what the week alone does not show, empty where it shows all;
    ``closure`` says from when to when the place is closed for a while, until that is over.
    """

    week: tuple[Day, ...]
    today: int
    now: datetime
    holiday: date | None
    usual: str
    closure: str


def place_context(facts: PlaceFacts) -> dict[str, object]:
    """Return what the template of a place needs besides the facts and where they come from."""
    others = others_near(facts)
    return {
        "of_place": of_place,
        "hours": _hours(facts),
        "badge_now": _badge(facts),
        "others": others,
        "advice": advice(facts, has_others=bool(others)),
        "hours_words": _hours_words,
        "names_no_day": names_no_day,
        "listed": _listed(facts),
        "access": _group("access", facts),
        "networks": _group("networks", facts),
        "definition_of": _definition,
        "is_old": _is_old(facts.modified),
        "look_of": look_of,
        "qr_code": qr_code,
        "day_in_words": day_in_words,
        "openings": openings,
        "most_spans": MOST_SPANS,
        **_where(facts),
    }


def _badge(facts: PlaceFacts) -> Badge:
    """The state of a place; of hours that only a person can read, that there are some."""
    access = facts.concepts.get("acces", ())
    found = badge_of(
        facts.hours, facts.departement, clock.now(), access, writes_hours=bool(facts.hours_text)
    )
    if found.kind != "written":
        return found
    if facts.hours and names_no_day(facts.hours):
        words = _("Hours given without days: {hours}", hours=_hours_words(facts.hours))
    else:
        words = _("See the hours below")
    return Badge(found.kind, found.icon, words)


def _is_old(modified: str) -> bool:
    """Whether the date of a record lies two years back; what has no date is not said to be old."""
    try:
        return clock.now().date() - date.fromisoformat(modified[:10]) > _OLD
    except ValueError:
        return False


def _definition(iri: str) -> str:
    known = concept(iri)
    return known.definition(current_lang()) if known else ""


def _where(facts: PlaceFacts) -> dict[str, object]:
    """The small map of a place, and what it is beside of; neither where its position is unknown."""
    if facts.latitude is None or facts.longitude is None:
        return {"map": None, "beside": None, "is_centred": False, "rough_position": ""}
    point = facts.latitude, facts.longitude
    return {
        "map": locator(facts.insee, *point),
        "beside": beside(facts.insee, *point),
        "is_centred": facts.is_at_centre or is_at_centre(facts.insee, *point),
        "rough_position": concept_label(facts.position_kind) if _is_rough(facts) else "",
    }


def _is_rough(facts: PlaceFacts) -> bool:
    """Whether the position is said to be that of the street, or of less."""
    return facts.position_kind.startswith(SCHEMES) and facts.position_kind != _EXACT


def others_near(facts: PlaceFacts) -> list[tuple[PlaceView, Badge]]:
    """Return the most useful places nearby that state a service of this one, nearest first.

    None where this one states no service.
    """
    if facts.latitude is None or facts.longitude is None:
        return []
    services = facts.concepts.get("service", ())
    query = Query(
        any_of=tuple(("service", iri.rpartition("/")[2]) for iri in services),
        near=(facts.latitude, facts.longitude),
        size=_OTHERS + 1,
        ranked_at=clock.now().replace(second=0, microsecond=0),
        ranked_most=_OTHERS_RANKED,
    )
    found = current_node().index.search(query).places
    others = [one for one in found if one.iri != facts.iri][:_OTHERS]
    others.sort(key=lambda one: one.distance_km or 0.0)
    return [(one, badge_of_place(one, clock.now())) for one in others]


def _hours_words(hours: str) -> str:
    return hours_words(hours, current_lang())


def _hours(facts: PlaceFacts) -> Hours:
    here = local_time(clock.now(), facts.departement)
    return Hours(
        week(facts.hours, facts.departement, here),
        here.weekday(),
        here,
        next_public_holiday(here.date(), facts.departement),
        _usual(facts.hours),
        _closure(facts.hours, here.date()),
    )


def _usual(hours: str) -> str:
    """Return hours in words, without a closure for a while; as they are written where need be."""
    rest, closure = closure_of(hours)
    return _hours_words(rest) if rest and (closure or varies(rest)) else ""


def _closure(hours: str, today: date) -> str:
    found = closure_of(hours)[1]
    if found is None or (found.last and found.last < today):
        return ""
    words = closure_words(found, current_lang())
    return capitalised(words)


def _listed(facts: PlaceFacts) -> dict[str, tuple[tuple[str, str], ...]]:
    """Facet -> (slug, label) of the values chosen from lists."""
    return {
        facet: tuple((iri.rpartition("/")[2], concept_label(iri)) for iri in iris)
        for facet, iris in facts.concepts.items()
        if iris
    }


def _group(name: str, facts: PlaceFacts) -> list[Listed]:
    """What a place says by the properties that a part of its page lists."""
    found = []
    for prop in group(name):
        values = facts.concepts.get(prop.facet) or facts.further.get(prop.name)
        if values:
            shown = tuple((value_text(prop, one), value_href(prop, one)) for one in values)
            found.append(Listed(prop.heading(current_lang()), shown))
    return found
