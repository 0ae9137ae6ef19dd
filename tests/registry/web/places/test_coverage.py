"""The drawn map of départements, its table, and how complete the places of a pole are."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from registry.web.places.outlines import neighbours, outlines
from tests.registry.web.network_of_tests import SmallNode


def test_every_departement_is_drawn_once_and_visibly() -> None:
    codes = [outline.code for outline in outlines()]
    assert len(codes) == len(set(codes)) == 101
    for outline in outlines():
        assert re.fullmatch(r"(M-?\d+ -?\d+(L-?\d+ -?\d+){2,}Z)+", outline.path), outline.code


@pytest.mark.parametrize(
    ("code", "expected"),
    [("44", ("35", "49", "56", "85")), ("2A", ("2B",)), ("974", ()), ("zz", ())],
)
def test_neighbours_share_a_border(code: str, expected: tuple[str, ...]) -> None:
    assert neighbours(code) == expected
    assert all(code in neighbours(other) for other in expected)


def test_the_table_counts_and_links(visitor: FlaskClient) -> None:
    page = visitor.get("/couverture").text
    row = re.search(
        r"<tr><th scope=.row.><a href=.([^\"]*).>Bouches-du-Rhône</a></th>.*?</tr>", page
    )
    assert row
    assert row[1] == "/couverture/bouches-du-rhone-13"
    assert re.findall(r'class="num">(\d+)<', row[0]) == ["3", "2"]
    assert page.count('<path class="shade-') == 101
    assert '<path class="shade-0"' in page


@pytest.mark.parametrize(
    ("sort", "first"), [("nom", "Ain"), ("code", "Ain"), ("lieux", "Bouches-du-Rhône")]
)
def test_the_table_sorts_without_a_script(visitor: FlaskClient, sort: str, first: str) -> None:
    page = visitor.get(f"/couverture?tri={sort}").text
    names = re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]*)', page)
    assert names[0] == first
    assert page.count("aria-sort=") == 1
    assert visitor.get("/couverture?tri=DROP").status_code == 400


def test_a_pole_sees_what_its_places_lack(visitor: FlaskClient) -> None:
    page = visitor.get("/pole/zinc").text
    shares = re.findall(r'<meter min="0" max="(\d+)" value="(\d+)"', page)
    assert shares == [("2", "1"), ("2", "1"), ("2", "2"), ("2", "1"), ("2", "2")]
    (address,) = re.findall(r'href="(/lieux\?[^"]*manque=horaires)"', page)
    listing = visitor.get(address.replace("&amp;", "&")).text
    assert "France services d’Arles" in listing
    assert "Le Grand Bus" not in listing
    assert "without opening hours" in visitor.get("/en/lieux?pole=zinc&manque=horaires").text


def test_security_txt_names_the_contact_of_the_settings(
    visitor: FlaskClient, network: SmallNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert visitor.get("/.well-known/security.txt").status_code == 404
    for contact, shown in (("a@zinc.example", "mailto:a@zinc.example"),
                           ("https://zinc.example/c", "https://zinc.example/c")):  # fmt: skip
        monkeypatch.setattr(network, "config", replace(network.config, contact=contact))
        answer = visitor.get("/.well-known/security.txt")
        assert answer.mimetype == "text/plain"
        assert answer.text.splitlines()[:2] == [
            f"Contact: {shown}",
            "Expires: 2026-06-02T11:00:00Z",
        ]
