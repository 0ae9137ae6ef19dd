"""How to reach a pole: what it says of itself, or honestly that it says nothing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from flask.testing import FlaskClient

from registry.node import pole_description
from registry.publish.pole import pole_record
from registry.settings.config import Config, Pole, load
from registry.web.app import create_app
from samples.network import REGISTRY, SETTINGS
from tests.registry.web.network_of_tests import SmallNode, harvest, plain

if TYPE_CHECKING:
    from registry.node import Node

_SPACE = "https://ping.example/id/"
_SEATED = Pole("Ping", street="38 rue du Breil", postcode="44100", locality="Nantes")


@pytest.fixture
def asked(node: SmallNode) -> Callable[[Pole | None], str]:
    """The page of a pole that says this of itself."""

    def page(pole: Pole | None) -> str:
        if pole is not None:
            config = Config(data=Path(), slug="ping", namespace=_SPACE, pole=pole)
            harvest(node, "ping", [pole_record(pole_description(config, "https://ping.example/"))])
        visitor = create_app(cast("Node", node)).test_client()
        return plain(visitor.get("/pole/ping").text)

    return page


_ONLY_POST = "Ce pôle ne donne ni adresse électronique ni site : écrivez-lui par la poste."
_NOTHING = "Ce pôle ne dit pas comment le joindre."


@pytest.mark.parametrize(
    ("pole", "said", "unsaid"),
    [
        (Pole("Ping", contact_email="ici@ping.fr"), ('href="mailto:ici@ping.fr"',),
         (_ONLY_POST, _NOTHING, "adresse de l'exemple")),
        (Pole("Ping", contact_email="ici@ping.example"),
         ('href="mailto:ici@ping.example"', "(adresse de l'exemple"), (_ONLY_POST, _NOTHING)),
        (Pole("Ping", homepage="https://ping.fr/"), ('href="https://ping.fr/"',),
         (_ONLY_POST, _NOTHING)),
        (_SEATED, ("38 rue du Breil", "44100", _ONLY_POST), (_NOTHING, "mailto:")),
        (Pole("Ping"), (_NOTHING,), (_ONLY_POST, "mailto:")),
        (None, (_NOTHING,), (_ONLY_POST, "mailto:")),
    ],
)  # fmt: skip
def test_a_pole_says_how_to_reach_it(
    asked: Callable[[Pole | None], str],
    pole: Pole | None,
    said: tuple[str, ...],
    unsaid: tuple[str, ...],
) -> None:
    _, _, rest = asked(pole).partition('id="contact"')
    assert rest, "the page has no such anchor"
    box, _, _ = rest.partition("</section>")
    assert [one for one in said if one not in box] == []
    assert [one for one in unsaid if one in box] == []


def test_a_place_leads_to_where_its_pole_says_how_to_reach_it(visitor: FlaskClient) -> None:
    page = plain(visitor.get("/pole/zinc/place/simple").text)
    assert '/pole/zinc#contact">Joindre ce pôle</a>' in page
    assert 'id="contact"' in visitor.get("/pole/zinc").text
    assert '/pole/zinc#contact">Joindre ce pôle<span class="hidden"> Zinc</span></a>' in plain(
        visitor.get("/reseau").text
    )


@pytest.mark.parametrize("contact", ["", "aide@registre.example"])
def test_who_is_stopped_by_a_page_is_told_whom_to_write_to(node: SmallNode, contact: str) -> None:
    node.config = replace(node.config, contact=contact)
    visitor = create_app(cast("Node", node)).test_client()
    page = plain(visitor.get("/accessibilite").text)
    expected = (
        f'href="mailto:{contact}"' if contact else "la page de ce pôle dit comment le joindre"
    )
    assert expected in page


@pytest.mark.parametrize("slug", sorted(set(SETTINGS) - {REGISTRY}))
def test_each_pole_of_the_sample_can_be_written_to_at_an_address_that_nobody_has(slug: str) -> None:
    config = load(SETTINGS[slug], {})
    assert config.pole is not None
    assert config.pole.contact_email.endswith(f"@{slug}.example")
