"""Hours as editors type them: a closure of every year, two openings in one field, what is said."""

from html import unescape

import pytest
from flask import Flask

from registry.node import Node
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.pole_of_editors import (
    CAREFUL,
    SLUG,
    as_editor,
    enter,
    fields_of,
    made_app,
    published,
    said,
    typed,
)
from tests.registry.web.network_of_tests import plain

PORT = f"/espace/pole/{SLUG}/lieux/port"
VERDICT = f"/espace/pole/{SLUG}/verdict"
AUGUST = ("1", "8", "31", "8")
NAMES = ("yearly-from-day", "yearly-from-month", "yearly-to-day", "yearly-to-month")


@pytest.fixture
def app(node: Node) -> Flask:
    return made_app(node)


@pytest.fixture
def editor(browser: Browser, node: Node) -> Browser:
    return as_editor(browser, node)


YEARLY = [
    ("Mo-Fr 09:00-12:00", AUGUST, "Mo-Fr 09:00-12:00; Aug off"),
    ("Mo-Fr 09:00-12:00; PH off", AUGUST, "Mo-Fr 09:00-12:00; PH off; Aug off"),
    ("Sa[1] 09:00-12:00", ("24", "12", "2", "1"), "Sa[1] 09:00-12:00; Dec 24-Jan 02 off"),
    ("", AUGUST, "unknown; Aug off"),
    ('Mo 09:00-12:00; 2026 Mar 02-2026 Mar 15 off "travaux"', AUGUST,
     'Mo 09:00-12:00; Aug off; 2026 Mar 02-2026 Mar 15 off "travaux"'),
    ("Mo 09:00-12:00; Aug off", ("1", "8", "15", "8"), "Mo 09:00-12:00; Aug 01-Aug 15 off"),
    ("Mo 09:00-12:00; Aug off", ("", "", "", ""), "Mo 09:00-12:00"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "dates", "after"), YEARLY)
def test_a_closure_of_every_year_is_written_and_read_back(
    editor: Browser, node: Node, before: str, dates: tuple[str, ...], after: str
) -> None:
    enter(node, "port", CAREFUL | ({"horaires": before} if before else {}))
    assert "rien à publier" in plain(typed(editor, PORT).text)
    review = typed(editor, PORT, **dict(zip(NAMES, dates, strict=True)))
    assert published(editor, PORT, review).status_code == 303
    assert said(node, "port").get("horaires", "") == after
    form = fields_of(editor.get(PORT))
    assert tuple(form[name][0] for name in NAMES) == dates
    assert form["hours2-when"] == [""]


def test_a_closure_of_every_year_stands_behind_hours_in_french(editor: Browser, node: Node) -> None:
    review = typed(editor, PORT, horaires="lundi 9h-12h", **dict(zip(NAMES, AUGUST, strict=True)))
    published(editor, PORT, review)
    assert said(node, "port")["horaires"] == "Mo 09:00-12:00; Aug off"


@pytest.mark.parametrize("dates", [("31", "2", "3", "3"), ("1", "8", "", ""), ("", "", "", "8")])
def test_dates_that_are_none_are_told(editor: Browser, node: Node, dates: tuple[str, ...]) -> None:
    answer = typed(editor, PORT, **dict(zip(NAMES, dates, strict=True)))
    assert answer.status_code == 422
    assert 'href="#yearly-from-day"' in answer.text
    assert tuple(fields_of(answer)[name][0] for name in NAMES) == dates


TWO = [
    "9h-12h / 14h-18h",
    "9h-12h, 14h-18h",
    "9 h à 12 h et 14 h à 18 h",
    "de 9h à 12h puis 14h/18h",
]


@pytest.mark.parametrize("text", TWO)
def test_two_openings_in_one_field_fill_both(editor: Browser, node: Node, text: str) -> None:
    published(editor, PORT, typed(editor, PORT, **{"hours-Mo-1": text}))
    assert said(node, "port")["horaires"] == "Mo 09:00-12:00,14:00-18:00"
    form = fields_of(editor.get(PORT))
    assert [plain(form[f"hours-Mo-{n}"][0]) for n in (1, 2)] == ["9 h – 12 h", "14 h – 18 h"]


def test_what_is_said_of_hours_in_words_does_not_contradict_itself(
    editor: Browser, node: Node
) -> None:
    values = {**fields_of(editor.get(PORT)), "lieu": "port", "horaires": "mardi et jeudi matin"}
    found = editor.send(VERDICT, values).get_json()
    told = plain(unescape(found["said"]["horaires"]["html"]))
    assert "aucune heure" in told
    for other in ("devient", "n'a pas d'horaires", "que par une personne"):
        assert other not in told
    values = {**fields_of(editor.get(PORT)), "lieu": "port", "hours-Mo-1": "bientôt"}
    found = editor.send(VERDICT, values).get_json()
    assert "Rien ne diffère" not in plain(found["changes"])
    assert "ne peut pas être publié" in plain(found["changes"])
