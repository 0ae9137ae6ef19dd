"""Who answers for the site, as the settings give it, and how accessible it is by law."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from registry.settings.config import Pole, load
from tests.registry.web.network_of_tests import SmallNode, plain
from vocab.errors import UsageError


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("/mentions-legales", ("L'éditeur n'est pas encore", "L'hébergeur n'est pas encore")),
        ("/en/mentions-legales", ("The publisher is not given yet", "The host is not given yet")),
    ],
)
def test_what_is_not_given_is_said(
    client: FlaskClient, node: SmallNode, path: str, missing: tuple[str, ...]
) -> None:
    node.config = replace(node.config, pole=None)
    page = plain(client.get(path).text)
    assert [one for one in missing if one not in page] == []


def test_publisher_and_host_are_those_of_the_settings(client: FlaskClient, node: SmallNode) -> None:
    node.config = replace(
        node.config,
        legal_publisher="L’Éditrice <b>",
        legal_address="1 rue Neuve, 83300 Draguignan",
        legal_director="Camille Exemple",
        legal_host="L’Hébergeuse",
        legal_host_address="2 quai Vieux, 13002 Marseille",
        legal_host_phone="01 99 00 00 02",
        contact="bonjour@example.org",
    )
    for prefix in ("", "/en"):
        page = client.get(f"{prefix}/mentions-legales").text
        for told in ("L’Éditrice &lt;b&gt;", "1 rue Neuve", "Camille Exemple", "L’Hébergeuse",
                     "2 quai Vieux", "01 99 00 00 02", "mailto:bonjour@example.org"):  # fmt: skip
            assert told in page
        assert f'href="{prefix}/mentions-legales"' in client.get(f"{prefix}/a-propos").text
        assert "L’Éditrice" in client.get(f"{prefix}/a-propos").text


def test_a_pole_publishes_its_own_site(client: FlaskClient, node: SmallNode) -> None:
    node.config = replace(node.config, pole=Pole("Pôle Sud", "association", "3 place", "83", "Var"))
    assert "Pôle Sud, association, 3 place, 83 Var" in client.get("/mentions-legales").text


@pytest.mark.parametrize(
    ("level", "french", "english"),
    [
        ("none", "non conforme", "not compliant"),
        ("partial", "partiellement conforme", "partially compliant"),
        ("full", "totalement conforme", "fully compliant"),
    ],
)
def test_every_page_says_how_accessible_the_site_is_by_law(
    client: FlaskClient, node: SmallNode, level: str, french: str, english: str
) -> None:
    node.config = replace(node.config, legal_accessibility=level)
    for prefix, words in (("", french), ("/en", english)):
        page = client.get(f"{prefix}/accessibilite").text
        assert f"<strong>{words}</strong>" in page
        assert ("audit" in page) == (level == "none")
        foot = client.get(f"{prefix}/").text.partition('class="site-foot"')[2]
        assert words in foot


def test_another_level_is_refused() -> None:
    with pytest.raises(UsageError, match="none, partial, full"):
        load(None, {"MAILLAGE_LEGAL_ACCESSIBILITY": "presque"})
