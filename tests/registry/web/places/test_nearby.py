"""A view that holds no place leads to views that do."""

import html
import re

import pytest
from flask.testing import FlaskClient

from tests.registry.web.network_of_tests import plain

_WAY = re.compile(
    r'<li><a href="([^"]*)">([^<]*)</a> <span class="count">(\d+) (?:lieux?|places?)</span>'
)


def ways(page: str) -> dict[str, tuple[str, int]]:
    box = page.partition('aria-labelledby="t-ways"')[2].partition("</section>")[0]
    return {html.unescape(label): (html.unescape(url), int(count))
            for url, label, count in _WAY.findall(box)}  # fmt: skip


@pytest.mark.parametrize(
    ("view", "label"),
    [
        ("q=bus&departement=974", "sans le filtre La Réunion (974)"),
        ("q=bus&departement=974&type=bib", "« bus » partout"),
        ("q=bus&departement=84", "à côté : Bouches-du-Rhône (13)"),
        ("q=bus+inexistant&mots=1", "« bus » seulement"),
        ("q=bus&type=bib", "sans le filtre Bibliothèque"),
        ("q=bus&bbox=0,0,1,1", "hors de la zone de la carte"),
        ("departement=13&quand=2026-03-04T03:00", "à toute heure"),
        ("pres=43.9,4.63&rayon=1", "jusqu'à 200 km"),
        ("q=bus&ou=zzyzx", "ailleurs en France, pas seulement « zzyzx »"),
    ],
)
def test_each_way_out_holds_what_it_promises(visitor: FlaskClient, view: str, label: str) -> None:
    found = ways(plain(visitor.get(f"/lieux?{view}").text))
    assert any(name.startswith(label) for name in found), found
    for url, count in found.values():
        assert re.search(rf'id="total"[^>]*>{count} lieu', plain(visitor.get(url).text)), url


def test_a_view_with_places_needs_none(visitor: FlaskClient) -> None:
    assert "Essayez plutôt" not in visitor.get("/lieux?q=bus").text


def test_nothing_near_is_said(visitor: FlaskClient) -> None:
    page = plain(visitor.get("/lieux?q=inexistant").text)
    assert set(ways(page)) == {"sans « inexistant »"}
    english = visitor.get("/en/lieux?q=bus&departement=974&type=bib").text
    assert "“bus” everywhere" in ways(english)


def test_without_its_words_a_question_keeps_the_place_that_was_typed_with_them(
    visitor: FlaskClient,
) -> None:
    found = ways(plain(visitor.get("/lieux?q=inexistant+à+Marseille").text))
    url, count = found["sans « inexistant »"]
    page = plain(visitor.get(url).text)
    assert count > 0
    assert "km de Marseille" in page


@pytest.mark.parametrize("typed", ["13", "bouches du rhone", "Bouches-du-Rhône"])
def test_a_departement_is_a_place(visitor: FlaskClient, typed: str) -> None:
    page = visitor.get("/lieux", query_string={"ou": typed}).text
    assert "dans les Bouches-du-Rhône</strong>" in plain(page)
    assert 'class="place numbered"' in page


@pytest.mark.parametrize("typed", ["St Denis", "st-denis", "SAINT DENIS", "Saint-Denis"])
def test_one_name_of_several_towns_asks_which(visitor: FlaskClient, typed: str) -> None:
    page = visitor.get("/lieux", query_string={"ou": typed}).text
    assert "lequel" in page
    assert 'class="place numbered"' not in page
    choices = re.findall(r'<li><a href="([^"]*)">Saint-Denis \(([^)]*)\)</a>', page)
    assert [name for _, name in choices[:2]] == ["La Réunion", "Seine-Saint-Denis"]
    assert "à moins de" in visitor.get(html.unescape(choices[0][0])).text
