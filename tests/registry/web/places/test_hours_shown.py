"""Hours on pages, in searches and in JSON: what cannot be meant is a text, never an open door."""

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from registry.web.site import clock
from tests.registry.web.network_of_tests import RICH, SmallNode, harvest, plain
from vocab.mapping import PoleIdentity, place_record
from vocab.namespaces import SCHEMA
from vocab.records import Record

POLE = PoleIdentity("ping", "https://ping.example/id/")


def shown(node: SmallNode, client: FlaskClient, hours: str) -> tuple[str, str]:
    """Return the page of a place of such hours, and the search for what is open on a Wednesday."""
    harvest(node, "ping", [place_record(RICH | {"id": "a", "horaires": hours}, POLE)])
    page = client.get("/pole/ping/place/a")
    assert page.status_code == 200
    return page.text, client.get("/lieux?ouvert=1").text


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize(
    "hours",
    [
        "We 14:00-14:00",
        "Tu 17:00-12:00",
        "Mo-Fr 09:00-14:00,14:30-14:30",
        "Mo-Su 00:00-00:00",
        "We 09:00-12:30; Th 09:00-09:00; PH off",
    ],
)
def test_a5_an_impossible_range_is_a_text(node: SmallNode, client: FlaskClient, hours: str) -> None:
    page, search = shown(node, client, hours)
    assert f"<code>{hours}</code>" in page
    assert 'class="badge written"' in page
    assert 'class="week"' not in page
    assert "openingHoursSpecification" not in page
    assert 'class="place numbered"' not in search


@pytest.mark.parametrize("hours", ["We 09:00-14:00", "Tu 18:00-02:00; We 11:00-13:00"])
def test_a5_possible_ranges_are_shown(
    node: SmallNode, client: FlaskClient, hours: str, stopped_clock: datetime
) -> None:
    assert stopped_clock.weekday() == 2
    page, search = shown(node, client, hours)
    assert re.search('class="badge (open|soon)"', page)
    assert "openingHoursSpecification" in page
    assert 'class="place numbered"' in search


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize(
    ("closes", "said"), [("12:15", "Ferme dans 15 min"), ("12:45", "Ferme bientôt, à 12 h 45")]
)
def test_what_closes_within_the_half_hour_says_in_how_many_minutes(
    node: SmallNode, client: FlaskClient, closes: str, said: str
) -> None:
    _page, search = shown(node, client, f"Mo-Fr 09:00-{closes}")
    assert said in plain(search)


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize(
    ("hours", "false"),
    [
        ("Sa[-3] 10:00-12:00", "samedi du mois"),
        ("Sa[3-1] 10:00-12:00", "samedi du mois"),
        ("Sa[1,-3] 10:00-12:00", "samedi du mois"),
        ("We 10:00-12:00; 2026 Dec 24-Jan 02 off", "2 janvier 2026"),
    ],
)
def test_what_has_no_words_is_shown_as_it_is_written(
    node: SmallNode, client: FlaskClient, hours: str, false: str
) -> None:
    page, _ = shown(node, client, hours)
    assert hours in page
    assert false not in plain(page)


@pytest.mark.usefixtures("stopped_clock")
def test_a6_several_texts_of_hours_are_a_text(node: SmallNode, client: FlaskClient) -> None:
    record = place_record(RICH | {"id": "a", "horaires": "Mo-Fr 09:00-12:30"}, POLE)
    more = f'<{record.iri}> <{SCHEMA}openingHours> "Sa 09:00-12:00" .'
    harvest(node, "ping", [Record(record.iri, tuple(sorted((*record.lines, more))))])
    page = client.get("/pole/ping/place/a").text
    assert "Mo-Fr 09:00-12:30; Sa 09:00-12:00" in page
    assert 'class="badge written"' in page
    assert 'class="week"' not in page
    assert 'class="place numbered"' not in client.get("/lieux?ouvert=1").text


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize("view", ["", "q=numerique", "peut-etre=1"])
@pytest.mark.parametrize(
    ("hours", "kind", "words"),
    [
        ("", "unknown", "Horaires inconnus"),
        ("We 14:00-14:00", "written", "Horaires écrits, à vérifier"),
        ("08:00-17:00", "written", "Horaires écrits, à vérifier"),
        ("le mardi, semaines paires", "written", "Horaires écrits, à vérifier"),
        ('"sur rendez-vous"', "appointment", "Sur rendez-vous"),
    ],
)
def test_a_card_tells_hours_in_words_from_none(
    node: SmallNode, client: FlaskClient, hours: str, kind: str, words: str, view: str
) -> None:
    quiet = {"id": "a", "horaires": hours, "modalites_acces": ""}
    harvest(node, "ping", [place_record(RICH | quiet, POLE)])
    page = plain(client.get(f"/lieux?pole=ping&{view}").text)
    card = page.partition('class="place numbered"')[2].partition("</li>")[0]
    assert f'class="badge {kind}"' in card
    assert f"</svg> {words}<" in card


@pytest.mark.usefixtures("stopped_clock")
def test_a5_a_day_ends_at_24(node: SmallNode, client: FlaskClient) -> None:
    page, _ = shown(node, client, "24/7")
    assert "0\xa0h – 24\xa0h" in page
    assert "0\xa0h – 0\xa0h" not in page


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize(
    ("view", "chip", "state"),
    [
        ("", "", "Fermé"),
        (
            "quand=2026-03-01T10:30",
            "ouvert le dimanche 1er mars à 10 h 30",
            "Dimanche 1er mars à 10 h 30 : ouvert jusqu'à 12 h",
        ),
        ("pres=43.68,4.63&rayon=5", "autour de moi", "Fermé"),
        ("bbox=4,43,5,44", "dans la zone de la carte", "Fermé"),
    ],
)
def test_a_list_shows_all_that_narrows_it_and_the_state_then(
    node: SmallNode, client: FlaskClient, view: str, chip: str, state: str
) -> None:
    arles = {"commune": "Arles", "code_postal": "13200", "code_insee": "13004"}
    place = RICH | arles | {"id": "a", "latitude": "43.68", "longitude": "4.63"}
    harvest(node, "ping", [place_record(place | {"horaires": "Su 10:00-12:00"}, POLE)])
    page = plain(client.get(f"/lieux?pole=ping&{view}").text)
    assert page.count('class="place numbered"') == 1
    assert f"</svg> {state}" in page
    chips = page.partition('class="parts"')[2].partition("</ul>")[0]
    assert f'<a href="/lieux?pole=ping">{chip} <svg' in chips or not chip


@pytest.mark.usefixtures("stopped_clock")
def test_what_is_open_now_is_a_filter_to_take_off(node: SmallNode, client: FlaskClient) -> None:
    shown(node, client, "We 09:00-14:00")
    page = client.get("/en/lieux?ouvert=1").text.replace('"/en/', '"/')
    assert '<a href="/lieux?">Open now <svg' in page


@pytest.mark.parametrize(("hours", "warned"), [("Mo-Fr 09:00-12:00", True), ("24/7", False)])
def test_a7_a_holiday_that_the_hours_do_not_mention_is_told(
    node: SmallNode,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    hours: str,
    warned: bool,
) -> None:
    monkeypatch.setattr(clock, "FIXED", datetime(2026, 12, 25, 9, 30, tzinfo=UTC))
    for page in shown(node, client, hours):
        assert ("Ouvert d'ordinaire, jour férié" in plain(page)) is warned
        assert ('class="badge open"' in page) is not warned


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("Sa[1] 09:00-12:00", "Horaires habituels : 1er samedi du mois 9 h – 12 h"),
        ("Mo 09:00-12:00; Aug off", "Horaires habituels : lundi 9 h – 12 h ; en août : fermé"),
        ('Mo 09:00-12:00; 2026 Mar 02-2026 Mar 15 off "travaux"',
         "Horaires habituels : lundi 9 h – 12 h"),
        ("Mo 09:00-12:00; SH off", "Horaires habituels : lundi 9 h – 12 h ; vacances scolaires"),
        ("Mo 09:00-12:00; PH off", ""),
        ("Mo 09:00-12:00", ""),
    ],
)  # fmt: skip
def test_what_one_week_does_not_show_is_said(
    node: SmallNode, client: FlaskClient, hours: str, said: str
) -> None:
    page = plain(shown(node, client, hours)[0])
    assert said in page
    assert ("Horaires habituels" in page) is bool(said)
