"""A place page tells what one can really do, and keeps what is for programs in one folded part."""

import re

import pytest
from flask.testing import FlaskClient

from registry.search.hours import open_state, week
from tests.registry.web.network_of_tests import NOON, RICH, SmallNode, harvest, plain
from vocab.mapping import PoleIdentity, place_record

_POLE = PoleIdentity("ping", "https://ping.example/id/")
_POOR = {"id": "a", "nom": "Mairie", "commune": "Arles", "code_postal": "13200"}
_NEAR = {"latitude": "43.6767", "longitude": "4.6278", "services": RICH["services"]}
_NEIGHBOUR = _POOR | _NEAR | {"id": "b", "nom": "Voisin", "telephone": "+33490000000"}
_CALL = "Appelez avant de venir."
_NO_PUBLIC = {"modalites_acces": "Ce lieu n'accueille pas de public"}

pytestmark = pytest.mark.usefixtures("stopped_clock")


def _page(node: SmallNode, client: FlaskClient, *rows: dict[str, str]) -> str:
    harvest(node, "ping", [place_record(row, _POLE) for row in rows])
    return plain(client.get("/pole/ping/place/a").text)


@pytest.mark.parametrize(
    ("row", "advice"),
    [
        ({"telephone": "+33490123456"}, _CALL),
        ({"courriels": "a@b.example"}, "Écrivez-lui avant de venir."),
        ({"site_web": "https://a.example/"}, "Consultez son site avant de venir."),
        ({"site_web": "javascript:alert(1)"}, "On ne lui connaît que cette adresse"),
        ({}, "On ne lui connaît que cette adresse"),
        (_NEAR, "Voyez les lieux voisins."),
        (_NO_PUBLIC, "Ce lieu n'accueille pas de public."),
        (_NO_PUBLIC | _NEAR, "public. Voyez les lieux voisins."),
    ],
)
def test_only_who_has_a_phone_is_to_be_called(
    node: SmallNode, client: FlaskClient, row: dict[str, str], advice: str
) -> None:
    page = _page(node, client, _POOR | row, _NEIGHBOUR)
    assert advice in page
    assert (_CALL in page) == (advice == _CALL)
    assert "mieux vaut appeler" not in page


def test_a_neighbour_is_called_from_the_page_of_who_has_no_phone(
    node: SmallNode, client: FlaskClient
) -> None:
    page = _page(node, client, _POOR | _NEAR, _NEIGHBOUR)
    assert 'href="tel:+33490000000">04 90 00 00 00</a>' in page


@pytest.mark.parametrize(
    ("hours", "badge", "said"),
    [
        ("08:00-17:00", "Horaires sans jour précisé : 8 h – 17 h",
         "8 h – 17 h, mais le lieu ne dit pas quels jours."),
        ("08:00-12:00,14:00-17:00", "Horaires sans jour précisé : 8 h – 12 h, 14 h – 17 h", ""),
        ("We 14:00-14:00", "Horaires à lire sur la fiche", "Comme le lieu l'écrit : We 14:00"),
        ("", "Horaires inconnus", "Personne n'a donné ses horaires."),
    ],
)  # fmt: skip
def test_hours_that_are_not_sure_are_said_as_they_are(
    node: SmallNode, client: FlaskClient, hours: str, badge: str, said: str
) -> None:
    page = _page(node, client, _POOR | {"horaires": hours})
    assert badge in page
    assert said in page
    assert 'class="badge open' not in page
    assert 'class="week"' not in page


def test_hours_without_a_day_open_no_door() -> None:
    assert open_state("08:00-17:00", "13", NOON) is None
    assert week("08:00-17:00", "13", NOON) == ()
    assert open_state("Mo-Su 08:00-17:00", "13", NOON) is not None
    assert open_state("24/7", "13", NOON) is not None


def test_what_is_for_programs_is_in_one_folded_part(visitor: FlaskClient) -> None:
    page = visitor.get("/pole/zinc/place/riche").text
    start = page.index('<details class="data')
    folded = page[start : page.index("</details>", start)]
    for words in ("Turtle", "JSON-LD", "complétude", "format OpenStreetMap", "<code>Mo-Fr"):
        assert words in folded, words
        main = re.sub(r"(?s)^.*<main", "", page[:start])
        assert words not in main, words
