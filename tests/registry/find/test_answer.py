"""What a person is answered: declared, probable and unknown apart, no further than it takes."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.find.answer import Answer, Asked, Finder
from registry.search.index import SearchIndex
from registry.search.query import OpenCounts, Query
from tests.registry.search.sample import MemoryLog, place

TUESDAY = datetime(2026, 12, 1, 13, 10, tzinfo=UTC)  # ten past two in Paris
_DRAGUIGNAN = (43.537, 6.464)
_PAPERS = ("aide-aux-demarches-administratives",)
_OPEN, _CLOSED = "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-12:00"


def north(km: float) -> tuple[float, float]:
    """Return a point so many kilometres north of Draguignan."""
    return _DRAGUIGNAN[0] + km / 111.19, _DRAGUIGNAN[1]


PLACES = (
    place("fs-1", "France services Draguignan", services=_PAPERS, types=("rfs",), at=north(0.2),
          commune="Draguignan", postcode="83300", insee="83050", hours=_CLOSED),
    place("fs-2", "France services Callas", services=_PAPERS, types=("rfs",), at=north(9),
          commune="Callas", postcode="83830", insee="83028", hours=_OPEN),
    place("fs-3", "France services Salernes", services=_PAPERS, types=("rfs",), at=north(15),
          commune="Salernes", postcode="83690", insee="83121"),
    place("fs-4", "France services Comps", services=_PAPERS, types=("rfs",), at=north(15.5),
          commune="Comps-sur-Artuby", postcode="83840", insee="83044"),
    place("fs-5", "France services Aups", services=_PAPERS, types=("rfs",), at=north(16),
          commune="Aups", postcode="83630", insee="83007"),
    place("rfs", "Maison des services de Figanières", types=("rfs",), at=north(5),
          commune="Figanières", postcode="83830", insee="83056"),
    place("bib-1", "Médiathèque de Draguignan", types=("bib",), at=north(1), commune="Draguignan",
          postcode="83300", insee="83050"),
    place("bib-2", "Bibliothèque Simone-Veil", types=("bib",), at=north(12), commune="Le Muy",
          postcode="83490", insee="83086"),
    place("cafe", "Café des sports", at=north(2), commune="Draguignan", postcode="83300",
          insee="83050"),
    place("nantes", "Plateforme C", types=("fablab",), at=(47.21, -1.55), commune="Nantes",
          postcode="44000", insee="44109"),
)  # fmt: skip


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    log = MemoryLog()
    log.put(*PLACES)
    index = SearchIndex(tmp_path_factory.mktemp("find") / "search.sqlite")
    index.apply(log, log.head())
    return Finder(index)


def asked(need: str = "", where: str = "", **view: object) -> Asked:
    return Asked(need, where, replace(Query(), **view), TUESDAY)  # type: ignore[arg-type]


def local(answer: Answer) -> list[str]:
    return [view.path.removeprefix("place/") for view in answer.page.places]


def may_be(answer: Answer) -> list[str]:
    return [view.path.removeprefix("place/") for view in answer.may_be.places if answer.may_be]  # type: ignore[union-attr]


def test_taxes_at_draguignan(finder: Finder) -> None:
    answer = finder.answer(asked("impôts en ligne", "Draguignan"))
    assert sorted(local(answer)) == ["fs-1", "fs-2", "fs-3", "fs-4", "fs-5"]
    assert local(answer)[0] == "fs-1", "closed for the day, but two hundred metres away"
    assert answer.radius_km == 20
    assert answer.counts == OpenCounts(open=1, closed=1, unknown=3)
    assert may_be(answer) == ["rfs"], "a kind of place that does papers is no promise"


@pytest.mark.parametrize(
    ("need", "where", "expected"),
    [
        ("impôts en ligne", "83300", {"fs-1", "fs-2", "fs-3", "fs-4", "fs-5"}),
        ("RSA", "draguinan", {"fs-1", "fs-2", "fs-3", "fs-4", "fs-5"}),
        ("payer mes impots à draguignan", "", {"fs-1", "fs-2", "fs-3", "fs-4", "fs-5"}),
        ("bibliotheque", "Draguignan 83300", {"bib-1", "bib-2"}),
        ("bibliothèque simone veil", "Draguignan", {"bib-2"}),
        ("fablab nantes", "", {"nantes"}),
        ("fablab", "44000 NANTES CEDEX 1", {"nantes"}),
        ("Plateforme C", "", {"nantes"}),
        ("", "Var", {one.iri.rpartition("/")[2] for one in PLACES} - {"nantes"}),
        ("", "44", {"nantes"}),
        ("", "Pays de la Loire", {"nantes"}),
        ("", "47.2,-1.55", {"nantes"}),
        ("impôts ouvert maintenant", "Draguignan", {"fs-2"}),
        ("impôts ouvert samedi", "Draguignan", set()),
        ("impôts ouvert lundi", "Draguignan", {"fs-1", "fs-2"}),
    ],
)
def test_first_things_that_people_ask(
    finder: Finder, need: str, where: str, expected: set[str]
) -> None:
    assert set(local(finder.answer(asked(need, where)))) == expected


def test_caf_finds_no_cafe(finder: Finder) -> None:
    answer = finder.answer(asked("CAF", "Draguignan"))
    assert "cafe" not in (*local(answer), *may_be(answer))


def test_what_is_probable_can_be_listed_and_is_no_further_than_it_takes(finder: Finder) -> None:
    printing = asked("imprimer un papier", "Draguignan")
    answer = finder.answer(printing)
    assert local(answer) == []
    assert may_be(answer) == ["bib-1", "bib-2"]
    listed = finder.answer(replace(printing, may_be=True))
    assert local(listed) == ["bib-1", "bib-2"]
    assert listed.may_be is None


def test_homonyms_are_asked(finder: Finder) -> None:
    answer = finder.answer(asked("impôts", "st denis"))
    assert [area.code for area in answer.must_choose] == ["97411", "93066"]
    assert answer.page.total == 0


def test_an_unknown_place_is_said_and_nothing_is_widened(finder: Finder) -> None:
    answer = finder.answer(asked("impôts", "Zzyzx"))
    assert answer.is_place_unknown
    assert answer.page.total == 0


def test_nothing_near_names_the_nearest(finder: Finder) -> None:
    answer = finder.answer(asked("impôts", "Nantes"))
    assert answer.radius_km == 80
    assert answer.nearest is not None
    assert answer.nearest.path == "place/fs-5"
    assert (answer.nearest.distance_km or 0) > 500


def test_a_care_that_nobody_states_is_said_and_left_out(finder: Finder) -> None:
    answer = finder.answer(asked("impôts en langue des signes", "Draguignan"))
    assert answer.without_care == (("aide", "surdite"),)
    assert answer.page.total == 5


def test_words_that_no_place_holds_are_said_and_left_out(finder: Finder) -> None:
    answer = finder.answer(asked("bibliothèque xyloglotte", "Draguignan"))
    assert answer.without_words == "xyloglotte"
    assert set(local(answer)) == {"bib-1", "bib-2"}


def test_literal_words_are_words(finder: Finder) -> None:
    literal = replace(asked("café"), is_literal=True)
    assert local(finder.answer(literal)) == ["cafe"]


def test_a_word_is_no_beginning_of_a_place_where_records_hold_it(finder: Finder) -> None:
    assert local(finder.answer(asked("bicyclette"))) == []
    assert local(finder.answer(asked("callas")))[0] == "fs-2", "a commune, whose namesake is first"
    assert local(finder.answer(asked("artub"))) == [], "a commune that begins so is not meant"
    assert local(finder.answer(asked("figan"))) == [], "nor where the name of a place repeats it"
    assert local(finder.answer(asked("platef"))) == ["nantes"], "the beginning of a name is"


@pytest.mark.parametrize("need", ["exemple", "bonjour", "aide", "lieu"])
def test_words_that_narrow_nothing_are_said(finder: Finder, need: str) -> None:
    answer = finder.answer(asked(need))
    assert answer.narrows_nothing
    assert answer.page.total == len(PLACES)
    assert not finder.answer(asked(f"{need} impôts")).narrows_nothing
    assert not finder.answer(asked("", "Draguignan")).narrows_nothing


@pytest.mark.parametrize(("word", "named"), [("résumé", []), ("café", ["cafe"])])
def test_words_of_every_record_are_looked_for_in_names(
    tmp_path: Path, word: str, named: list[str]
) -> None:
    log = MemoryLog()
    log.put(
        place("cafe", "Café des sports", summary="Un résumé, un café"),
        *(
            place(f"p{number}", f"Lieu {number}", summary="Un résumé, un café")
            for number in range(9)
        ),
    )
    index = SearchIndex(tmp_path / "search.sqlite")
    index.apply(log, log.head())
    answer = Finder(index).answer(replace(asked(word), is_literal=True))
    assert (answer.common_words, local(answer)) == (word, named)


@pytest.mark.parametrize("where", ["", "Marseille"])
@pytest.mark.parametrize(
    ("need", "first"), [("payant", "b"), ("gratuit", "c"), ("payant aide", "b")]
)
def test_a_wish_alone_brings_what_states_it_first(
    tmp_path: Path, need: str, first: str, where: str
) -> None:
    log = MemoryLog()
    log.put(
        *(
            place(local, f"Lieu {local}", fees=fees, services=services, insee="13055", at=at)
            for local, fees, services, at in (
                ("a", (), _PAPERS, (43.2965, 5.3698)),
                ("b", ("payant",), (), (43.32, 5.3698)),
                ("c", ("gratuit",), (), (43.33, 5.3698)),
            )
        )
    )
    index = SearchIndex(tmp_path / "search.sqlite")
    index.apply(log, log.head())
    assert local(Finder(index).answer(asked(need, where)))[0] == first


def test_a_chosen_box_or_position_goes_before_a_named_place(finder: Finder) -> None:
    nantes = finder.answer(asked("", "Draguignan", near=(47.2, -1.55)))
    assert local(nantes) == ["nantes"]
    assert local(finder.answer(asked("", "Draguignan", bbox=(-2.0, 47.0, -1.0, 48.0)))) == [
        "nantes"
    ]
    homonym = finder.answer(asked("", "Saint-Denis", near=(47.2, -1.55)))
    assert (local(homonym), homonym.must_choose) == (["nantes"], ())


def test_where_the_person_is_must_be_told(finder: Finder) -> None:
    answer = finder.answer(asked("impôts", "autour de moi"))
    assert answer.understood.located is not None
    assert answer.understood.located.here
    assert answer.page.total == 0


@settings(max_examples=60, deadline=None)
@given(need=st.text(max_size=60), where=st.text(max_size=30))
def test_anything_is_answered(finder: Finder, need: str, where: str) -> None:
    answer = finder.answer(asked(need, where))
    assert answer.page.total >= len(answer.page.places)


def test_the_same_question_has_the_same_answer_in_the_same_minute(
    finder: Finder, tmp_path: Path
) -> None:
    question = asked("impôts", "Draguignan")
    later = replace(question, now=TUESDAY.replace(second=50))
    assert finder.answer(question).query == finder.answer(later).query


@pytest.mark.parametrize(
    ("need", "where"), [("impôts", "Saint-Denis"), ("impôts", "Zzyzx"), ("", "-"), ("caf", "99999")]
)
def test_a_question_without_an_answer_finds_nothing_in_files_either(
    finder: Finder, need: str, where: str
) -> None:
    answer = finder.answer(asked(need, where))
    assert finder.index.count(answer.query) == 0


def test_an_organisation_may_be_in_the_name_alone(tmp_path: Path) -> None:
    log = MemoryLog()
    log.put(
        place("ml", "Mission locale du Haut-Var", at=north(1), commune="Draguignan"),
        place("locale", "Radio locale", at=north(1), commune="Draguignan"),
        place("cafe", "Café des sports", at=north(1), commune="Draguignan"),
    )
    index = SearchIndex(tmp_path / "search.sqlite")
    index.apply(log, log.head())
    finder = Finder(index)
    assert local(finder.answer(asked("mission locale", "Draguignan"))) == ["ml"]
    assert local(finder.answer(asked("caf", "Draguignan"))) == []


def test_a_need_is_no_name(tmp_path: Path) -> None:
    """« Villes Internet » gives nobody access; a cyber-base is called so because it does."""
    log = MemoryLog()
    log.put(
        place("label", "Association Villes Internet", at=north(1), commune="Draguignan"),
        place("base", "Cyber-base du Var", at=north(1), commune="Draguignan"),
    )
    index = SearchIndex(tmp_path / "search.sqlite")
    index.apply(log, log.head())
    finder = Finder(index)
    for need in ("internet", "accès internet", "imprimer", "multimédia"):
        assert local(finder.answer(asked(need, "Draguignan"))) == [], need
    assert local(finder.answer(asked("cyber-base", "Draguignan"))) == ["base"]


@pytest.mark.parametrize("need", ["bonjour", "merci de m'aider", "je cherche de l'aide svp"])
def test_courtesy_is_no_word_to_look_for(finder: Finder, need: str) -> None:
    assert set(local(finder.answer(asked(need, "Draguignan")))) >= {"fs-1", "bib-1"}


def test_a_service_that_nobody_states_leads_to_who_may_help(finder: Finder) -> None:
    answer = finder.answer(asked("contrôle parental", "Draguignan"))
    assert local(answer) == []
    assert "bib-1" in may_be(answer)


def test_a_word_of_needs_is_in_names_by_chance_and_empties_no_list(finder: Finder) -> None:
    answer = finder.answer(asked("impôts bibliothèques garde", "Draguignan"))
    assert answer.without_words == "garde"
    assert finder.answer(asked("impôts Contes")).without_words == "Contes"
    care = finder.answer(asked("fauteuil roulant xyloglotte", "Draguignan"))
    assert (care.without_words, care.page.total > 0) == ("xyloglotte", True)


def test_a_word_that_none_near_holds_is_left_out(finder: Finder) -> None:
    answer = finder.answer(asked("impôts plateforme", "Draguignan"))
    assert answer.without_words == "plateforme"
    assert answer.page.total == 5


def test_what_is_probable_is_no_further_than_was_asked(finder: Finder) -> None:
    near = replace(asked("imprimer un papier", "Draguignan"), radius_km=7.0)
    answer = finder.answer(near)
    assert answer.probable is not None
    assert answer.probable.radius_km == 7
    assert may_be(answer) == ["bib-1"]


def test_to_print_a_cv_one_needs_a_printer_first(tmp_path: Path) -> None:
    log = MemoryLog()
    job, printing = (
        "insertion-professionnelle-via-le-numerique",
        "acces-internet-et-materiel-informatique",
    )
    log.put(
        place("job", "Mission locale", services=(job,), at=north(0.5), commune="Draguignan"),
        place("print", "Médiathèque", services=(printing,), at=north(3), commune="Draguignan"),
    )
    index = SearchIndex(tmp_path / "search.sqlite")
    index.apply(log, log.head())
    finder = Finder(index)
    assert local(finder.answer(asked("imprimer un CV", "Draguignan"))) == ["print", "job"]
    assert local(finder.answer(asked("faire un CV", "Draguignan"))) == ["job"]


@pytest.mark.parametrize(
    ("need", "where"),
    [("Bibliothèque Simone Veil", ""), ("bibliotheque simone veil", "Draguignan"),
     ("BIBLIOTHÈQUE SIMONE-VEIL", "Var")],
)  # fmt: skip
def test_a_place_is_found_by_its_very_name(finder: Finder, need: str, where: str) -> None:
    assert local(finder.answer(asked(need, where)))[0] == "bib-2"


@pytest.mark.parametrize("where", ["London", "à Londres", "Bruxelles"])
def test_a_place_abroad_has_no_places(finder: Finder, where: str) -> None:
    answer = finder.answer(asked("impôts", where))
    assert answer.is_place_unknown
    assert answer.page.total == 0


@pytest.mark.parametrize(
    ("where", "count"), [("PACA", 9), ("Alsace", 0), ("Côte d'Azur", 9), ("Grand Lyon", 0)]
)
def test_a_land_holds_the_places_of_its_departements(
    finder: Finder, where: str, count: int
) -> None:
    assert finder.answer(asked("", where)).page.total == count


def test_a_short_word_beside_a_need_is_no_beginning_of_a_name(tmp_path: Path) -> None:
    log = MemoryLog()
    log.put(
        place("vitry", "France services de Vitry", services=_PAPERS, commune="Vitry",
              postcode="51300", summary="Nous vous aidons tro"),
        place("other", "France services", services=_PAPERS),
    )  # fmt: skip
    index = SearchIndex(tmp_path / "search.sqlite")
    index.apply(log, log.head())
    finder = Finder(index)
    answer = finder.answer(asked("papiers xqv"))
    assert (answer.without_words, answer.page.total) == ("xqv", 2)
    answer = finder.answer(asked("papiers aidons"))
    assert answer.without_words == "aidons", "words of a description say nothing beside a need"
    assert local(finder.answer(asked("papiers vitr"))) == ["vitry"]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    """Places of kinds that are far, one that does as well, and invented ones."""
    log = MemoryLog()
    log.put(
        place("fs", "France services Draguignan", services=_PAPERS, at=north(0.2)),
        place("town", "Mairie de Callas", at=north(30)),
        place("ccas", "CCAS de Nice", types=("ccas",), at=north(70)),
        place("pimms", "Pimms Médiation", at=north(1)),
        place("cafe", "Café des sports", at=north(1)),
        place("bib", "Médiathèque", types=("bib",), at=north(2)),
        place("web", "Exemple de borne", services=("acces-internet-et-materiel-informatique",),
              at=north(0.1), is_example=True),
        place("fab", "Exemple de FabLab", types=("fablab",), at=north(0.1), is_example=True),
    )  # fmt: skip
    index = SearchIndex(tmp_path_factory.mktemp("kinds") / "search.sqlite")
    index.apply(log, log.head())
    return Finder(index)


@pytest.mark.parametrize(("far", "radius_km"), [((6, 15, 16), 20), ((6, 15, 30), 40), ((30,), 40)])
def test_for_a_longer_choice_nobody_goes_twice_as_far(
    tmp_path: Path, far: tuple[float, ...], radius_km: float
) -> None:
    log = MemoryLog()
    log.put(*(place(f"fs-{km}", "France services", services=_PAPERS, at=north(km)) for km in far))
    index = SearchIndex(tmp_path / "search.sqlite")
    index.apply(log, log.head())
    assert Finder(index).answer(asked("impôts", "Draguignan")).radius_km == radius_km


@pytest.mark.parametrize(
    ("need", "listed", "instead"),
    [
        ("mairie", ["town"], "fs"),
        ("CCAS", ["ccas"], "fs"),
        ("préfecture", ["fs"], None),
        ("cpam", ["fs"], None),
        ("MDS", [], "fs"),
        ("maison départementale des solidarités", [], "fs"),
        ("maison de services au public", [], "fs"),
        ("pimms", ["pimms"], None),
        ("caf", ["fs"], None),
        ("centre social", [], "fs"),
    ],
)
def test_a_kind_of_place_that_is_not_near_leads_to_what_it_is_gone_to_for(
    kinds: Finder, need: str, listed: list[str], instead: str | None
) -> None:
    answer = kinds.answer(asked(need, "Draguignan"))
    assert local(answer) == listed
    found = {one.path.removeprefix("place/") for _service, one in answer.instead}
    assert found == ({instead} if instead else set())


@pytest.mark.parametrize(
    ("need", "listed", "may"),
    [
        ("wifi", [], ["bib"]),  # somebody real probably has it
        ("fablab", [], []),  # nobody real does: an invented one is no answer
        ("", ["fs", "pimms", "cafe", "bib"], []),  # nor is anybody sent to one
        ("exemple", ["fs", "pimms", "cafe", "bib"], []),
    ],
)
def test_an_invented_place_is_no_answer_where_a_real_one_is(
    kinds: Finder, need: str, listed: list[str], may: list[str]
) -> None:
    answer = kinds.answer(asked(need, "Draguignan"))
    assert sorted(local(answer)) == sorted(listed)
    assert "fab" not in listed or "fab" in local(answer)[-2:]
    assert (may_be(answer) if answer.may_be else []) == may


def test_invented_places_are_listed_where_they_are_asked_for(kinds: Finder) -> None:
    wifi = replace(asked("wifi", "Draguignan"), view=Query(filters={"exemple": ("oui",)}))
    assert local(kinds.answer(wifi)) == ["web"]
    everywhere = kinds.index.search(Query()).places
    assert [one.is_example for one in everywhere] == sorted(one.is_example for one in everywhere)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("CCAS", {"ccas", "long"}),
        ("centre communal d'action sociale", {"ccas", "long"}),
        ("MJC", {"mjc"}),
        ("maison des jeunes et de la culture", {"mjc"}),
        ("CAF", {"caf"}),
    ],
)
def test_a_kind_is_found_by_its_short_and_its_long_name(
    tmp_path: Path, typed: str, found: set[str]
) -> None:
    log = MemoryLog()
    names = {
        "ccas": "CCAS de Draguignan",
        "long": "CENTRE COMMUNAL D'ACTION SOCIALE",
        "mjc": "M.J.C. du Dragon (MJC)",
        "caf": "Caisse d'allocations familiales",
        "cafe": "Café des sports",
    }
    log.put(*(place(local, name) for local, name in names.items()))
    index = SearchIndex(tmp_path / "search.sqlite")
    index.apply(log, log.head())
    assert set(local(Finder(index).answer(asked(typed)))) == found


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    """A town whose places say little of what they do."""
    log = MemoryLog()
    log.put(
        place("fs", "France services", types=("rfs",), at=north(4), phone="+33494000001"),
        place("bib", "Médiathèque", types=("bib",), at=north(1)),
        place("epn", "Espace numérique", types=("epn",), at=north(3), phone="+33494000002"),
        place("shut", "Bureau", types=("ccas",), at=north(0.5), phone="+33494000003",
              access=("ce-lieu-n-accueille-pas-de-public",)),
        place("fake", "Exemple de CCAS", types=("ccas",), at=north(0.1), phone="+33494000004",
              is_example=True),
        place("far", "Sécurité", services=("utilisation-securisee-du-numerique",), at=(48.0, 2.0)),
    )  # fmt: skip
    index = SearchIndex(tmp_path_factory.mktemp("lost") / "search.sqlite")
    index.apply(log, log.head())
    return Finder(index)


@pytest.mark.parametrize(
    ("need", "where", "orienting"),
    [
        ("faire un cv", "Draguignan", ["fs"]),  # those that can be called, before the nearer
        ("aidants connect", "Draguignan", ["fs"]),
        ("wifi", "Draguignan", ["fs"]),  # beside what may have it
        ("bibliothèque", "Draguignan", []),  # there is one
        ("faire un cv", "Nantes", []),  # nobody is near
        ("faire un cv", "", []),
    ],
)
def test_where_nothing_is_near_those_who_receive_anybody_are_told(
    lost: Finder, need: str, where: str, orienting: list[str]
) -> None:
    answer = lost.answer(asked(need, where))
    assert [one.path.removeprefix("place/") for one in answer.orienting] == orienting


def test_what_may_help_is_what_can_be_called_first(lost: Finder) -> None:
    assert may_be(lost.answer(asked("wifi", "Draguignan"))) == ["epn", "bib"]


@pytest.mark.parametrize(
    ("need", "where", "official"),
    [
        ("phishing", "Draguignan", ["17Cyber"]),
        ("je me suis fait arnaquer sur internet", "Paris", ["17Cyber"]),
        ("cyberharcèlement", "Paris", ["3018"]),
        ("faire un cv", "Draguignan", ["France Travail"]),
        ("impôts", "Nantes", ["Service-Public"]),
        ("mot de passe oublié", "", []),
        ("bibliothèque", "Draguignan", []),
    ],
)
def test_official_services_are_told_to_whom_they_help(
    lost: Finder, need: str, where: str, official: list[str]
) -> None:
    assert [one.name for one in lost.answer(asked(need, where)).official] == official


@pytest.mark.parametrize(
    ("need", "is_one_of_two"),
    [("impôts + fablab imprimante", True), ("impôts", False), ("rsa et caf", False)],
)
def test_where_no_place_states_both_of_two_needs_it_is_told(
    finder: Finder, need: str, is_one_of_two: bool
) -> None:
    answer = finder.answer(asked(need))
    assert answer.page.total
    assert answer.none_does_both == is_one_of_two
