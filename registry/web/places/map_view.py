"""What the page of results hands to its map: where to look first, what to fly to."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from registry.find.answer import Answer
from registry.web.answer.tiles import Ground, ground_of
from registry.web.places.clusters import Box
from registry.web.places.outlines import rings
from registry.web.places.reading import area_name
from registry.web.site.i18n import gettext as _
from registry.web.site.node import current_node
from vocab.territory import departement, departements

_MAINLAND: Box = (-5.2, 41.3, 9.6, 51.1)
_UNINHABITED = "989"


@dataclass(frozen=True, slots=True)
class MapView:
    """What a map shows of an answer.

    Attributes:
        circle: ``latitude,longitude,kilometres`` of the circle that was searched; empty for none.
        town: name of the town that the circle is around; empty for none.
        box: ``west,south,east,north`` of the frame, or of the départements, that were searched;
            empty for none.
        departement: the one that the answer lies in, whose outline stands there first; empty where
            it lies in several, or where no outline is known.
        has_more: whether the answer has places that its page of the list does not show.
        frames: names and boxes that are one press away: the mainland, each land overseas.
        tiles: what the map lies on, where the operator gives streets.
    """

    circle: str
    town: str
    box: str
    departement: str
    has_more: bool
    frames: tuple[tuple[str, str], ...]
    tiles: Ground | None


def map_view(answer: Answer) -> MapView:
    """Return what the map beside an answer shows."""
    query = answer.query
    return MapView(
        circle=_circle(answer),
        town=_town(answer),
        box=_numbers(query.bbox or _box_of(query.filters.get("departement", ()))),
        departement=_departement_of(answer),
        has_more=answer.page.total > len(answer.page.places),
        frames=((_("Mainland"), _numbers(_MAINLAND)), *_overseas()),
        tiles=ground_of(current_node().config),
    )


def _circle(answer: Answer) -> str:
    """The circle of what is listed: where nothing states it, that of what may have it."""
    query, radius_km = answer.query, answer.radius_km
    if not answer.page.total and answer.may_be and answer.may_be.total and answer.probable:
        query, radius_km = answer.probable, answer.probable.radius_km
    return _numbers((*query.near, radius_km)) if query.near and radius_km else ""


def _town(answer: Answer) -> str:
    area = answer.area
    if area is None or area.point is None or area.kind not in ("commune", "arrondissement"):
        return ""
    return area_name(area).partition(" (")[0]


def _departement_of(answer: Answer) -> str:
    chosen = answer.query.filters.get("departement", ())
    inside = answer.area.departement if answer.area else ""
    code = chosen[0] if len(chosen) == 1 else inside
    return code if code in rings() else ""


def _box_of(codes: Iterable[str]) -> tuple[float, ...]:
    """The box that holds départements; empty without one that has a box."""
    boxes = [found.box for found in map(departement, codes) if found and found.box]
    if not boxes:
        return ()
    return (
        min(box.west for box in boxes),
        min(box.south for box in boxes),
        max(box.east for box in boxes),
        max(box.north for box in boxes),
    )


@lru_cache(maxsize=1)
def _overseas() -> tuple[tuple[str, str], ...]:
    """The lands overseas that people live in."""
    return tuple(
        (one.name, _numbers((one.box.west, one.box.south, one.box.east, one.box.north)))
        for one in departements()
        if one.code.startswith(("97", "98")) and one.box and one.code != _UNINHABITED
    )


def _numbers(values: tuple[float, ...]) -> str:
    return ",".join(f"{value:.5f}".rstrip("0").rstrip(".") for value in values)
