"""The page of results: what was understood, and what a person can do with it."""

import html
import json
import random
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.registry.web.network_of_tests import RICH, SmallNode, harvest, plain
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record
from vocab.territory import current_communes

POLE = PoleIdentity("ping", "https://ping.example/id/")
_PAPERS = "Aide aux démarches administratives"


def at_draguignan(local: str, **changes: str) -> Record:
    """Return a place at Draguignan."""
    row = RICH | {
        "id": local, "nom": f"Lieu {local}", "commune": "Draguignan", "code_postal": "83300",
        "code_insee": "83050", "latitude": "43.5370", "longitude": "6.4640", "services": _PAPERS,
        "typologie": "RFS",
    }  # fmt: skip
    return place_record(row | changes, POLE)


@pytest.fixture
def var(node: SmallNode, client: FlaskClient) -> FlaskClient:
    """A client of a node with a few places at Draguignan."""
    places = [at_draguignan(str(n)) for n in range(3)]
    places.append(at_draguignan("rfs", services="", nom="Maison des services"))
    harvest(node, "ping", places)
    return client


def understood(page: str) -> str:
    """Return what the page says that it understood, as text."""
    box = page.partition('class="understood"')[2].partition("</p>")[0]
    return " ".join(plain(html.unescape(re.sub(r"<[^>]+>", " ", box))).split())


@pytest.mark.parametrize(
    ("name", "at_once", "folded"),
    [
        ("Saint-Denis", ["La Réunion", "Seine-Saint-Denis"], 2),
        # None of these has 10,000 inhabitants.
        ("Sainte-Colombe", ["Rhône", "Seine-et-Marne", "Landes"], 9),
    ],
)
def test_of_places_of_one_name_the_largest_are_offered_at_once(
    var: FlaskClient, name: str, at_once: list[str], folded: int
) -> None:
    answer = var.get(f"/lieux?q=wifi&ou={name}")
    assert answer.status_code == 200
    chosen, _, rest = answer.text.partition('class="lines one choose"')[2].partition("</ul>")
    assert re.findall(rf">{name} \((.+?)\)</a>", chosen) == at_once
    assert rest.partition("</main>")[0].count("<li>") == folded


def test_any_place_gets_a_page(var: FlaskClient) -> None:
    """Names that few, many, small or no communes have, as one of them or beside a need."""
    names = sorted({commune.name for commune in current_communes()})
    asked = random.Random(17).sample(names, 120)
    views = [{"q": "wifi", "ou": name} for name in asked]
    views += [{"q": f"wifi à {name}"} for name in asked]
    failed = [view for view in views if var.get("/lieux", query_string=view).status_code != 200]
    assert failed == []


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("q=impôts+en+ligne&ou=83300", "aide aux démarches administratives , à moins de"),
        ("q=impôts&ou=draguinan", "Draguignan (Var) . Vous avez écrit « draguinan »."),
        ("q=impôts&ou=Le+Havre", "km du Havre (Seine-Maritime)"),
        ("q=impôts&ou=Annecy", "km d'Annecy (Haute-Savoie)"),
        ("q=impôts&ou=Draguignan", "Vous cherchez : aide aux démarches administratives , à moins"),
        ("q=fablab&ou=Draguignan", "Vous cherchez : un lieu de type « FabLab » , à moins"),
        ("q=sourd&ou=Draguignan", "Vous cherchez : un accueil adapté (surdité) , à moins"),
        (
            "q=sourd+impôts&ou=Draguignan",
            "aide aux démarches administratives avec un accueil adapté (surdité) , à moins",
        ),
        ("q=payant&ou=Draguignan", ", de préférence : tarif payant ."),
        ("frais=gratuit&ou=Var", "Vous cherchez tous les lieux, avec le filtre Gratuit , dans le"),
        ("ou=Var", "Vous cherchez tous les lieux, dans le Var ."),
        ("ou=Bretagne", "en Bretagne ."),
        ("ou=Alsace", "en Alsace ."),
        ("q=wifi&ou=Paris+13", "km de Paris 13e ."),
        ("q=wifi&ou=London", "« London » n'est pas en France"),
        ("q=wifi+à+Londres", "« Londres » n'est pas en France"),
        ("q=wifi&ou=7500", "« 7500 » peut désigner plusieurs endroits : lequel ?"),
        ("q=wifi&ou=bordo", "Bordeaux (Gironde) . Vous avez écrit « bordo »."),
        ("q=impôts+ouvert+maintenant", "ouverts maintenant"),
        ("q=impôts&ou=zzyzx", "Nous ne connaissons aucun lieu nommé « zzyzx »."),
        ("q=impôts&ou=autour+de+moi", "cette page ne sait pas où vous êtes"),
        ("q=café&mots=1", "Vous cherchez les mots « café »"),
        ("q=%21", "Vous cherchez les mots « ! »"),
    ],
)
def test_the_page_says_what_it_understood(var: FlaskClient, view: str, said: str) -> None:
    assert said in understood(var.get(f"/lieux?{view}").text)


def test_without_its_words_a_question_is_not_literal(var: FlaskClient) -> None:
    page = plain(var.get("/lieux?q=café&mots=1&ou=Draguignan").text)
    assert "mots=1" in page
    assert re.search(r'href="/lieux\?ou=Draguignan"[^>]*>(?:(?!</a>).)*café', page, re.DOTALL)


@pytest.mark.parametrize(
    ("view", "offered", "leads_to"),
    [
        ({"q": "Avion"}, "Chercher près d'Avion (Pas-de-Calais)", "ou=Avion"),
        ({"q": "impôts Contes"}, "Chercher près de Contes (Alpes-Maritimes)", "ou=Contes"),
        ({"q": "Vienne"}, "Chercher « Vienne » dans les noms et les descriptions", "mots=1"),
        ({"q": "st denis"}, "Chercher « st denis » dans les noms et les descriptions", "mots"),
        ({"q": "83300"}, "Chercher « 83300 » dans les noms et les descriptions", "q=83300&mots=1"),
        ({"q": "impôts Draguignan"}, None, ""),
        ({"q": "Lieu"}, None, ""),
        ({"q": "Draguignan", "ou": "Nice"}, None, ""),
        ({"q": "Draguignan", "mots": "1"}, None, ""),
    ],
)  # fmt: skip
def test_a_town_typed_as_the_need_is_a_place_and_its_other_reading_offered(
    var: FlaskClient, view: dict[str, str], offered: str | None, leads_to: str
) -> None:
    page = html.unescape(var.get("/lieux", query_string=view).text)
    found = re.search(r'<p><a href="([^"]*)">(Chercher (?:près d|«)[^<]*)</a>', page)
    assert (plain(found[2]) if found else None) == offered
    assert leads_to in (found[1] if found else "")


def test_a_wish_that_was_typed_is_said_beside_the_need(var: FlaskClient) -> None:
    assert "de préférence : tarif gratuit" in understood(var.get("/lieux?q=impôts+gratuit").text)
    assert "de préférence" not in understood(var.get("/lieux?q=titre+de+séjour").text)


def test_the_map_draws_the_circle_of_what_may_have_it_where_nothing_states_it(
    node: SmallNode, client: FlaskClient
) -> None:
    libraries = (at_draguignan(str(n), services="", typologie="BIB") for n in range(5))
    harvest(node, "ping", list(libraries))
    page = client.get("/lieux?q=imprimer&ou=Draguignan").text
    assert "à moins de 80 km" in understood(page)
    circle = re.search('data-circle="([^"]*)"', page)
    assert circle
    assert circle[1].endswith(",5")


@pytest.mark.parametrize(
    ("latitude", "said"),
    [("43.5371", ", à moins de 10 km de Draguignan"),
     ("43.7000", ", à Draguignan (Var) et jusqu'à 10 km autour .")],
)  # fmt: skip
def test_a_place_of_the_commune_beyond_the_circle_is_said_to_be_in_it(
    node: SmallNode, client: FlaskClient, latitude: str, said: str
) -> None:
    harvest(node, "ping", [at_draguignan("near"), at_draguignan("far", latitude=latitude)])
    page = client.get("/lieux?q=impôts&ou=Draguignan&rayon=10").text
    assert page.count('class="place numbered"') == 2
    assert said in understood(page)


@pytest.mark.parametrize(
    ("where", "offered"),
    [("zzyzx", []), ("Montmartre", []),
     ("Porto", ["Porto-Vecchio (Corse-du-Sud)"]),
     ("London", []), ("Zarseille", ["Marseille (Bouches-du-Rhône)"])],
)  # fmt: skip
def test_an_unknown_place_comes_with_similar_names(
    var: FlaskClient, where: str, offered: list[str]
) -> None:
    page = html.unescape(var.get("/lieux", query_string={"q": "wifi", "ou": where}).text)
    box = page.partition('class="understood"')[2].partition("</div>")[0]
    links = dict(re.findall(r'<a href="([^"]*)">([^<]*)</a>', box))
    assert list(links.values())[: len(offered)] == offered
    assert bool(links) == bool(offered)
    for address in links:
        assert "Nous ne connaissons" not in var.get(address).text


def test_declared_and_probable_are_apart(var: FlaskClient) -> None:
    page = plain(var.get("/lieux?q=impôts&ou=Draguignan").text)
    listed, _, rest = page.partition("</ol>")
    assert listed.count('class="place numbered"') == 3
    assert "Maison des services" not in listed
    assert "Peut-être aussi" in rest
    assert "Maison des services" in rest


def test_each_part_can_be_taken_off(var: FlaskClient) -> None:
    page = var.get("/lieux?q=impôts+ouvert+samedi&ou=Draguignan&frais=gratuit").text
    chips = page.partition('class="parts"')[2].partition("</ul>")[0]
    links = dict(re.findall(r'<li><a href="([^"]*)">([^<]*?) <svg', chips))
    by_label = {html.unescape(label): html.unescape(address) for address, label in links.items()}
    assert set(by_label) == {"impôts", "ouvert samedi", "Draguignan", "Gratuit"}
    assert "samedi" not in by_label["ouvert samedi"]
    assert "ou=" not in by_label["Draguignan"]
    assert "frais" not in by_label["Gratuit"]
    for address in by_label.values():
        assert var.get(address).status_code == 200


def test_files_hold_the_same_places_and_json_says_how_it_understood(var: FlaskClient) -> None:
    answer = json.loads(var.get("/lieux.json?q=impôts+en+ligne&ou=83300").data)
    read = answer["understood"]
    assert [iri.rpartition("/")[2] for iri in read["services"]] == [
        "aide-aux-demarches-administratives"
    ]
    assert read["area"]["code"] == "83300"
    assert read["total"] == len(answer["places"]) == 3
    table = var.get("/lieux.csv?q=impôts+en+ligne&ou=83300").text
    assert table.count("Lieu ") == 3
    points = json.loads(var.get("/lieux.geojson?q=impôts+en+ligne&ou=83300").data)
    assert len(points["features"]) == 3


def test_phone_is_a_link_and_the_number_is_that_of_the_card(var: FlaskClient) -> None:
    page = var.get("/lieux?q=impôts&ou=Draguignan").text
    assert 'href="tel:+33' in page
    assert re.findall(r'data-number="(\d+)"', page) == ["1", "2", "3"]


@pytest.mark.parametrize("path", ["/lieux?q=%F3", "/lieux?q=%00", "/suggestions.json?champ=x&q=im"])
def test_nonsense_is_refused_in_a_sentence(var: FlaskClient, path: str) -> None:
    answer = var.get(path)
    assert answer.status_code in (200, 400)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "first"),
    [
        ("need", "imp", "Imprimer un CV"),
        ("need", "caf", "Contacter la CAF"),
        ("need", "RSA", "Demander le RSA"),
        ("need", "i", None),
        ("need", "dragu", "à Draguignan"),
        ("need", "havre", "au Havre"),
        ("need", "maison des ser", "Maison des services"),
        ("need", "Lieu", None),
        ("place", "dragui", "Draguignan (Var)"),
        ("place", "havre", "Le Havre (Seine-Maritime)"),
        ("place", "832", None),
        ("place", "zzz", None),
    ],
)
def test_suggestions(var: FlaskClient, field: str, typed: str, first: str | None) -> None:
    answer = var.get("/suggestions.json", query_string={"champ": field, "q": typed})
    found = [one["value"] for one in answer.get_json()["suggestions"]]
    assert len(found) <= 7
    if first:
        assert found[0] == first
        page = var.get("/lieux", query_string={"q" if field == "need" else "ou": first}).text
        assert "Nous ne connaissons" not in page


@pytest.mark.parametrize("typed", ["visa", "sourd", "cart", "pole"])
def test_a_word_of_ours_is_no_beginning_of_a_village(var: FlaskClient, typed: str) -> None:
    answer = var.get("/suggestions.json", query_string={"champ": "need", "q": typed})
    found = [one["value"] for one in answer.get_json()["suggestions"]]
    assert found
    assert not [one for one in found if one.startswith(("à ", "au "))]


@pytest.mark.parametrize(
    ("typed", "among"),
    [
        ("maison serv", {"Maison des services"}),
        ("services", {"France services", "Maison des services"}),
        ("mai", set()),  # so few letters begin too many names
        ("zzzz", set()),
        ('"OR*', set()),
    ],
)
def test_names_of_places_are_suggested_among_needs(
    var: FlaskClient, typed: str, among: set[str]
) -> None:
    answer = var.get("/suggestions.json", query_string={"champ": "need", "q": typed})
    assert answer.status_code == 200
    found = {one["value"] for one in answer.get_json()["suggestions"]}
    assert among <= found
    assert among or "Maison des services" not in found


@pytest.mark.parametrize(
    ("typed", "first"), [("dragui", "Draguignan"), ("trans en", "Trans-en-Provence")]
)
def test_communes_are_suggested_by_their_name_alone(
    var: FlaskClient, typed: str, first: str
) -> None:
    answer = var.get("/suggestions.json", query_string={"champ": "commune", "q": typed})
    found = [one["value"] for one in answer.get_json()["suggestions"]]
    assert found[0] == first
    assert "Var" not in found


def test_suggestions_are_in_the_language_of_the_page(var: FlaskClient) -> None:
    answer = var.get("/en/suggestions.json?champ=need&q=prin").get_json()
    assert answer["suggestions"][0]["value"] == "Print a CV"


def test_a_suggestion_is_shown_as_pages_write_it_and_searched_as_tables_do(
    var: FlaskClient,
) -> None:
    answer = var.get("/suggestions.json?champ=place&q=cotes d'ar").get_json()
    first = answer["suggestions"][0]
    assert (first["label"], first["value"]) == ("Côtes-d’Armor", "Côtes-d'Armor")


@pytest.mark.parametrize("address", ["/lieux?ou=Draguignan", "/pole/ping", "/carte.json",
                                     "/couverture/var-83", "/pole/ping/place/long"])  # fmt: skip
def test_pages_show_a_bounded_piece_of_texts_that_entered_before_they_were_bounded(
    var: FlaskClient, node: SmallNode, address: str
) -> None:
    before = len(var.get(address).data)
    long = {"adresse": 60_000 * "b", "telephone": 60_000 * "1", "courriels": 60_000 * "c"}
    harvest(node, "ping", [at_draguignan("long", nom=1_000_000 * "a", **long)])
    answer = var.get(address)
    assert answer.status_code == 200
    assert "a" * 301 not in answer.text
    assert len(answer.data) < before + 40_000


@pytest.mark.parametrize("need", ["exemple", "bonjour"])
def test_words_that_narrow_nothing_are_said_to(var: FlaskClient, need: str) -> None:
    page = var.get(f"/lieux?q={need}").text
    assert f"« {need} » convient à tous les lieux" in plain(page)
    assert f"/lieux?q={need}&amp;mots=1" in page
    assert "convient à tous les lieux" not in plain(var.get("/lieux?q=impots").text)
    assert "convient à tous les lieux" not in plain(var.get("/lieux").text)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("q=st denis samedi", {"q": "samedi", "ou": "Saint-Denis (La Réunion)"}),
        ("q=wifi st denis samedi", {"q": "wifi samedi", "ou": "Saint-Denis (La Réunion)"}),
        ("q=wifi&ou=st denis samedi", {"q": "wifi", "ou": "Saint-Denis (La Réunion) samedi"}),
        ("ou=samedi à st denis", {"ou": "Saint-Denis (La Réunion) samedi"}),
        ("ou=st denis demain 10h", {"ou": "Saint-Denis (La Réunion) demain 10h"}),
        (
            "q=wifi&ou=st denis&frais=gratuit&quand=2026-03-07T10:00",
            {"q": "wifi", "ou": "Saint-Denis (La Réunion)", "frais": "gratuit",
             "quand": "2026-03-07T10:00"},
        ),
    ],
)  # fmt: skip
def test_choosing_among_homonyms_keeps_the_rest_of_the_question(
    var: FlaskClient, asked: str, kept: dict[str, str]
) -> None:
    page = var.get(f"/lieux?{asked}").text
    chosen = page.partition('class="lines one choose"')[2].partition("</ul>")[0]
    link = html.unescape(chosen.partition('href="')[2].partition('"')[0])
    assert dict(parse_qsl(urlsplit(link).query)) == kept
    followed = var.get(link).text
    assert "La Réunion" in understood(followed)
    if "samedi" in asked:
        assert "samedi" in understood(followed)


@pytest.mark.parametrize(
    ("typed", "preferred"),
    [
        ("impôts, rdv en ligne", "rendez-vous pris en ligne"),
        ("impôts à domicile", "quelqu'un qui se déplace"),
        ("impôts par téléphone", "aide par téléphone ou en visio"),
    ],
)
def test_a_way_to_come_that_nobody_states_is_said(
    var: FlaskClient, typed: str, preferred: str
) -> None:
    page = var.get("/lieux", query_string={"q": typed, "ou": "Draguignan"}).text
    assert f"de préférence : {preferred} ." in understood(page)
    said = f"Aucun lieu des environs ne déclare « {preferred} » : appelez avant de venir."
    assert said in plain(html.unescape(page))
    assert "3 lieux" in plain(page) or "4 lieux" in plain(page)


def test_a_way_to_come_that_some_state_is_a_preference(var: FlaskClient) -> None:
    page = var.get("/lieux", query_string={"q": "impôts sans rdv", "ou": "Draguignan"}).text
    assert "de préférence : sans rendez-vous ." in understood(page)
    assert "ne déclare « sans rendez-vous »" not in plain(html.unescape(page))


def test_distances_are_no_more_exact_than_where_they_start(var: FlaskClient) -> None:
    """Of Aiguines only the middle of its postcode is known, some kilometres off."""
    page = plain(html.unescape(var.get("/lieux?q=impôts&ou=Aiguines").text))
    said = re.findall(r'<span class="distance">(.+?)</span>', page)
    assert said == ["environ 25 km"] * len(said) != []
    exact = plain(html.unescape(var.get("/lieux?q=impôts&ou=Draguignan").text))
    assert "environ" not in " ".join(re.findall(r'<span class="distance">(.+?)</span>', exact))
    for town, is_rough in (("Aiguines", True), ("Draguignan", False)):
        answer = json.loads(var.get(f"/lieux.json?q=impôts&ou={town}").text)
        assert answer["understood"]["area"]["approximate"] is is_rough


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Wazemmes", "« Wazemmes » se trouve à Lille (Nord) : les distances partent du centre de"),
        ("Villejean Rennes", "« Villejean » se trouve à Rennes (Ille-et-Vilaine) : les distances"),
        ("Lomme", "« Lomme » se trouve à Lille (Nord) : les distances partent du centre de Lille"),
    ],
)
def test_a_part_of_a_town_is_said_to_be_one(var: FlaskClient, typed: str, said: str) -> None:
    page = plain(html.unescape(var.get("/lieux", query_string={"q": "impôts", "ou": typed}).text))
    assert said in page
    assert "n'est pas pris en compte" not in page


@pytest.mark.parametrize(
    ("typed", "unused"),
    [
        ("12 rue Jean Jaurès Draguignan", "12 rue Jean Jaurès"),
        ("12, rue Jean-Jaurès, 83300 Draguignan", "12, rue Jean-Jaurès"),
        ("83300 Draguignan rue des Lilas", "rue des Lilas"),
        ("rue de Toulon à Draguignan", "rue de Toulon"),
        ("Draguignan centre", "centre"),
    ],
)
def test_a_street_is_said_not_to_count(var: FlaskClient, typed: str, unused: str) -> None:
    page = var.get("/lieux", query_string={"q": "impôts", "ou": typed}).text
    assert (
        f"« {unused} » n'est pas pris en compte : les distances partent du centre de Draguignan"
        in plain(html.unescape(page))
    )
    answer = json.loads(var.get("/lieux.json", query_string={"q": "impôts", "ou": typed}).text)
    assert answer["understood"]["not_considered"] == [unused]


@pytest.mark.parametrize(
    "typed", ["Draguignan", "83300 Draguignan", "draguinan", "Draguignan (Var)"]
)
def test_a_place_that_is_used_whole_is_not_said_to_be_passed_over(
    var: FlaskClient, typed: str
) -> None:
    page = var.get("/lieux", query_string={"q": "impôts", "ou": typed}).text
    assert "pas pris en compte" not in plain(html.unescape(page))


@pytest.mark.parametrize(
    ("postcode", "commune", "is_doubtful"),
    [
        ("69008", "Bron", True),
        ("69500", "Bron", False),
        ("69008", "Lyon", False),
        ("69677", "Bron", False),  # CEDEX
        ("97417", "La Montagne", False),  # a quarter there, a commune elsewhere
    ],
)
def test_a_postcode_of_another_commune_is_shown_as_it_is_and_told(
    node: SmallNode, client: FlaskClient, postcode: str, commune: str, is_doubtful: bool
) -> None:
    stated = {"id": "a", "commune": commune, "code_postal": postcode, "code_insee": ""}
    harvest(node, "ping", [place_record(RICH | stated, POLE)])
    page = plain(client.get("/lieux").text)
    assert f"{postcode} {commune}" in page
    assert (f"Code postal à vérifier : ce n'est pas celui de {commune}" in page) == is_doubtful
