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
