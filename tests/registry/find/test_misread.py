"""Words that were read as something else, each with others of its kind; and what a number finds."""

import pytest

from registry.find.answer import Asked, Finder
from registry.find.phrase import understand
from registry.find.suggested_needs import suggest_needs
from registry.search.index import SearchIndex
from registry.search.query import Query
from tests.registry.search.sample import NOON, MemoryLog, place

_PAPERS = "aide-aux-demarches-administratives"
_EVERYDAY = "maitrise-des-outils-numeriques-du-quotidien"
_REPAIR = "acquisition-de-materiel-informatique-a-prix-solidaire"
_ACCESS = "acces-internet-et-materiel-informatique"
_WORK = "insertion-professionnelle-via-le-numerique"


@pytest.mark.parametrize(
    ("typed", "first", "never"),
    [
        ("mon téléphone est tombé dans l'eau", _REPAIR, _PAPERS),
        ("ordinateur mouillé", _REPAIR, _PAPERS),
        ("facture d'eau", _PAPERS, _REPAIR),
        ("compteur d'eau", _PAPERS, _REPAIR),
        ("j'ai rien compris à internet", _EVERYDAY, _ACCESS),
        ("je n'ai pas compris l'ordinateur", _EVERYDAY, _ACCESS),
        ("pharmacie de garde", _PAPERS, _ACCESS),
        ("médecin de garde", _PAPERS, _ACCESS),
        ("ich möchte drucken", _ACCESS, _PAPERS),
        ("chcę wydrukować", _ACCESS, _PAPERS),
        ("podatki", _PAPERS, _ACCESS),
        ("szukam pracy", _WORK, _PAPERS),
        ("trabaho", _WORK, _PAPERS),
        ("demandeur d'asile", _PAPERS, _ACCESS),
        ("réfugié imprimer", _ACCESS, _PAPERS),
        ("acheter un billet de train SNCF", _EVERYDAY, _REPAIR),
        ("acheter un billet d'avion", _EVERYDAY, _REPAIR),
        ("billet de train pas cher", _EVERYDAY, _REPAIR),
        ("acheter sur vinted", _EVERYDAY, _REPAIR),
        ("acheter un timbre", _PAPERS, _REPAIR),
        ("acheter des billets", _EVERYDAY, _REPAIR),
        ("telecharjé une aplicassion", _EVERYDAY, _PAPERS),
        ("je veu deklaré mé zimpo", _PAPERS, _ACCESS),
        ("acheter un ordinateur", _REPAIR, _EVERYDAY),
        ("acheter un chargeur", _REPAIR, _EVERYDAY),
        ("internet trop lent", _EVERYDAY, _REPAIR),
        ("connexion très lente", _EVERYDAY, _REPAIR),
        ("box internet en panne", _EVERYDAY, _REPAIR),
        ("besoin d'un ordi", _ACCESS, _EVERYDAY),
        ("g besoin d1 ordi", _ACCESS, _EVERYDAY),
        ("besoin d'un ordinateur gratuit", _REPAIR, _ACCESS),
        ("j'ai pas internet chez moi", _ACCESS, _EVERYDAY),
        ("déclarer mon activité", _WORK, _PAPERS),
        ("déclaration PAC agriculteur", _PAPERS, _WORK),
        ("печать документы", _ACCESS, _WORK),
        ("ищу работу", _WORK, _PAPERS),
        ("cerco lavoro", _WORK, _PAPERS),
        ("stampare un documento", _ACCESS, _PAPERS),
        ("je veu aprandre lordinateur", _EVERYDAY, _PAPERS),
        ("linternet marche pas", _EVERYDAY, _REPAIR),
        ("jimprime une letre", _ACCESS, _PAPERS),
        ("fotocopi", _ACCESS, _PAPERS),
        ("enprimer", _ACCESS, _PAPERS),
        ("une atestation", _PAPERS, _ACCESS),
        ("ordinatheur", _EVERYDAY, _PAPERS),
        ("caf", _PAPERS, _EVERYDAY),
        ("contacter la caf", _PAPERS, _EVERYDAY),
    ],
)
def test_a_word_means_what_its_phrase_says(typed: str, first: str, never: str) -> None:
    found = understand(typed)
    assert found.declared[0] == f"services/{first}"
    assert f"services/{never}" not in found.declared
    assert found.names == ()


@pytest.mark.parametrize(
    ("typed", "declared", "care", "wishes"),
    [
        ("coworking pas cher", ["typologie/tiers-lieux"], [], []),
        ("bibliothèque pas chère", ["typologie/bib"], [], []),
        ("wc handicapé", [], ["prises-en-charge/handicaps-moteurs"], []),
        ("toilettes accessibles", [], ["prises-en-charge/handicaps-moteurs"], []),
        ("place de parking handicapés", [], ["prises-en-charge/handicaps-moteurs"], []),
        ("accueil polonais", [], ["prises-en-charge/langues-etrangeres-autres"], []),
        ("pomoc w języku polskim", [], ["prises-en-charge/langues-etrangeres-autres"], []),
        ("ich spreche deutsch", [], ["prises-en-charge/langues-etrangeres-autres"], []),
        ("tagalog", [], ["prises-en-charge/langues-etrangeres-autres"], []),
        ("help in polish", [], ["prises-en-charge/langues-etrangeres-autres"], []),
        ("ni payant ni sur rdv", [], [], ["frais/gratuit", "modalites-acces/se-presenter"]),
        ("pas de rdv", [], [], ["modalites-acces/se-presenter"]),
        ("toilettes handicapées", [], ["prises-en-charge/handicaps-moteurs"], []),
        ("ascenseur handicapé", [], ["prises-en-charge/handicaps-moteurs"], []),
        ("à domicile", [], [], ["itinerance/itinerant"]),
        ("quelqu'un peut venir chez moi", [], [], ["itinerance/itinerant"]),
        ("déplacement à domicile", [], [], ["itinerance/itinerant"]),
        ("à côté de chez moi", [], [], []),
        ("par téléphone", [], [], ["modalites-accompagnement/a-distance"]),
        ("gratos", [], [], ["frais/gratuit"]),
        ("camion", ["itinerance/itinerant", "typologie/enm"], [], []),
    ],
)
def test_kinds_care_and_ways_are_read(
    typed: str, declared: list[str], care: list[str], wishes: list[str]
) -> None:
    found = understand(typed)
    assert [*found.declared] == declared
    assert [*found.care] == care
    assert [*found.wishes] == wishes
    assert found.names == found.set_aside == ()


def test_who_asks_for_asylum_keeps_the_computer() -> None:
    declared = understand("demandeur d'asile ordinateur").declared
    assert {"services/" + _PAPERS, "services/" + _EVERYDAY} <= set(declared)


@pytest.mark.parametrize(
    "typed",
    ["24h/24", "24h sur 24", "24 heures sur 24", "h24", "7j sur 7", "jour et nuit", "at night"],
)
def test_day_and_night_are_not_known(typed: str) -> None:
    found = understand(f"wifi {typed}")
    assert found.set_aside == (typed,)
    assert (found.moment, found.names) == (None, ())


@pytest.mark.parametrize("typed", ["opening hours saturday", "opening times on saturday"])
def test_opening_hours_are_no_village(typed: str) -> None:
    found = understand(typed)
    assert (str(found.moment), found.located, found.names) == ("sat", None, ())


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    log = MemoryLog()
    log.put(
        place("fs", "France services", phone="+33494671587"),
        place("noumea", "Médiathèque", phone="+687441080"),
        place("reunion", "Maison de quartier de La Coudraie", phone="+262262800240"),
    )
    index = SearchIndex(tmp_path_factory.mktemp("misread") / "search.sqlite")
    index.apply(log, log.head())
    return Finder(index)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("04 94 67 15 87", ["fs"]),
        ("04.94.67.15.87", ["fs"]),
        ("0494671587", ["fs"]),
        ("+33 4 94 67 15 87", ["fs"]),
        ("0033494671587", ["fs"]),
        ("le 04 94 67 15 87 svp", ["fs"]),
        ("0262 80 02 40", ["reunion"]),
        ("06 00 00 00 00", []),
        ("coudre", []),
        ("coudra", ["reunion"]),
    ],
)
def test_a_number_finds_the_place_that_has_it(finder: Finder, typed: str, found: list[str]) -> None:
    answer = finder.answer(Asked(typed, "", Query(), NOON))
    assert [one.path.removeprefix("place/") for one in answer.page.places] == found


def test_a_suggestion_shows_what_it_is_about() -> None:
    (found,) = suggest_needs("caf", "fr", 7)
    assert (found.phrase, found.concept) == ("Contacter la CAF", "services/" + _PAPERS)
