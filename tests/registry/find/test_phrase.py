"""A need and a place as a person types them, and what they are understood as."""

import string
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.find import COLLECTED, GIVEN, Row, is_right, is_unseen, rows
from registry.find.phrase import Understood, understand
from vocab.needs import lexicon
from vocab.schemes import Concept, concepts

_PROCEDURES = "services/aide-aux-demarches-administratives"
_EVERYDAY = "services/maitrise-des-outils-numeriques-du-quotidien"
_SAFETY = "services/utilisation-securisee-du-numerique"
_LEISURE = "services/loisirs-et-creations-numeriques"


@pytest.mark.parametrize("row", rows(GIVEN), ids=lambda row: row.phrase or row.where)
def test_a_phrase_is_understood(row: Row) -> None:
    assert is_right(row)


def test_nine_in_ten_phrases_are_understood_that_the_lexicon_was_not_written_from() -> None:
    unseen = [row for row in rows(COLLECTED) if is_unseen(row)]
    assert len(unseen) > 250
    assert sum(map(is_right, unseen)) >= 0.9 * len(unseen)


@pytest.mark.parametrize(
    ("need", "declared"),
    [
        ("arnaque sur mon ordinateur", (_SAFETY,)),
        ("cours de robotique", (_LEISURE,)),
        ("cours sur tablette", (_EVERYDAY,)),
        ("site internet pour mon association", (_LEISURE,)),
        ("formation", (_EVERYDAY,)),
    ],
)
def test_tools_and_ways_give_way_to_a_need(need: str, declared: tuple[str, ...]) -> None:
    assert understand(need).declared == declared


def test_care_is_apart_and_asks_for_no_service_beside_one() -> None:
    found = understand("impôts en langue des signes")
    assert found.care == ("prises-en-charge/surdite",)
    assert found.declared == (_PROCEDURES,)


@pytest.mark.parametrize(
    ("care", "typed"),
    [
        (care, typed.strip())
        for care, every in {
            "illettrisme": "il ne lit pas; elle ne sait pas lire; je lis mal; elle ne lit pas bien;"
            " ils ne savent pas lire; il ne sait ni lire ni écrire; il ne lit pas à Nantes;"
            " il ne lit pas et doit payer ses impôts; il ne lit pas, samedi; he can't read;"
            " she cannot read or write",
            "langues-etrangeres-autres": "ne parle pas français; il parle mal français;"
            " ma mère ne parle pas le français; je ne comprends pas bien le français;"
            " ils ne parlent pas français; does not speak French; I don't speak much French",
            "deficience-visuelle": "je ne vois pas bien; elle ne voit pas; il voit très mal;"
            " je ne vois presque rien; il voit mal, samedi à Lyon; can't see well; he cannot see",
            "surdite": "je n'entends pas bien; il n'entend plus; elle entend mal; can't hear",
            "handicaps-moteurs": "il ne peut pas marcher; elle a du mal à marcher; I cannot walk",
        }.items()
        for typed in every.split(";")
    ],
)
def test_who_cannot_is_received_with_care(care: str, typed: str) -> None:
    found = understand(typed)
    assert found.care == (f"prises-en-charge/{care}",)
    assert found.names == ()
    assert found.set_aside == ()


@pytest.mark.parametrize(
    ("typed", "set_aside"),
    [
        ("je ne lis pas mes mails", ()),
        ("je ne vois pas mon dossier", ()),
        ("je n'entends pas le son", ()),
        ("I can't see my file", ()),
        ("where can I read books", ()),
        ("mon imprimante ne marche pas", ()),
        ("je ne parle pas anglais", ("pas anglais",)),
        ("imprimer pas le samedi", ("pas le samedi",)),
        ("pas de bibliothèque", ("pas de bibliothèque",)),
        ("je ne veux pas aller à Nantes", ("pas aller à Nantes",)),
    ],
)
def test_other_negations_ask_for_no_care(typed: str, set_aside: tuple[str, ...]) -> None:
    found = understand(typed)
    assert found.care == ()
    assert found.set_aside == set_aside


def test_each_part_can_be_shown_and_taken_away() -> None:
    found = understand("Cours  pour séniors à Nantes samedi (Mod&Lab)")
    assert [(found.need[part.start : part.end], part.kind) for part in found.parts] == [
        ("Cours", "need"),
        ("séniors", "wish"),
        ("à Nantes", "place"),
        ("samedi", "moment"),
        ("Mod&Lab", "name"),
    ]
    place = found.parts[2]
    assert found.without(place) == ("Cours pour séniors samedi (Mod&Lab)", "")


def test_the_place_field_is_a_part_too() -> None:
    found = understand("wifi", "Draguignan")
    assert found.parts[-1].field == "where"
    assert found.without(found.parts[-1]) == ("wifi", "")


@pytest.mark.parametrize(
    ("need", "code"),
    [
        ("impôts 13001", "13201"),
        ("aide numérique 13001", "13201"),
        ("Nantes fablab", "44109"),
        ("fablab samedi Nantes", "44109"),
        ("cours", ""),
        ("ordinateur pas cher", ""),
        ("apprendre à lire", ""),
        ("internet gratuit", ""),
        ("Nantes", "44109"),
        ("Callas", "83028"),
        ("Vienne", "86"),
        ("Annecy-le-Vieux", "74010"),
        ("La Goutte d'Or", "75118"),
        ("Marseille 13e", "13213"),
        ("83", "83"),
        ("83300", "83300"),
        ("Orange", "84087"),
        ("2042", ""),
        ("Avion", ""),
        ("jardin", ""),
        ("ville", ""),
        ("Die", "26113"),
        ("caf Die", "26113"),
        ("imprimer Die", "26113"),
        ("France services de Die", "26113"),
        ("imprimer Y", "80829"),
        ("caf Oust", "09223"),
        ("imprimer Eu", "76255"),
        ("imprimer Gy", "70282"),
        ("die Hilfe", ""),
        ("wo kann ich die Hilfe", ""),
        ("y a-t-il un fablab", ""),
        ("contact us", ""),
    ],
)
def test_a_place_in_the_need_is_found_unless_it_is_the_need(need: str, code: str) -> None:
    located = understand(need).located
    assert (located.areas[0].code if located else "") == code


@pytest.mark.parametrize(
    "need",
    ["Bourg en Bresse", "Saint-Germain-en-Laye", "saint jean de luz", "Vitry-le-François",
     "Cagnes sur mer", "Romans sur Isère", "Mont de Marsan", "Nogent sur Marne", "Le Luc",
     "St Étienne du Rouvray", "Saint-Maximin la Sainte Baume", "Clermont-Ferrand", "La Seyne",
     "Villeneuve d'Ascq", "Aix les Bains", "Boulogne sur Mer", "Charleville-Mézières",
     "Saint-Laurent-du-Var", "Alpes de Haute Provence", "Provence-Alpes-Côte d'Azur"],
)  # fmt: skip
def test_a_whole_name_is_not_taken_apart(need: str) -> None:
    found = understand(need)
    assert found.located is not None
    assert [part.kind for part in found.parts] == ["place"]
    assert found.names == ()
    beside = understand(f"impôts {need}")
    assert beside.located is not None
    assert beside.names == ()


@pytest.mark.parametrize(
    ("typed", "need", "where"),
    [
        ("atelier contes", "atelier", "contes"),
        ("caf Contes", "caf", "Contes"),
        ("caf Mer", "caf", "Mer"),
        ("caf Orange merci", None, None),
        ("jardin", "", "jardin"),
        ("Avion", "", "Avion"),
        ("payer mes impôts en ligne", None, None),
        ("caf Die", None, None),
        ("acheter un ordinateur pas cher", None, None),
        ("ma mère", None, None),
    ],
)
def test_a_town_that_is_a_noun_is_offered(typed: str, need: str | None, where: str | None) -> None:
    found = understand(typed).perhaps
    assert (found and found.need, found and found.where) == (need, where)


@pytest.mark.parametrize(
    ("where", "code"),
    [("Saint Maximin", "83116"), ("Luc", "83073"), ("Clermont", "63113"),
     ("Les Arcs sur Argens", "83004")],
)  # fmt: skip
def test_a_part_of_a_town_s_name_asks_for_the_town_first(where: str, code: str) -> None:
    for found in (understand("impôts", where), understand(f"impôts {where}")):
        assert found.located is not None
        assert found.located.areas[0].code == code


def test_a_mistyped_place_in_the_need_is_said_and_is_no_common_word() -> None:
    located = understand("imprimer à draguinan").located
    assert located
    assert (located.areas[0].code, located.corrected) == ("83050", "draguinan")
    assert understand("wifi près de la gare").located is None
    assert understand("wifi près de la mairie").located is None


@pytest.mark.parametrize(
    ("need", "code", "names"),
    [
        ("bonjour je cherche quelqu'un pour faire ma déclaration de revenus à Toulon merci",
         "83137", ()),
        ("ou imprimer mon cv a grenoble pas cher", "38185", ()),
        ("ma mere a 82 ans elle comprend rien a internet nice", "06088", ()),
        ("aide à Marseille pour la CAF", "13055", ()),
        ("j'habite à Rennes et j'ai besoin d'aide pour la caf", "35238", ()),
        ("jarive pas a me connecter au site des impots lyon", "69123", ()),
        ("imprimé un papier bordo", "33063", ()),
        ("wifi tulouz", "31555", ()),
        ("print boarding pass nice airport", "06088", ("boarding pass",)),
        ("cours informatique la réunion", "974", ()),
        ("compte rendu de la réunion", "", ("compte rendu de la réunion",)),
        ("atelier terrarium", "", ("terrarium",)),
        ("je veu faire mon passeport a roubaix", "59512", ()),
        ("wifi à Bordo", "33063", ()),
    ],
)  # fmt: skip
def test_a_long_sentence_is_read_to_its_place(need: str, code: str, names: tuple[str, ...]) -> None:
    found = understand(need)
    assert (found.located.areas[0].code if found.located else "") == code
    assert found.names == names


@pytest.mark.parametrize(
    ("where", "point"),
    [
        ("48.85,2.35", (48.85, 2.35)),
        (" -21.1 ; 55.5 ", (-21.1, 55.5)),
        ("91,2", None),
        ("48.85", None),
        ("48.85,2.35,1", None),
    ],
)
def test_coordinates_are_a_place(where: str, point: tuple[float, float] | None) -> None:
    assert understand("", where).point == point


def test_what_was_not_understood_is_said() -> None:
    assert understand("Zzyzx").nothing_understood
    assert understand("Zzyzx").names == ("Zzyzx",)
    assert not understand("").nothing_understood
    assert understand("wifi", "Zzyzx").place_not_found
    assert not understand("wifi", "Nantes").place_not_found


@pytest.mark.parametrize("service", concepts("services"), ids=lambda each: each.slug)
def test_every_service_is_reached_by_twenty_phrases(service: Concept) -> None:
    wanted = f"services/{service.slug}"
    reached = 0
    for phrase, need in lexicon().needs.items():
        if any(meaning.concept == wanted for meaning in need.means):
            reached += wanted in understand(" ".join(phrase)).declared
        if reached == 20:
            return
    pytest.fail(f"{reached} phrases reach {wanted}")


def test_english_phrases_are_understood() -> None:
    english = {
        "print a document": "services/acces-internet-et-materiel-informatique",
        "pay my taxes": _PROCEDURES,
        "job search": "services/insertion-professionnelle-via-le-numerique",
        "housing benefit": _PROCEDURES,
    }
    assert {text: understand(text).declared[0] for text in english} == english


@settings(max_examples=300, deadline=None)  # the first loads the tables
@given(st.text(max_size=250), st.text(max_size=250))
@example("a" * 10_000, "1," * 10_000)
@example("e\u0301" * 500, "\u0301")
@example("ouvert le 30 février à à à", "٣٣,٣")
@example("\ud800", "\udfff")
def test_nothing_raises_and_parts_lie_in_their_field(need: str, where: str) -> None:
    found = understand(need, where)
    assert len(found.need) <= 200
    for part in found.parts:
        text = found.need if part.field == "need" else found.where
        assert 0 <= part.start < part.end <= len(text)
        found.without(part)
    in_need = [(part.start, part.end) for part in found.parts if part.field == "need"]
    assert in_need == sorted(in_need)


_TYPED = st.lists(
    st.sampled_from(
        [row.phrase for row in rows(GIVEN)]
        + ["à Nantes", "près de Saint-Étienne", "l’été", "demain 10h", "Œuvre", "cœur", "en", "3D"]
    )
    | st.text(string.ascii_letters + "éèàçô'- ", max_size=12),
    max_size=4,
).map(" ".join)


def _plain(texts: tuple[str, ...]) -> tuple[str, ...]:
    folded = (unicodedata.normalize("NFKD", text).casefold() for text in texts)
    return tuple("".join(c for c in text if c.isalnum()) for text in folded)


def meaning(found: Understood) -> Understood:
    """Return what was understood, but not how it was written."""
    kinds = tuple(replace(part, start=0, end=0) for part in found.parts)
    plain, aside = _plain(found.names), _plain(found.set_aside)
    located = replace(found.located, corrected="") if found.located else None
    return replace(
        found,
        need="",
        where="",
        parts=kinds,
        names=plain,
        set_aside=aside,
        outweighed=_plain(found.outweighed),
        located=located,
        perhaps=None,
    )


@settings(deadline=None)
@given(_TYPED.filter(lambda text: len(text) < 90))
def test_case_accents_and_blanks_do_not_count(text: str) -> None:
    expected = meaning(understand(text))
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    for other in (text.upper(), text.lower(), decomposed, bare, text.replace(" ", "  ")):
        assert meaning(understand(other)) == expected
