"""From France to the list of a commune by links alone: régions, départements, communes."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.find.places import locate
from registry.web.places.territories import region_lines
from registry.web.site.territory_names import by_slug, slugs_with
from tests.registry.web.network_of_tests import RICH, SmallNode, add_source, harvest, plain
from vocab.mapping import place_record
from vocab.territory import departements, region
from vocab.territory_phrases import within

_LINE = re.compile(r'<li><a href="([^"]*)">([^<]*)</a> <span class="count">([^<]*)</span></li>')


def lines(page: str) -> list[tuple[str, str, str]]:
    """Return (address, name, count) of the lists of a page."""
    return [tuple(map(html.unescape, found)) for found in _LINE.findall(page)]  # type: ignore[misc]


@pytest.fixture
def paris(node: SmallNode, client: FlaskClient) -> FlaskClient:
    """Places in three arrondissements, two towns of the Eure, and a code that is out of use."""
    ping = add_source(node, "ping", "https://ping.example/id/", "Ping")
    towns = (
        ("75110", "Paris", "75010"), ("75102", "Paris", "75002"), ("75102", "Paris", "75002"),
        ("27229", "Évreux", "27000"), ("27016", "Les Andelys", "27700"),
        ("27999", "Nulle-Part", "27000"),
    )  # fmt: skip
    rows = [
        RICH | {"id": f"p{number}", "code_insee": code, "commune": name, "code_postal": postcode}
        for number, (code, name, postcode) in enumerate(towns)
    ]
    harvest(node, "ping", [place_record(row, ping) for row in rows])
    return client


def test_one_walks_from_france_to_the_list_of_a_commune(visitor: FlaskClient) -> None:
    address = "/couverture"
    for name in ("Provence-Alpes-Côte d’Azur", "Bouches-du-Rhône (13)", "Arles"):
        found = {line[1]: line[0] for line in lines(visitor.get(address).text)}
        address = found[name]
    assert address.startswith("/lieux?ou=")
    page = visitor.get(address).text
    assert "France services d’Arles" in page


@pytest.mark.parametrize(
    ("path", "french", "english"),
    [
        ("/couverture/bouches-du-rhone-13", "dans les Bouches-du-Rhône (13)",
         "in Bouches-du-Rhône (13)"),
        ("/couverture/la-reunion-974", "à La Réunion (974)", "in La Réunion (974)"),
        ("/couverture/provence-alpes-cote-d-azur", "en Provence-Alpes-Côte d'Azur",
         "in Provence-Alpes-Côte d'Azur"),
    ],
)  # fmt: skip
def test_a_territory_is_named_as_people_say_it(
    visitor: FlaskClient, path: str, french: str, english: str
) -> None:
    for lang, title in (("", f"Lieux de médiation numérique {french}"),
                        ("/en", f"Digital mediation places {english}")):  # fmt: skip
        page = plain(html.unescape(visitor.get(lang + path).text))
        assert f"<title>{title} – " in page
        assert f"{title}</h1>" in page
        assert f'rel="canonical" href="http://maillage.example{lang}{path}"' in page


def test_counts_are_those_of_the_lists(visitor: FlaskClient) -> None:
    page = visitor.get("/couverture/bouches-du-rhone-13").text
    assert {line[1]: line[2] for line in lines(page)} == {
        "Arles": "1", "Marseille 3e Arrondissement": "1",
    }  # fmt: skip
    assert "1 autre lieu" in plain(page)
    assert "Voir les 3 lieux" in plain(page)
    assert "3 lieux" in plain(visitor.get("/lieux?ou=13").text)


def test_towns_stand_in_french_order_and_strays_are_told(paris: FlaskClient) -> None:
    names = [line[1] for line in lines(paris.get("/couverture/paris-75").text)]
    assert names[:2] == ["Paris 2e Arrondissement", "Paris 10e Arrondissement"]
    page = paris.get("/couverture/eure-27").text
    assert [line[1] for line in lines(page)][:2] == ["Évreux", "Les Andelys"]
    assert "1 autre lieu n'indique pas clairement sa commune" in plain(page)


def test_a_departement_without_places_shows_the_way_to_its_neighbours(paris: FlaskClient) -> None:
    page = plain(paris.get("/couverture/calvados-14").text)
    assert "Aucun lieu n'est encore publié ici" in page
    assert ("/couverture/eure-27", "Eure (27)", "3") in lines(page)


@pytest.mark.parametrize("slug", ["inconnu", "var", "VAR-83", "guadeloupe", "83", "<script>"])
def test_an_unknown_territory_is_not_there(visitor: FlaskClient, slug: str) -> None:
    assert visitor.get(f"/couverture/{slug}").status_code == 404


def test_every_territory_has_its_page_and_its_words(visitor: FlaskClient) -> None:
    assert len([one for one in by_slug().values() if hasattr(one, "box")]) == len(departements())
    for slug, found in by_slug().items():
        assert visitor.get(f"/couverture/{slug}").status_code == 200, slug
        assert within(found).endswith(found.name)
    assert within(region("11") or departements()[0]) == "en Île-de-France"


def test_the_code_of_a_departement_leads_to_its_places() -> None:
    for one in departements():
        located = locate(one.code)
        assert located
        assert [(area.kind, area.code) for area in located.areas] == [("departement", one.code)]


def test_the_map_of_the_site_lists_territories_that_have_places(visitor: FlaskClient) -> None:
    page = visitor.get("/sitemap-1.xml").text
    found = re.findall(r"<loc>http://maillage\.example/couverture/([^<]*)</loc>", page)
    assert found == ["provence-alpes-cote-d-azur", "bouches-du-rhone-13", "la-reunion-974"]
    assert list(slugs_with({"2A": 1})) == ["corse", "corse-du-sud-2a"]


def test_territories_are_in_alphabetical_order_whatever_their_accents(site: Flask) -> None:
    counted = dict.fromkeys(("75", "44", "974", "2A", "22", "29", "35", "999"), 1)
    with site.test_request_context("/"):
        found = region_lines(counted)
    assert [(line.name, line.places) for line in found] == [
        ("Bretagne", 3), ("Corse", 1), ("Île-de-France", 1), ("La Réunion", 1),
        ("Pays de la Loire", 1), ("999", 1),
    ]  # fmt: skip
    assert [urlsplit(line.address).path for line in found[-2:]] == [
        "/couverture/pays-de-la-loire", "/lieux",
    ]  # fmt: skip
    assert parse_qs(urlsplit(found[-1].address).query) == {"departement": ["999"]}
