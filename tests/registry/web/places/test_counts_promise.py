"""A count beside a filter is what its link shows."""

import html
import re

import pytest
from flask.testing import FlaskClient

from tests.registry.web.network_of_tests import RICH, SmallNode, harvest, plain
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record

POLE = PoleIdentity("ping", "https://ping.example/id/")
NORTH_KM = 1 / 111.2


def place(number: int, km: float, **changes: str) -> Record:
    """Return a place so many kilometres north of Draguignan."""
    row = RICH | {
        "id": str(number), "nom": f"Lieu {number}", "commune": "Draguignan",
        "code_postal": "83300", "code_insee": "83050", "longitude": "6.4640",
        "latitude": f"{43.5370 + km * NORTH_KM:.5f}",
    }  # fmt: skip
    return place_record(row | changes, POLE)


@pytest.fixture
def places(node: SmallNode, client: FlaskClient) -> FlaskClient:
    """Places near a town, of which some are free; further away all are, outside its commune."""
    free, paid = {"frais_a_charge": "Gratuit"}, {"frais_a_charge": "Payant"}
    outside = {"commune": "Callas", "code_postal": "83830", "code_insee": "83028"}
    near = [place(n, 0.1 * n, **(free if n < 2 else paid)) for n in range(6)]
    far = [place(n, n - 4.0, **free, **outside) for n in range(12, 18)]
    harvest(node, "ping", [*near, *far])
    return client


def total(page: str) -> int:
    found = re.search(r'id="total"[^>]*>(\d+)\slieu', page)
    assert found
    return int(found[1])


def test_a_filter_that_is_one_press_away_looks_no_further(places: FlaskClient) -> None:
    page = places.get("/lieux?ou=Draguignan").text
    assert total(page) == 6
    link, count = re.findall(r'href="([^"]+)">(?:(?!</a>).)*Gratuit <b>(\d+)</b>', page)[0]
    assert int(count) == 2
    assert total(places.get(html.unescape(link)).text) == 2


def test_the_form_of_filters_looks_no_further(places: FlaskClient) -> None:
    page = places.get("/lieux?ou=Draguignan").text
    radius = re.search(r'name="rayon"[^>]* value="(\d+)"', page)
    assert radius
    assert total(places.get(f"/lieux?ou=Draguignan&frais=gratuit&rayon={radius[1]}").text) == 2


def test_an_empty_circle_is_not_kept(places: FlaskClient) -> None:
    page = places.get("/lieux?q=zzyzx&ou=Draguignan").text
    assert total(page) == 0
    assert re.search(r'name="rayon"[^>]* value=""', page)


@pytest.fixture
def with_examples(node: SmallNode, client: FlaskClient) -> FlaskClient:
    """Real places of a service, and invented ones: beside them, and alone in a département."""
    real = [place(n, 0.1 * n) for n in range(60)]
    tahiti = {"commune": "Papeete", "code_postal": "98714", "code_insee": "98735",
              "latitude": "-17.54", "longitude": "-149.57"}  # fmt: skip
    invented = [place(60, 6.0, exemple="true"), place_record(
        RICH | tahiti | {"id": "tahiti", "nom": "Exemple", "exemple": "true"}, POLE
    )]  # fmt: skip
    harvest(node, "ping", [*real, *invented])
    return client


def promises(page: str) -> list[tuple[str, int]]:
    """Return the links to lists of a page, each with the number that stands after it."""
    link = r'href="(/(?:en/)?lieux\?[^"]*)"[^>]*>(?:(?!</a>).)*</a>'
    shown = link + r"(?:</h\d>)?\s*<span[^>]*>([\d\s]+)"
    return [
        (html.unescape(link), int(re.sub(r"\s", "", count)))
        for link, count in re.findall(shown, page, re.DOTALL)
    ]


@pytest.mark.parametrize("path", ["/", "/couverture/var-83", "/pole/ping", "/couverture"])
def test_a_page_that_leads_to_lists_promises_what_they_hold(
    with_examples: FlaskClient, path: str
) -> None:
    found = promises(with_examples.get(path).text)
    assert found or path == "/couverture"
    for link, count in found:
        if "ou=" not in link:  # that list also shows the places around a town
            assert total(with_examples.get(link).text) == count, link


def test_a_territory_of_invented_places_promises_none(with_examples: FlaskClient) -> None:
    assert "60 lieux" in plain(with_examples.get("/couverture/var-83").text)
    page = with_examples.get("/couverture/polynesie-francaise-987").text
    assert "Aucun lieu n’est encore publié ici" in page
    assert "polynesie" not in with_examples.get("/").text
    assert total(with_examples.get("/lieux?departement=987").text) == 0


def test_each_choice_of_a_filter_leads_to_as_many(with_examples: FlaskClient) -> None:
    for path in ("/lieux", "/lieux?departement=83"):
        page = with_examples.get(path).text
        choices = re.findall(
            r'name="(\w+)" value="([^"]+)"> [^<]*<span class="count">([\d\s]+)<', page
        )
        assert {name for name, _value, _count in choices} >= {"service", "pole", "exemple"}
        for name, value, count in choices:
            view = f"{path}{'&' if '?' in path else '?'}{name}={value}"
            found = total(with_examples.get(html.unescape(view)).text)
            assert found == int(re.sub(r"\s", "", count)), view


@pytest.mark.parametrize("moment", ["ouvert=1", "quand=2026-03-04T10:00", "q=mercredi"])
def test_places_without_hours_are_as_many_as_their_link_shows(
    node: SmallNode, client: FlaskClient, moment: str
) -> None:
    stated, none = {"horaires": "24/7"}, {"horaires": ""}
    words = {"horaires": "We 14:00-14:00"}
    near = [place(n, 7.0 + 0.1 * n, **(stated if n < 5 else none)) for n in range(9)]
    harvest(node, "ping", [*near, place(10, 8.5, **words), place(11, 15.0, **none)])
    page = client.get(f"/lieux?ou=Draguignan&{moment}").text
    found = re.search(r'class="unknown-hours"><a href="([^"]+)">(\d+)', page)
    assert found
    assert total(client.get(html.unescape(found[1])).text) == int(found[2]) > 0
