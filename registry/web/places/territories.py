"""Places to browse without typing: the régions, their départements, the communes of each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.find.areas import area_of_commune
from registry.web.places.outlines import neighbours
from registry.web.places.reading import area_name
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import departement_label
from registry.web.site.language import current_lang
from registry.web.site.node import current_node
from registry.web.site.territory_names import by_slug, regions, slug_of
from vocab.messages import DEFAULT
from vocab.territory import (
    ARRONDISSEMENT,
    Commune,
    Departement,
    Region,
    arrondissement_of_postcode,
    commune,
    departements,
)
from vocab.territory_phrases import within
from vocab.text import name_key

blueprint = Blueprint("territories", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """A territory of a list: its name, its places, and where its own page or list is."""

    name: str
    places: int
    address: str


@blueprint.get("/couverture/<slug>")
def territory(slug: str) -> ResponseReturnValue:
    """Show what a territory is made of: départements of a région, communes of a département."""
    found = by_slug().get(slug)
    if found is None:
        raise NotFound
    return _of_region(found) if isinstance(found, Region) else _of_departement(found)


def region_lines(counts: Mapping[str, int]) -> list[Line]:
    """Return the régions, those overseas by their one département, in the order of their names.

    Args:
        counts: places by code of the département; those of unknown codes come last.
    """
    known = {one.code for one in departements()}
    lines = []
    for region, inside in regions().items():
        places = sum(counts.get(one.code, 0) for one in inside)
        if places:
            lines.append(Line(region.name, places, address_of(region)))
    strays = [(code, count) for code, count in sorted(counts.items()) if code not in known]
    return _sorted(lines) + [
        Line(code or "—", count, url_for("places.listing", departement=code))
        for code, count in strays
    ]


def address_of(found: Departement | Region) -> str:
    """Return the path of the page of a territory."""
    return url_for("territories.territory", slug=slug_of(found))


def _of_region(region: Region) -> str:
    counts = current_node().index.by_departement()
    inside = regions()[region]
    return _page(
        region,
        name=region.name,
        crumbs=(),
        view=region.name,
        lines=_sorted(_line(one, counts) for one in inside if counts.get(one.code)),
        without=_sorted(_line(one, counts) for one in inside if not counts.get(one.code)),
        total=sum(counts.get(one.code, 0) for one in inside),
    )


def _of_departement(found: Departement) -> str:
    index = current_node().index
    counts = index.by_departement()
    near = {one.code: one for one in departements() if one.code in neighbours(found.code)}
    towns = _towns(index.towns().get(found.code, {}))
    return _page(
        found,
        name=departement_label(found.code),
        crumbs=(found.region,) if len(regions()[found.region]) > 1 else (),
        view=found.code,
        lines=_sorted(_town_line(one, count) for one, count in towns.items() if one),
        stray=towns[None],
        near=_sorted(_line(one, counts) for one in near.values() if counts.get(one.code)),
        total=counts.get(found.code, 0),
    )


def _page(found: Departement | Region, **values: object) -> str:
    return render_template(
        "territory.html",
        is_region=isinstance(found, Region),
        where=_within(found),
        address_of=address_of,
        **values,
    )


def _within(found: Departement | Region) -> str:
    """The name as a part of a sentence, with the number that everybody knows a département by."""
    number = f" ({found.code})" if isinstance(found, Departement) else ""
    if current_lang() == DEFAULT:
        return within(found) + number
    return _("in {territory}", territory=found.name) + number


def _towns(counts: Mapping[tuple[str, str], int]) -> Counter[Commune | None]:
    """Count the places of communes of today, and of arrondissements; None for no commune known."""
    found: Counter[Commune | None] = Counter()
    for (code, postcode), count in counts.items():
        found[_town(code, postcode)] += count
    return found


def _town(code: str, postcode: str) -> Commune | None:
    district = arrondissement_of_postcode(postcode)
    if district and district.parent == code:
        return district
    found = commune(code)
    is_former = found and found.parent and found.kind != ARRONDISSEMENT
    return commune(found.parent) if found and is_former else found


def _town_line(found: Commune, places: int) -> Line:
    address = url_for("places.listing", ou=area_name(area_of_commune(found)))
    return Line(found.name, places, address)


def _line(found: Departement, counts: Mapping[str, int]) -> Line:
    return Line(departement_label(found.code), counts.get(found.code, 0), address_of(found))


def _sorted(lines: Iterable[Line]) -> list[Line]:
    """By name: accents and case do not count, numbers do (2e before 10e)."""
    return sorted(lines, key=lambda line: _key(line.name))


def _key(name: str) -> tuple[tuple[int, str], ...]:
    words = name_key(name).split()
    return tuple((int(digits), word) for word in words for digits in [_digits(word)])


def _digits(word: str) -> str:
    found = word.rstrip("abcdefghijklmnopqrstuvwxyz")
    return found if found.isdecimal() else "0"
