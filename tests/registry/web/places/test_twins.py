"""Two records of one place stand together in a list, the second in one line."""

import pytest
from flask.testing import FlaskClient

from tests.registry.web.network_of_tests import RICH, SmallNode, harvest, plain
from vocab.mapping import PoleIdentity, place_record

POLE = PoleIdentity("ping", "https://ping.example/id/")
_TOWN = {"commune": "Flayosc", "code_postal": "83780", "code_insee": "83058",
         "latitude": "43.534", "longitude": "6.396"}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "street", "is_twin"),
    [
        ("Mairie de Flayosc", "AV ANGELIN GERMAN", True),
        ("MAIRIE DE FLAYOSC", "Avenue du Docteur Angelin German", True),
        ("Mairie de Flayosc", "12 place de la Reinesse", False),
        ("Médiathèque de Flayosc", "Avenue du Docteur Angelin German", False),
        ("Mairie de Flayosc", "", False),
    ],
)
def test_a_second_record_of_a_place_is_one_line(
    node: SmallNode, client: FlaskClient, name: str, street: str, is_twin: bool
) -> None:
    first = {"id": "a", "nom": "Mairie de Flayosc", "adresse": "Avenue du Docteur Angelin German"}
    second = {"id": "b", "nom": name, "adresse": street}
    harvest(node, "ping", [place_record(RICH | _TOWN | one, POLE) for one in (first, second)])
    for prefix, words in (("", "Probablement le même lieu"), ("/en", "Probably the same place")):
        page = plain(client.get(f"{prefix}/lieux?ou=Flayosc").text)
        assert page.count('class="place numbered') == 2
        assert (words in page) == is_twin
        assert "/pole/ping/place/b" in page
