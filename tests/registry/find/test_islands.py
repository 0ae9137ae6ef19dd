"""From an island its own places come first, and what lies across the sea is said to."""

from datetime import UTC, datetime

import pytest

from registry.find.answer import Asked, Finder
from registry.search.index import SearchIndex
from registry.search.query import Query
from tests.registry.search.sample import MemoryLog, place
from vocab.islands import islands
from vocab.territory import commune, communes_named

_NOW = datetime(2026, 12, 1, 13, 10, tzinfo=UTC)
_PAPERS = ("aide-aux-demarches-administratives",)
_PLACES = (
    ("grand-bourg", "Grand-Bourg", "97112", (15.884, -61.314)),
    ("saint-louis", "Saint-Louis", "97126", (15.956, -61.318)),
    ("terre-de-haut", "Terre-de-Haut", "97131", (15.866, -61.583)),
    ("capesterre", "Capesterre-Belle-Eau", "97107", (16.045, -61.565)),
    ("palais", "Le Palais", "56152", (47.347, -3.155)),
    ("quiberon", "Quiberon", "56186", (47.484, -3.119)),
    ("auray", "Auray", "56007", (47.668, -2.982)),
    ("groix", "Groix", "56069", (47.638, -3.462)),
    ("lorient", "Lorient", "56121", (47.748, -3.366)),
    ("saint-hilaire", "Saint-Hilaire-de-Riez", "85226", (46.72, -1.945)),
)


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    log = MemoryLog()
    log.put(
        *(
            place(name, f"France services {name}", services=_PAPERS, types=("rfs",), at=at,
                  commune=town, insee=code)
            for name, town, code, at in _PLACES
        )
    )  # fmt: skip
    index = SearchIndex(tmp_path_factory.mktemp("islands") / "search.sqlite")
    index.apply(log, log.head())
    return Finder(index)


@pytest.mark.parametrize(
    ("where", "first", "across"),
    [
        ("Marie-Galante", {"grand-bourg", "saint-louis"}, False),
        ("Grand-Bourg", {"grand-bourg"}, False),
        ("Capesterre-de-Marie-Galante", {"grand-bourg", "saint-louis"}, False),
        ("Terre-de-Haut", {"terre-de-haut"}, False),
        ("Belle-Île", {"palais"}, False),
        ("Sauzon", {"palais"}, False),
        ("Groix", {"groix"}, False),
        ("Île d'Yeu", {"saint-hilaire"}, True),
        ("La Désirade", {"grand-bourg", "saint-louis"}, True),
        ("Quiberon", {"quiberon"}, False),
        ("Lorient", {"lorient"}, False),
    ],
)
def test_the_first_place_is_on_the_same_island(
    finder: Finder, where: str, first: set[str], across: bool
) -> None:
    places = finder.answer(Asked("impôts", where, Query(), _NOW)).page.places
    assert places[0].iri.rpartition("/")[2] in first
    assert places[0].is_across_sea == across
    sides = [one.is_across_sea for one in places]
    assert sides == sorted(sides)


def test_from_the_mainland_an_island_lies_across_the_sea(finder: Finder) -> None:
    places = finder.answer(Asked("impôts", "Lorient", Query(), _NOW, radius_km=80.0)).page.places
    across = {one.iri.rpartition("/")[2] for one in places if one.is_across_sea}
    assert across == {"groix", "palais"}


def test_who_is_somewhere_by_position_is_told_nothing(finder: Finder) -> None:
    near = Query(near=(47.347, -3.155))
    places = finder.answer(Asked("impôts", "", near, _NOW)).page.places
    assert places
    assert not any(one.is_across_sea for one in places)


def test_islands_are_communes_of_today() -> None:
    codes = [code for communes in islands().values() for code in communes]
    assert len(codes) == len(set(codes))
    for code in codes:
        one = commune(code)
        assert one, code
        assert one.kind == "commune-actuelle", one
    for name in ("Bélep", "Dzaoudzi", "Ouvéa", "Groix", "Saint-Louis"):
        assert any(one.code in codes for one in communes_named(name)), name
