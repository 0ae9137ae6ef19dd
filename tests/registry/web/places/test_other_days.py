"""Places asked for on another day than this one: what cards, chips and sentences say of it."""

import html
import re

import pytest
from flask.testing import FlaskClient

from tests.registry.web.network_of_tests import RICH, SmallNode, harvest, plain
from vocab.mapping import PoleIdentity, place_record

POLE = PoleIdentity("ping", "https://ping.example/id/")
_HOURS = {
    "week": "Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:30",
    "sunday": "Su 10:00-12:00",
    "holidays": "Mo-Fr 09:00-12:00; PH off",
}

pytestmark = pytest.mark.usefixtures("stopped_clock")  # a Wednesday


@pytest.fixture
def hours(node: SmallNode, client: FlaskClient) -> FlaskClient:
    rows = [RICH | {"id": local, "nom": local, "horaires": text} for local, text in _HOURS.items()]
    harvest(node, "ping", [place_record(row, POLE) for row in rows])
    return client


def text_of(markup: str) -> str:
    return " ".join(plain(html.unescape(re.sub(r"<[^>]+>", " ", markup))).split())


def cards(page: str) -> dict[str, str]:
    """Return what the badge of each card says, by the name of its place."""
    found = re.findall(
        r'<h3><a [^>]*>(\w+)</a></h3>.*?<span class="badge (?:\w+)">(.*?)</span>', page, re.DOTALL
    )
    return {name: text_of(badge) for name, badge in found}


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("q=ouvert+samedi", {"week": "Samedi : 9 h – 12 h 30"}),
        ("q=ouvert+jeudi", {"week": "Jeudi : 9 h – 12 h, 14 h – 18 h",
                            "holidays": "Jeudi : 9 h – 12 h"}),
        ("q=ouvert+le+week-end", {"week": "Samedi : 9 h – 12 h 30",
                                  "sunday": "Dimanche : 10 h – 12 h"}),
        ("q=ouvert+samedi+à+10h", {"week": "Samedi à 10 h : ouvert jusqu'à 12 h 30"}),
        ("q=ouvert+samedi+à+12h", {"week": "Samedi à 12 h : ouvert jusqu'à 12 h 30"}),
        ("quand=2026-03-08T10:30", {"sunday": "Dimanche à 10 h 30 : ouvert jusqu'à 12 h"}),
        ("q=ouvert+le+25+décembre", {
            "week": "Vendredi 25 décembre : d'ordinaire ouvert, mais c'est un jour férié"
                    " (9 h – 12 h, 14 h – 18 h)"}),
        ("quand=2026-12-25T10:00", {
            "week": "Vendredi 25 décembre à 10 h : d'ordinaire ouvert,"
                    " mais c'est un jour férié"}),
    ],
)  # fmt: skip
def test_a_card_says_the_hours_of_the_day_asked_for(
    hours: FlaskClient, view: str, said: dict[str, str]
) -> None:
    assert cards(hours.get(f"/lieux?{view}").text) == said


@pytest.mark.parametrize(
    ("view", "line"),
    [
        ("q=ouvert+samedi", "samedi 7 mars"),
        ("q=ouvert+samedi+à+10h", "samedi 7 mars à 10 h"),
        ("quand=2026-03-08T10:30", "dimanche 8 mars à 10 h 30"),
    ],
)
def test_the_line_above_the_cards_is_about_that_moment(
    hours: FlaskClient, view: str, line: str
) -> None:
    page = hours.get(f"/lieux?{view}").text
    found = re.search(r'<p class="quiet small no-print">([^<]*)</p></div>', page)
    assert found
    assert text_of(found[1]) == line


@pytest.mark.parametrize(
    ("view", "offered"),
    [
        ("pole=ping", True),
        ("ouvert=1", True),
        ("q=ouvert+samedi", False),
        ("quand=2026-03-08T10:30", False),
        ("q=ouvert+samedi&ouvert=1", True),
    ],
)
def test_open_now_is_offered_where_no_other_moment_is_named(
    hours: FlaskClient, view: str, offered: bool
) -> None:
    chips = hours.get(f"/lieux?{view}").text.partition("filters-line")[2].partition("</ul>")[0]
    assert ("Ouvert maintenant" in text_of(chips)) is offered


def test_of_two_moments_the_page_says_which_one_counts(hours: FlaskClient) -> None:
    page = text_of(hours.get("/lieux?q=ouvert+samedi&ouvert=1").text)
    assert "« ouvert samedi » n'est pas pris en compte : vous avez choisi un autre moment." in page
    assert "ouverts maintenant" in page


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("q=ouvert+à+9h", "9 h est passé : la réponse vaut pour jeudi 5 mars à 9 h."),
        (
            "q=ouvert+le+mercredi+matin",
            "Mercredi 4 mars à 12 h est passé : la réponse vaut pour mercredi 11 mars entre 8 h et "
            "12 h.",
        ),
        ("q=wifi+avant+11h&ou=Paris", "la réponse vaut pour jeudi 5 mars à 10 h 30."),
    ],
)
def test_a_moment_that_is_past_is_the_next_one_and_said(
    hours: FlaskClient, view: str, said: str
) -> None:
    assert said in text_of(hours.get(f"/lieux?{view}").text)


@pytest.mark.parametrize("view", ["q=ouvert+ce+soir", "q=ouvert+jeudi+matin", "q=ouvert"])
def test_what_lies_ahead_needs_no_word(hours: FlaskClient, view: str) -> None:
    assert "est passé" not in text_of(hours.get(f"/lieux?{view}").text)


@pytest.mark.parametrize(
    ("where", "heading"),
    [
        ("Nouméa", "mercredi 4 mars à 22 h, heure du lieu"),
        ("Le Tampon", "mercredi 4 mars à 15 h, heure du lieu"),
        ("La Réunion", "mercredi 4 mars à 15 h, heure du lieu"),
        ("Saint-Pierre-et-Miquelon", "mercredi 4 mars à 8 h, heure du lieu"),
        ("Paris", "mercredi 4 mars à 12 h"),
        ("Var", "mercredi 4 mars à 12 h"),
        ("", "mercredi 4 mars à 12 h"),
    ],
)
def test_a_list_is_headed_by_the_time_of_the_place_sought(
    hours: FlaskClient, where: str, heading: str
) -> None:
    page = hours.get("/lieux", query_string={"ou": where}).text
    line = page.partition('class="total-line"')[2].partition("</div>")[0]
    assert text_of(line).endswith(heading)
