"""The name of a pole: whole where it is presented, short in links, buttons and sentences."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from registry.node import pole_description
from registry.publish.pole import pole_record
from registry.settings.config import Config, Pole
from registry.web.app import create_app
from tests.registry.web.network_of_tests import SmallNode, harvest, plain

if TYPE_CHECKING:
    from registry.node import Node

_SPACE = "https://ping.example/id/"
_WHOLE = "Association Régionale de Soutien aux Espaces Numériques de l'Information"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (f"{_WHOLE} (ARSENIC)", "ARSENIC"),
        ("Maison du numérique (M2N)", "M2N"),
        ("Maison du numérique (Nantes)", "Maison du numérique (Nantes)"),
        (_WHOLE, "Ping"),
        ("Zinc", "Zinc"),
    ],
)
def test_links_carry_the_short_name_and_the_page_of_a_pole_the_whole(
    node: SmallNode, name: str, shown: str
) -> None:
    config = Config(data=Path(), slug="ping", namespace=_SPACE, pole=Pole(name))
    harvest(node, "ping", [pole_record(pole_description(config, "https://ping.example/"))])
    visitor = create_app(cast("Node", node)).test_client()
    network = plain(visitor.get("/reseau").text)
    assert f'href="/pole/ping">{shown}</a>' in network
    assert f"<h1>{name}</h1>" in plain(visitor.get("/pole/ping").text)


def test_the_address_of_a_pole_leads_to_its_record_as_rdf(node: SmallNode) -> None:
    config = Config(data=Path(), slug="ping", namespace=_SPACE, pole=Pole("Ping"))
    harvest(node, "ping", [pole_record(pole_description(config, "https://ping.example/"))])
    visitor = create_app(cast("Node", node)).test_client()
    page = visitor.get("/pole/ping", headers={"Accept": "text/html"})
    assert "Accept" in page.headers["Vary"]
    for suffix, media_type in ((".ttl", "text/turtle"), (".jsonld", "application/ld+json")):
        assert f'{suffix}>; rel="alternate"; type="{media_type}"' in str(page.headers)
        named = visitor.get(f"/pole/ping{suffix}", follow_redirects=True)
        asked = visitor.get("/pole/ping", headers={"Accept": media_type}, follow_redirects=True)
        assert named.mimetype == asked.mimetype == media_type
        assert named.data == asked.data
        assert b"Ping" in named.data
    assert visitor.get("/pole/nobody.ttl").status_code == 404


def test_a_slash_too_many_leads_to_the_record(node: SmallNode) -> None:
    config = Config(data=Path(), slug="ping", namespace=_SPACE, pole=Pole("Ping"))
    harvest(node, "ping", [pole_record(pole_description(config, "https://ping.example/"))])
    visitor = create_app(cast("Node", node)).test_client()
    record = visitor.get("/pole/ping.ttl").location.removesuffix(".ttl")
    moved = visitor.get(f"{record}/")
    assert (moved.status_code, moved.location) == (301, record)
