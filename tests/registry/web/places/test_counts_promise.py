"""A count beside a filter is what its link shows."""

import html
import re

import pytest
from flask.testing import FlaskClient

from tests.registry.web.network_of_tests import RICH, SmallNode, harvest
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
