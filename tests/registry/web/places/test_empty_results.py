"""Where nothing is found: the part that leaves nothing, the nearest place, ways out with counts."""

import html
import re

import pytest
from flask.testing import FlaskClient

from tests.registry.web.network_of_tests import RICH, SmallNode, add_source, harvest, plain
from vocab.mapping import place_record

_BASE = {"code_insee": "83050", "commune": "Draguignan", "code_postal": "83300",
         "latitude": "43.54", "longitude": "6.464"}  # fmt: skip
ROWS = (
    _BASE | {"id": "var", "nom": "Maison du Var", "services": "Aide aux démarches administratives",
             "horaires": "Mo-Fr 09:00-12:00", "typologie": "RFS"},
    {"id": "alpes", "nom": "Fablab des Alpes", "code_insee": "06088", "commune": "Nice",
     "code_postal": "06000", "latitude": "43.70", "longitude": "7.26", "telephone": "+33493000000",
     "services": "Loisirs et créations numériques", "typologie": "TIERS_LIEUX"},
)  # fmt: skip


@pytest.fixture
def south(node: SmallNode, client: FlaskClient) -> FlaskClient:
    ping = add_source(node, "ping", "https://ping.example/id/", "Ping")
    bare = {name: value for name, value in RICH.items() if name not in ("services", "horaires")}
    harvest(node, "ping", [place_record(bare | row, ping) for row in ROWS])
    return client


def said(page: str) -> str:
    """Return what the list and the ways out say."""
    found = re.search(r'<ol class="places".*?(?=<form class="refine"|</main>)', page, re.DOTALL)
    assert found
    text = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", found[0], flags=re.DOTALL)
    return " ".join(plain(html.unescape(text)).split()).replace(" ,", ",").replace(" .", ".")


@pytest.mark.parametrize(
    ("view", "french", "english"),
    [
        ("q=imprimante+3D&ou=83", "1 lieu correspond ailleurs en France, aucun ici.",
         "1 place matches elsewhere in France, none here."),
        ("q=imprimante+3D+dans+le+Var", "1 lieu correspond ailleurs en France, aucun ici.",
         "1 place matches elsewhere in France, none here."),
        ("q=impôts&ou=Draguignan&quand=2026-03-01T03:00",
         "aucun n'est ouvert à ce moment-là", "none of them is open then"),
        ("ou=83&service=loisirs-et-creations-numeriques",
         "C'est le filtre « Loisirs et créations numériques » qui n'en laisse aucun",
         "It is the filter “"),
        ("q=xyzzyq", "Aucun lieu de tout l'annuaire ne contient ces mots",
         "No place of the whole directory holds these words"),
        ("q=contrôle+parental&ou=83", "Aucun lieu de tout l'annuaire ne dit encore qu'il le fait",
         "No place of the whole directory says yet that it does this"),
        ("bbox=-30,40,-29,41", "2 lieux correspondent ailleurs", "2 places match elsewhere"),
    ],
)  # fmt: skip
def test_the_part_that_leaves_nothing_is_named(
    south: FlaskClient, view: str, french: str, english: str
) -> None:
    for lang, words in (("", french), ("/en", english)):
        page = south.get(f"{lang}/lieux?{view}").text
        assert words in said(page)


def test_the_nearest_place_that_answers_is_given_with_its_phone(south: FlaskClient) -> None:
    page = south.get("/lieux?q=imprimante+3D&ou=83").text
    assert "Le plus proche : Fablab des Alpes" in said(page)
    assert "04 93 00 00 00" in said(page)
    assert 'href="tel:+33493000000"' in page
    assert " km" not in said(page)


@pytest.mark.parametrize(
    ("view", "told", "untold"),
    [
        ("q=mairie&ou=Draguignan",
         "Aide aux démarches administratives à 350 m : Maison du Var", "Le plus proche :"),
        ("q=centre+social&ou=83", "Aide aux démarches administratives : Maison du Var", ""),
        ("q=impôts&ou=Papeete", "Le plus proche est à plus de 1 000 km", "Maison du Var"),
        ("q=impôts&ou=Wallis", "1 lieu correspond ailleurs", "Maison du Var"),
        ("q=ressourcerie&ou=Draguignan", "Aucun lieu", "Aide aux démarches"),
    ],
)  # fmt: skip
def test_a_dead_end_tells_other_help_and_no_place_beyond_an_ocean(
    south: FlaskClient, view: str, told: str, untold: str
) -> None:
    page = south.get(f"/lieux?{view}").text
    text = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", page.partition("total-line")[2], flags=re.DOTALL)
    shown = " ".join(plain(html.unescape(text)).split())
    assert told in shown
    assert not untold or untold not in shown.partition("Essayez plutôt")[0]


def test_ways_out_lead_next_door_with_their_counts(south: FlaskClient) -> None:
    page = south.get("/lieux?q=imprimante+3D&ou=83").text
    ways = re.findall(r'<li><a href="([^"]*)">([^<]*)</a> <span class="count">([^<]*)</span>', page)
    found = {plain(html.unescape(label)): (html.unescape(address), plain(count))
             for address, label, count in ways}  # fmt: skip
    assert found["ailleurs en France, pas seulement « Var »"][1] == "1 lieu"
    address, count = found["à côté : Alpes-Maritimes (06)"]
    assert count == "1 lieu"
    assert "Fablab des Alpes" in south.get(address).text


def test_who_orients_is_told_with_a_number_where_nothing_is_near(south: FlaskClient) -> None:
    """The only place of the town does papers; nobody there makes games, far away somebody does."""
    said_in = {
        "": ("Ils sauront vous orienter", "Aide officielle"),
        "/en": ("They can show you the way", "Official help"),
    }
    for lang, (title, official) in said_in.items():
        page = plain(south.get(f"{lang}/lieux?q=imprimante+3D&ou=Draguignan").text)
        assert title in page
        assert page.index("Maison du Var") > page.index(title)
        assert "04 91 12 34 56" in page.partition(title)[2]
        assert title not in south.get(f"{lang}/lieux?q=impôts&ou=Draguignan").text
        hit = plain(south.get(f"{lang}/lieux?q=arnaque&ou=Draguignan").text)
        assert re.search(f"{official} ?:", hit)
        assert 'href="https://17cyber.gouv.fr/"' in hit
