"""Every page family over the test client: status, language, content, headers."""

import html
import json
import re

import pytest
from flask.testing import FlaskClient

from registry.formats.errors import UnwritableError
from registry.ledger.errors import LedgerError
from tests.registry.web.network_of_tests import BASE_URL, HOSTILE, SmallNode

PLACE = "/pole/zinc/place/riche"
HOSTILE_PLACE = "/pole/ping/place/pi%C3%A8ge"

PAGES = {
    "/": ("près de chez vous", "close to home"),
    "/lieux": ("Trouver un lieu", "Find a place"),
    PLACE: ("Le Grand Bus numérique", "Le Grand Bus numérique"),
    "/pole/zinc": ("Ses sources", "Its sources"),
    "/pole/zinc/pole": ("Ce que dit la fiche", "What the record says"),
    "/couverture": ("Couverture", "Coverage"),
    "/couverture/bouches-du-rhone-13": ("dans les Bouches-du-Rhône (13)", "in Bouches-du-Rhône"),
    "/couverture/provence-alpes-cote-d-azur": ("en Provence-Alpes", "in Provence-Alpes"),
    "/moissons": ("État des sources", "State of the sources"),
    "/moissons/3": ("Lecture n°\u00a03", "Harvest 3"),
    "/vocabulaire": ("Le vocabulaire", "The mediation vocabulary"),
    "/vocabulaire/ns/Place": ("Espace", "Place"),
    "/vocabulaire/services": ("Services", "Services"),
    "/vocabulaire/typologie/bib": ("Bibliothèque", "Library"),
    "/regles": ("Les règles", "Quality rules"),
    "/reseau": ("convention", "agreement"),
    "/donnees": ("Des données à tout le monde", "Data that belong"),
    "/telechargements": ("Prendre les données", "Take the data"),
    "/a-propos": ("À propos", "About"),
    "/accessibilite": ("Accessibilité", "Accessibility"),
    "/verifier": ("Essayer votre fichier", "Try your file"),
}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_page_speaks_its_language(visitor: FlaskClient, path: str, lang: str) -> None:
    response = visitor.get(("/en" if lang == "en" else "") + path)
    page = response.text
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert f'<html lang="{lang}">' in page
    assert page.count("<h1") == 1
    if path != "/vocabulaire/ns/Place":
        assert PAGES[path][lang == "en"] in page
    for code in ("fr", "en", "x-default"):
        assert f'hreflang="{code}"' in page
    other = "fr" if lang == "en" else "en"
    twin = path if other == "fr" else f"/en{path}"
    assert f'hreflang="{other}" href="{BASE_URL.rstrip("/")}{twin}"'.replace("%C3%A8", "è") in page


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/robots.txt", "text/plain"),
        ("/sitemap.xml", "application/xml"),
        ("/sitemap-1.xml", "application/xml"),
        ("/opensearch.xml", "application/opensearchdescription+xml"),
        ("/pole/zinc/atom.xml", "application/atom+xml"),
        ("/lieux.csv", "text/csv"),
        ("/lieux.geojson", "application/geo+json"),
        ("/lieux.json", "application/json"),
        ("/carte.json", "application/json"),
        ("/carte/fond.json", "application/json"),
        ("/moissons/1.json", "application/json"),
        ("/regles.ttl", "text/turtle"),
        ("/vocabulaire.ttl", "text/turtle"),
        ("/vocabulaire/services.jsonld", "application/ld+json"),
        ("/vocabulaire/ns/Place.rdf", "application/rdf+xml"),
        ("/vocabulaire/typologie/bib.nt", "application/n-triples"),
        ("/healthz", "application/json"),
        ("/readyz", "application/json"),
    ],
)
def test_a_machine_page_has_its_type(visitor: FlaskClient, path: str, media_type: str) -> None:
    response = visitor.get(path)
    assert response.status_code == 200
    assert response.mimetype == media_type
    assert response.data


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/rien", 404),
        ("/pole/inconnu", 404),
        ("/pole/zinc/place/inconnu", 404),
        ("/pole/zinc/place/riche.xyz", 404),
        ("/pole/zinc/place/retir%C3%A9", 410),
        ("/pole/zinc/place/retir%C3%A9.ttl", 410),
        ("/moissons/999", 404),
        ("/moissons/99999999999999999999999", 404),
        ("/vocabulaire/inconnu", 404),
        ("/vocabulaire/services/inconnu", 404),
        ("/vocabulaire/ns/Inconnu", 404),
        ("/vocabulaire.xyz", 404),
        ("/carte/999.json", 404),
        ("/sitemap-99.xml", 404),
        ("/id", 400),
        ("/id?iri=https://inconnu.example/", 404),
        ("/lieux?page=zéro", 400),
        ("/lieux?bbox=1,2,3", 400),
        ("/lieux?pres=91,0", 400),
        ("/lieux?quand=hier", 400),
        ("/lieux?tri=DROP", 400),
        ("/lieux.csv?rayon=-1", 400),
    ],
)
def test_what_is_not_there_says_so(visitor: FlaskClient, path: str, status: int) -> None:
    response = visitor.get(path)
    assert response.status_code == status
    assert "Traceback" not in response.text


def test_an_error_answers_in_the_form_and_language_asked_for(visitor: FlaskClient) -> None:
    assert "Page not found" in visitor.get("/en/rien").text
    problem = visitor.get("/lieux.json?page=x")
    assert problem.mimetype == "application/problem+json"
    assert problem.json is not None
    assert problem.json["status"] == 400
    assert "page" in problem.json["detail"]
    assert visitor.post("/lieux").status_code == 405


@pytest.mark.parametrize(
    ("path", "french", "english"),
    [
        ("/lieux?tri=DROP", "tri='DROP': nom, maj, ancien ou rien", "nom, maj, ancien or nothing"),
        ("/id", "donnez l’adresse (IRI) d’une fiche", "give the IRI of a record"),
    ],
)
def test_an_error_gives_its_reason_in_the_language_of_the_page(
    visitor: FlaskClient, path: str, french: str, english: str
) -> None:
    french_page, said = (html.unescape(visitor.get(f"{lang}{path}").text) for lang in ("", "/en"))
    assert (french in french_page, english in french_page) == (True, False), french_page
    assert (french in said, english in said) == (False, True), said


def test_every_answer_carries_the_security_headers(visitor: FlaskClient) -> None:
    for path in ("/", PLACE, "/rien", "/lieux.csv", "/static/site.css"):
        headers = visitor.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert "object-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Referrer-Policy" in headers


def test_an_unchanged_page_costs_304(visitor: FlaskClient) -> None:
    for path in ("/", PLACE, "/lieux?q=bus", "/en/lieux"):
        first = visitor.get(path)
        tag = first.headers["ETag"]
        again = visitor.get(path, headers={"If-None-Match": tag})
        assert again.status_code == 304
        assert not again.data
    assert visitor.get("/en/", headers={"If-None-Match": visitor.get("/").headers["ETag"]}).data


@pytest.mark.parametrize(
    "path",
    [HOSTILE_PLACE, f"/en{HOSTILE_PLACE}", "/lieux", "/pole/ping", "/moissons/3",
     "/pole/ping/atom.xml", "/lieux?q=<script>alert(1)</script>", "/lieux?ou=\"><img src=x>",
     "/rien<script>", "/id?iri=<script>", "/lieux?tri=<script>"],
)  # fmt: skip
def test_hostile_texts_stay_texts(visitor: FlaskClient, path: str) -> None:
    page = visitor.get(path).text
    assert HOSTILE not in page
    assert "<script>" not in page.replace('<script type="application/ld+json">', "")
    assert "<img" not in page.replace('<img class="skeleton" src="/carte/contour', "")
    assert not re.search(r"<[^>]* onmouseover=", page)
    assert not re.search(r"""href=["']?\s*(javascript|data|vbscript):""", page, re.IGNORECASE)


def test_schema_org_is_valid_json_even_for_a_hostile_place(visitor: FlaskClient) -> None:
    for path, name in ((PLACE, "Le Grand Bus numérique"), (HOSTILE_PLACE, HOSTILE)):
        page = visitor.get(path).text
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        assert found
        assert "<" not in found.group(1)
        assert json.loads(found.group(1))["name"] == name


def test_the_card_says_all_that_the_pole_said(visitor: FlaskClient) -> None:
    page = visitor.get(PLACE).text
    for said in ("41 rue Jobin", "Friche la Belle de Mai", "04 91 12 34 56", "mailto:aide@",
                 "https://rdv.example/", "Ouvert", "14\xa0h – 18\xa0h\xa030", "Aidants Connect",
                 "Gratuit", "Illettrisme", "60\xa0%", "Temporaire", "31 décembre 2026",
                 "Historique de la fiche (2 versions)", "43493312300029", "acceslibre.example",
                 "Ateliers chaque semaine"):  # fmt: skip
        assert said in page, said


def test_opening_hours_follow_the_clock_of_the_place(visitor: FlaskClient) -> None:
    page = visitor.get("/pole/ping/place/reunion").text
    assert "Ferme bientôt, à 16\xa0h" in page  # 15:00 there
    assert "Il est 15\xa0h sur place" in page
    assert visitor.get("/lieux?ouvert=1").text.count('class="place numbered"') == 1


def test_a_selection_is_the_same_as_page_csv_geojson_and_json(visitor: FlaskClient) -> None:
    view = "?departement=13&service=aide-aux-demarches-administratives"
    page = visitor.get(f"/lieux{view}")
    assert "France services d’Arles" in page.text
    assert page.text.count('class="place numbered"') == 1
    rows = visitor.get(f"/lieux.csv{view}").text.splitlines()
    assert len(rows) == 2
    assert rows[0].startswith("id,pivot,nom,commune,code_postal")
    assert visitor.get(f"/lieux.csv{view}&variante=excel").data.startswith(b"\xef\xbb\xbfid;pivot")
    places = json.loads(visitor.get(f"/lieux.json{view}").text)["places"]
    assert [place["id"] for place in places] == ["simple"]
    everything = json.loads(visitor.get("/lieux.geojson").text)
    assert everything["type"] == "FeatureCollection"
    assert len(everything["features"]) == 3  # the fourth place has no coordinates
    assert everything["features"][0]["geometry"]["type"] == "Point"


def test_facets_keep_the_view_and_can_be_taken_off(visitor: FlaskClient) -> None:
    page = visitor.get("/lieux?type=bib&type=rfs&q=saint").text
    assert 'value="bib" checked' in page
    assert "?q=saint&amp;type=rfs" in page
    assert '<a class="plain" href="/lieux">' in page


def test_harvest_report_shows_refusals_and_remedy(visitor: FlaskClient) -> None:
    page = visitor.get("/moissons/3").text
    assert "MED-P001" in page
    assert "Ajoutez-le" in page
    assert "Add it" in visitor.get("/en/moissons/3").text
    twin = visitor.get("/moissons/3.json").json
    assert twin is not None
    assert twin["quarantine"][0]["findings"][0]["code"] == "MED-P001"


def test_well_known_void_leads_to_the_description(visitor: FlaskClient) -> None:
    response = visitor.get("/.well-known/void")
    assert response.status_code == 302
    assert response.headers["Location"] == f"{BASE_URL}feed/catalog.ttl"


def test_a_node_that_lost_its_ledger_is_alive_but_not_ready(
    visitor: FlaskClient, network: SmallNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> int:
        raise LedgerError("the ledger went away")

    monkeypatch.setattr(network.ledger, "head", lost)
    assert visitor.get("/readyz").status_code == 503
    assert visitor.get("/healthz").status_code == 200


def test_an_error_of_ours_is_told_in_the_language_of_the_page(
    visitor: FlaskClient, network: SmallNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwritable(query: object) -> None:
        raise UnwritableError("the answer broke off")

    monkeypatch.setattr(network.index, "search", unwritable)
    french_page, said = (
        html.unescape(visitor.get(f"{lang}/lieux?q=x").text) for lang in ("", "/en")
    )
    assert ("réponse s'est interrompue" in french_page, "broke off" in french_page) == (True, False)
    assert ("réponse s'est interrompue" in said, "broke off" in said) == (False, True)


def test_the_host_header_changes_nothing(visitor: FlaskClient) -> None:
    page = visitor.get("/", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in page.text
