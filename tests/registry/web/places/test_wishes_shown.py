"""A wish that no place declares does not read as an answer, and who can be called comes first."""

import html
import re

import pytest
from flask.testing import FlaskClient

from tests.registry.web.network_of_tests import RICH, SmallNode, harvest, plain
from vocab.mapping import PoleIdentity, place_record

_POLE = PoleIdentity("ping", "https://ping.example/id/")
_NORTH_KM = 1 / 111.2
_BARE = {name: value for name, value in RICH.items() if name not in (
    "services", "telephone", "prise_en_charge_specifique", "frais_a_charge", "modalites_acces",
    "publics_specifiquement_adresses", "horaires", "typologie",
)} | {"commune": "Rennes", "code_postal": "35000", "code_insee": "35238"}  # fmt: skip
_PHONE = "+33299000000"

pytestmark = pytest.mark.usefixtures("stopped_clock")


def _open(node: SmallNode, *rows: dict[str, str]) -> None:
    """Publish places, each 300 m further from the centre of Rennes than the one before."""
    harvest(node, "ping", [
        place_record(_BARE | {"id": f"p{n}", "nom": f"Lieu {n}", "longitude": "-1.6805",
                              "latitude": str(48.1119 + n * 0.3 * _NORTH_KM)} | row, _POLE)
        for n, row in enumerate(rows)
    ])  # fmt: skip


def _read(client: FlaskClient, path: str) -> str:
    text = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", client.get(path).text, flags=re.DOTALL)
    return " ".join(plain(html.unescape(text)).split())


def _listed(client: FlaskClient, path: str) -> list[str]:
    return re.findall(r'class="place numbered.*?<h3><a[^>]*>(.*?)</a>', client.get(path).text, re.S)


_WISHES = ["aveugle", "pmr", "en arabe", "gratuit", "sans rendez-vous", "femmes", "handicap"]


@pytest.mark.parametrize("need", _WISHES)
def test_a_wish_that_nobody_declares_is_answered_by_none(
    node: SmallNode, client: FlaskClient, need: str
) -> None:
    _open(node, {}, {}, {"telephone": _PHONE}, {})
    page = _read(client, f"/lieux?q={need}&ou=Rennes")
    assert "0 lieu le déclare" in page
    assert "4 lieux à interroger, d'abord ceux que l'on peut appeler." in page
    assert re.search(r"Aucun lieu des environs ne déclare « [^»]+ » : appelez", page)
    assert _listed(client, f"/lieux?q={need}&ou=Rennes") == ["Lieu 2", "Lieu 0", "Lieu 1", "Lieu 3"]
    english = _read(client, f"/en/lieux?q={need}&ou=Rennes")
    assert "0 places state it" in english
    assert "4 places to ask, those with a phone first." in english


def test_an_invented_place_that_declares_it_is_nobody(node: SmallNode, client: FlaskClient) -> None:
    _open(node, {}, {}, {"exemple": "true", "frais_a_charge": "Gratuit", "telephone": _PHONE})
    page = _read(client, "/lieux?q=gratuit&ou=Rennes")
    assert "0 lieu le déclare" in page
    assert "2 lieux à interroger sur place : aucun téléphone connu." in page


@pytest.mark.parametrize("need", _WISHES)
def test_where_no_phone_is_known_nobody_is_told_to_call(
    node: SmallNode, client: FlaskClient, need: str
) -> None:
    _open(node, {}, {})
    page = _read(client, f"/lieux?q={need}&ou=Rennes")
    assert "2 lieux à interroger sur place : aucun téléphone connu." in page
    assert "appelez" not in page


@pytest.mark.parametrize(
    ("need", "stated"),
    [("gratuit", {"frais_a_charge": "Gratuit"}),
     ("aveugle", {"prise_en_charge_specifique": "Déficience visuelle"}),
     ("femmes", {"publics_specifiquement_adresses": "Femmes"}),
     ("", {}), ("bonjour", {})],
)  # fmt: skip
def test_what_is_declared_or_not_asked_is_counted_as_before(
    node: SmallNode, client: FlaskClient, need: str, stated: dict[str, str]
) -> None:
    _open(node, {}, stated | {"telephone": _PHONE}, {})
    page = _read(client, f"/lieux?q={need}&ou=Rennes")
    assert "le déclare" not in page
    assert "à interroger" not in page


@pytest.mark.parametrize(
    ("need", "looked_for"),
    [
        ("gratuit zorglub", []),
        ("imprimer zorglub", []),
        ("zigzag imprimer zorglub", ["zigzag"]),
        ("zigzag cours pour imprimer", ["zigzag"]),
        ("zorglub", ["zorglub"]),
    ],
)
def test_only_words_that_are_looked_for_are_said_to_be(
    node: SmallNode, client: FlaskClient, need: str, looked_for: list[str]
) -> None:
    _open(node, {"services": "Accès internet et matériel informatique", "nom": "Zigzag"})
    page = _read(client, f"/lieux?q={need}&ou=Rennes")
    sentence = page.partition("Vous cherchez")[2].partition(" .")[0]
    assert sentence
    assert re.findall(r"les mots « ([^»]+) »", sentence) == looked_for


def test_care_beside_a_need_is_said_in_the_heading(node: SmallNode, client: FlaskClient) -> None:
    help_ = {"services": "Aide aux démarches administratives"}
    _open(node, help_, help_ | {"telephone": _PHONE})
    view = "/lieux?q=imp%C3%B4ts aveugle&ou=Rennes"
    assert "2 lieux, aucun ne déclare « Déficience visuelle »" in _read(client, view)
    assert _listed(client, view) == ["Lieu 1", "Lieu 0"]


def test_a_way_out_counts_no_place_that_would_have_to_be_asked(
    node: SmallNode, client: FlaskClient
) -> None:
    _open(node, {}, {"telephone": _PHONE})
    ways = client.get("/lieux?q=imprimer aveugle&ou=Rennes").text.partition('class="box ways"')[2]
    assert "« aveugle »" not in plain(ways.partition("</section>")[0])


_LIBRARY = {"typologie": "BIB"}


@pytest.mark.parametrize(
    ("rows", "title", "first"),
    [
        ((_LIBRARY, _LIBRARY | {"telephone": _PHONE}), "à vérifier par un appel", "Lieu 1"),
        ((_LIBRARY, _LIBRARY), "à vérifier sur place Ces 2 lieux", "Lieu 0"),
    ],
)
def test_only_what_has_a_phone_is_to_be_verified_by_a_call(
    node: SmallNode, client: FlaskClient, rows: tuple[dict[str, str], ...], title: str, first: str
) -> None:
    _open(node, *rows)
    page = _read(client, "/lieux?q=imprimer&ou=Rennes")
    section = page.partition("Peut-être aussi, ")[2]
    assert section.startswith(title)
    assert re.findall(r"Lieu \d", section)[0] == first
    whole = _read(client, "/lieux?q=imprimer&ou=Rennes&peut-etre=1")
    has_phone = "appel" in title
    assert ("Appelez avant de venir." in whole) == has_phone
    assert ("Aucun téléphone connu : renseignez-vous sur place." in whole) != has_phone


def test_who_orients_comes_nearest_first_and_says_whom_it_left_out(
    node: SmallNode, client: FlaskClient
) -> None:
    closed, open_ = {"horaires": "Sa 10:00-11:00"}, {"horaires": "24/7"}
    social = {"typologie": "RFS", "telephone": _PHONE}
    _open(node, *({} for _ in range(12)), {"typologie": "RFS"}, social | closed, {}, social, {},
          {}, {}, {}, {}, {}, {}, {}, {}, social | open_)  # fmt: skip
    section = _read(client, "/lieux?q=imprimer&ou=Rennes").partition("Ils sauront vous orienter")[2]
    assert "Voici ceux que l'on peut appeler, du plus proche au plus lointain." in section
    assert re.findall(r"Lieu \d+", section)[:3] == ["Lieu 13", "Lieu 15", "Lieu 25"]
