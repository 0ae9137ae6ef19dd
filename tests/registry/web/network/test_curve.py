"""The curve of a pole's quality: dated, numbered, the same as its table."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from flask import Flask

from registry.history.quality import Measure
from registry.web.app import create_app
from registry.web.network.curve import Curve, curve_of, scores_of
from shapes.quality import Quality
from tests.registry.web.network_of_tests import (
    NOON,
    RICH,
    SIMPLE,
    add_source,
    harvest,
    open_node,
    plain,
)
from vocab.mapping import place_record

if TYPE_CHECKING:
    from registry.node import Node


def measure(days: float, places: int, share: float) -> Measure:
    return Measure(1, NOON + timedelta(days=days), places, Quality(share, share, share, share))


def drawn(site: Flask, *sources: tuple[Measure, ...]) -> Curve:
    with site.test_request_context("/"):
        found = curve_of(scores_of(sources))
    assert found is not None
    return found


def test_sources_of_a_pole_are_one_curve_weighted_by_their_places(site: Flask) -> None:
    small, large = (measure(0, 1, 1.0),), (measure(1, 3, 0.2), measure(2, 1, 0.2))
    found = drawn(site, small, large).scores
    assert [(one.places, round(one.whole, 3)) for one in found] == [(1, 1.0), (4, 0.4), (2, 0.6)]


@pytest.mark.parametrize(
    ("shares", "title"),
    [
        ((0.5,), "Les fiches valaient 50 % le 4 mars 2026"),
        ((0.5, 0.501), "La qualité reste à 50 % depuis le 4 mars 2026"),
        ((0.5, 0.1, 0.75), "La qualité est passée de 50 % à 75 % depuis le 4 mars 2026"),
        ((0.5, 0.4), "La qualité est descendue de 50 % à 40 % depuis le 4 mars 2026"),
    ],
)
def test_its_title_is_what_it_shows(site: Flask, shares: tuple[float, ...], title: str) -> None:
    found = drawn(site, tuple(measure(days, 1, share) for days, share in enumerate(shares)))
    assert plain(found.title) == title


def test_its_axes_are_dated_and_numbered(site: Flask) -> None:
    found = drawn(site, tuple(measure(days, 2, 0.5) for days in (0, 1, 100, 101, 400)))
    assert [plain(tick.text) for tick in found.shares] == ["0 %", "25 %", "50 %", "75 %", "100 %"]
    assert [tick.text for tick in found.dates] == ["4 mars 2026", "8 avr. 2027"]
    assert [x for x, _y in found.points] == sorted(x for x, _y in found.points)
    heights = [tick.at for tick in found.shares]
    assert heights == sorted(heights, reverse=True)
    today = drawn(site, (measure(0, 1, 0.5), measure(0.25, 1, 0.6)))
    assert [plain(tick.text) for tick in today.dates] == ["4 mars, 12 h 00", "4 mars, 18 h 00"]


def test_no_measure_makes_no_curve() -> None:
    assert curve_of(scores_of(())) is None


@pytest.fixture
def pages(tmp_path: Path, stopped_clock: datetime) -> Iterator[dict[str, str]]:
    node = open_node(tmp_path)
    pole = add_source(node, "ping", "https://ping.example/id/")
    harvest(node, "ping", [place_record(SIMPLE, pole)])
    harvest(node, "ping", [place_record(RICH, pole)], now=NOON + timedelta(days=40))
    client = create_app(cast("Node", node)).test_client()
    yield {lang: client.get(f"{lang}/pole/ping/qualite").text for lang in ("", "/en")}
    node.close()


def test_the_page_draws_it_with_a_name_and_a_table(pages: dict[str, str]) -> None:
    for lang, dates in (("", ("4 mars", "13 avr.")), ("/en", ("4 Mar", "13 Apr"))):
        page = pages[lang]
        drawing = re.search(r'<svg class="curve"[^>]* role="img" aria-label="[^"]+">.*?</svg>',
                            page, re.DOTALL)  # fmt: skip
        assert drawing
        assert all(f">{date}</text>" in drawing.group() for date in dates)
        assert drawing.group().count("<circle") == 2
        table = page[page.index("<details><summary>Tabl") :]
        assert table.count("<tr>") >= 3
