"""« samedi matin » is a part of a day: what opens at half past ten is open then."""

import datetime as dt

import pytest

from registry.find.answer import Asked, Finder
from registry.find.moments import find_moment
from registry.search.index import SearchIndex
from registry.search.query import Query
from tests.registry.search.sample import MemoryLog, place
from vocab.text import words

_NOW = dt.datetime(2026, 12, 1, 13, 10, tzinfo=dt.UTC)  # a Tuesday, ten past two in Paris
_EVENING = dt.datetime(2026, 12, 1, 20, 42, tzinfo=dt.UTC)
_NEARLY_NOON = dt.datetime(2026, 12, 5, 10, 50, tzinfo=dt.UTC)
_HOURS = {
    "early": "Sa 09:00-12:00",
    "late": "Sa 10:30-12:30",
    "quarter": "Sa 11:45-12:30",
    "afternoon": "Sa 14:00-18:00",
    "evening": "Tu-We 18:00-19:00",
    "night": "Tu 18:00-24:00",
}


@pytest.mark.parametrize(
    ("typed", "moment", "lasts"),
    [
        ("samedi matin", "sat@10:00", "08-12"),
        ("saturday morning", "sat@10:00", "08-12"),
        ("demain après-midi", "tomorrow@15:00", "13-18"),
        ("entre midi et deux", "today@13:00", "12-14"),
        ("ce soir", "today@18:30", "18-00"),
        ("tonight", "today@18:30", "18-00"),
        ("ce soir après 18h", "today@18:30", ""),
        ("samedi matin 9h30", "sat@09:30", ""),
        ("samedi 9h du matin", "sat@09:00", ""),
        ("8h du soir", "today@20:00", ""),
        ("samedi 10h", "sat@10:00", ""),
    ],
)
def test_a_part_of_the_day_is_no_time(typed: str, moment: str, lasts: str) -> None:
    found, _ = find_moment(words(typed))
    assert found
    assert str(found) == moment
    assert ("-".join(f"{one:%H}" for one in found.lasts) if found.lasts else "") == lasts


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    log = MemoryLog()
    log.put(
        *(
            place(name, f"Médiathèque {name}", types=("bib",), at=(43.537, 6.464), hours=hours,
                  commune="Draguignan", postcode="83300", insee="83050")
            for name, hours in _HOURS.items()
        )
    )  # fmt: skip
    index = SearchIndex(tmp_path_factory.mktemp("parts") / "search.sqlite")
    index.apply(log, log.head())
    return Finder(index)


@pytest.mark.parametrize(
    ("need", "now", "expected"),
    [
        ("médiathèque samedi matin", _NOW, {"early", "late"}),
        ("library open saturday morning", _NOW, {"early", "late"}),
        ("médiathèque samedi après-midi", _NOW, {"afternoon"}),
        ("médiathèque samedi 10h", _NOW, {"early"}),
        ("médiathèque ce soir", _NOW, {"evening", "night"}),
        ("médiathèque ce soir", _EVENING, {"night"}),
        ("médiathèque ouverte aujourd'hui", _NOW, {"evening", "night"}),
        ("médiathèque ouverte aujourd'hui", _EVENING, {"night"}),
        ("médiathèque ce matin", _NEARLY_NOON, {"early", "late", "quarter"}),
        ("médiathèque ce matin", _NOW, set()),  # over: that of tomorrow
    ],
)
def test_what_opens_in_that_part_is_found(
    finder: Finder, need: str, now: dt.datetime, expected: set[str]
) -> None:
    answer = finder.answer(Asked(need, "Draguignan", Query(), now))
    assert {one.iri.rpartition("/")[2] for one in answer.page.places} == expected
    assert (answer.over is not None) == (not expected)
