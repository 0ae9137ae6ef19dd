"""France as a knitting: every part of it is there, where it lies, and weighs little."""

import gzip
import re
from collections import Counter

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from registry.web.places.home import shade_of
from registry.web.places.outlines import outlines
from registry.web.places.stitches import counted, knitted

LYON, REUNION, LONDON = (45.76, 4.84), (-21.13, 55.53), (51.5, -20.0)


def drawn_codes() -> dict[str, int]:
    codes: dict[str, int] = {}

    def class_of(_cell: tuple[int, int], code: str) -> str:
        codes[code] = codes.get(code, 0) + 1
        return "land"

    knitted(class_of)
    return codes


def test_nearly_every_departement_has_its_stitches() -> None:
    small = {"75", "92", "93", "94", "90"}  # less land than a stitch
    assert {shape.code for shape in outlines()} - small <= drawn_codes().keys()


def test_a_stitch_is_some_20_km() -> None:
    assert 20 < drawn_codes()["33"] < 40  # the Gironde has 9,976 km²


def test_points_are_counted_where_they_lie() -> None:
    located = counted([LYON, LYON, REUNION, LONDON])
    assert sorted(located.values()) == [1, 2]
    codes: Counter[str] = Counter()

    def class_of(cell: tuple[int, int], code: str) -> str:
        codes[code] += located[cell]
        return "land"

    knitted(class_of)
    assert codes["69"] == 2
    assert codes["974"] == 1


@given(st.integers(0, 10_000))
def test_more_places_are_never_a_paler_shade(places: int) -> None:
    assert 0 <= shade_of(places) <= shade_of(places + 1) <= 4
    assert (shade_of(places) == 0) == (places == 0)


@pytest.mark.parametrize("path", ["/", "/reseau"])
def test_a_page_with_the_drawing_weighs_less_than_20_kb(visitor: FlaskClient, path: str) -> None:
    page = visitor.get(path)
    assert len(gzip.compress(page.data)) < 20_000
    assert len(re.findall('class="stitch', page.text)) > 1


def test_places_fall_into_the_drawing_of_the_network(visitor: FlaskClient) -> None:
    page = visitor.get("/reseau").text
    assert "yarn-0 pale" in page
    assert 'class="stitch yarn-0"' in page
    assert "À jour" in page
