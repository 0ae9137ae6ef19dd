"""The view in the address: what is written can be read back, what has no sense is refused."""

import contextlib
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from registry.find.answer import Asked
from registry.search.query import FACETS, Query
from registry.web.places.view_query import parse_asked, query_string

NOW = datetime(2026, 3, 4, 11, tzinfo=UTC)
_WALL_CLOCK = datetime.fromisoformat("2026-05-01T09:30")  # by the clock of each place
_NAMES = (
    "q", "ou", "pres", "bbox", "page", "quand", "rayon", "ouvert", "tri", "mots", "peut-etre",
    *FACETS,
)  # fmt: skip
_words = st.text(st.characters(blacklist_characters="\0", codec="utf-8"), max_size=40).map(
    str.strip
)
_values = st.lists(_words.filter(bool), min_size=1, max_size=4, unique=True).map(tuple)
_degrees = st.integers(-8_000_000, 8_000_000).map(lambda count: count / 100_000)
_views = st.builds(
    Query,
    filters=st.dictionaries(st.sampled_from(sorted(FACETS)), _values, max_size=3),
    near=st.none() | st.tuples(_degrees, _degrees),
    bbox=st.none() | st.tuples(_degrees, _degrees).map(lambda x: (min(x), min(x), max(x), max(x))),
    open_at=st.sampled_from([None, NOW, _WALL_CLOCK]),
    page=st.integers(1, 1000),
    sort=st.sampled_from(["", "nom", "maj"]),
)
_asked = st.builds(
    Asked,
    need=_words,
    where=_words,
    view=_views,
    now=st.just(NOW),
    radius_km=st.none() | st.integers(1, 200).map(float),
    is_literal=st.booleans(),
    may_be=st.booleans(),
)


@given(_asked)
def test_what_is_asked_survives_its_address(asked: Asked) -> None:
    pairs = parse_qsl(query_string(asked, page=asked.view.page), keep_blank_values=True)
    assert parse_asked(MultiDict(pairs), NOW) == asked


@pytest.mark.parametrize(
    ("typed", "by_the_clock"),
    [
        ("2026-12-24T10:00", "2026-12-24T10:00"),
        ("2026-12-24T10:00+01:00", "2026-12-24T10:00"),
        ("2026-12-24T10:00Z", "2026-12-24T11:00"),
        ("2026-07-24T23:30Z", "2026-07-25T01:30"),
    ],
)
def test_a_moment_with_a_zone_is_a_moment_and_not_now(typed: str, by_the_clock: str) -> None:
    asked = parse_asked(MultiDict({"quand": typed}), NOW)
    assert asked.view.open_at == datetime.fromisoformat(by_the_clock)
    assert dict(parse_qsl(query_string(asked))) == {"quand": by_the_clock}


@pytest.mark.parametrize(("typed", "page"), [("12", 12), ("00000012", 12), ("0100000", 100_000)])
def test_a_page_number_may_begin_with_zeros(typed: str, page: int) -> None:
    assert parse_asked(MultiDict({"page": typed}), NOW).view.page == page


@given(st.lists(st.tuples(st.sampled_from(_NAMES), st.text(max_size=60))))
def test_any_address_is_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    with contextlib.suppress(BadRequest):
        assert parse_asked(MultiDict(pairs), NOW).view.page >= 1


@pytest.mark.parametrize(
    "pair",
    [("page", "0"), ("page", "-1"), ("page", "1e3"), ("page", "٣"), ("bbox", "5,43,4,44"),
     ("bbox", "nan,0,1,1"), ("pres", "inf,0"), ("rayon", "0"), ("rayon", "9999"), ("tri", "prix"),
     ("ouvert", "oui"), ("mots", "oui"),
     ("peut-etre", "2"), ("quand", "2026-13-01"), ("q", "x" * 201), ("ou", "a\0b")],
)  # fmt: skip
def test_nonsense_is_refused_by_name(pair: tuple[str, str]) -> None:
    with pytest.raises(BadRequest, match=pair[0]):
        parse_asked(MultiDict([pair]), NOW)


@pytest.mark.parametrize(
    ("pairs", "allowed"),
    [
        ([(facet, str(n)) for facet in FACETS for n in range(50)], False),
        ([("service", str(n)) for n in range(51)], False),
        ([(("pole", "service")[n % 2], str(n)) for n in range(51)], False),
        ([(("pole", "service")[n % 2], str(n)) for n in range(50)], True),
        ([("service", "13055")] * 450, True),
        ([("service", "x" * 5_000)], False),
        ([("service", f"{n:0100}") for n in range(45)], False),
        ([("service", f"{n:080}") for n in range(50)], True),
    ],
    ids=["450", "51 of one", "51 of two", "50", "one repeated", "long", "many long", "just short"],
)
def test_f3_the_values_of_all_facets_are_bounded_together(
    pairs: list[tuple[str, str]], allowed: bool
) -> None:
    if allowed:
        assert parse_asked(MultiDict(pairs), NOW).view.filters
        return
    with pytest.raises(BadRequest, match="au plus"):
        parse_asked(MultiDict(pairs), NOW)
