"""Phrases of the lexicon found among words."""

import pytest

from registry.find.needs import EXACT, MISTYPED, STEM, find_needs, says_nothing
from registry.find.phrase import understand
from vocab.text import words

_PROCEDURES = "services/aide-aux-demarches-administratives"
_ACCESS = "services/acces-internet-et-materiel-informatique"
_LEISURE = "services/loisirs-et-creations-numeriques"


def found(text: str) -> list[tuple[str, int]]:
    """Return the first concept of each phrase found, and how sure it is."""
    return [(match.need.means[0].concept, match.sureness) for match in find_needs(words(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CAF", [(_PROCEDURES, EXACT)]),
        ("café", []),
        ("plaine des Cafres", []),
        ("rsa", [(_PROCEDURES, EXACT)]),
        ("retraite", [(_PROCEDURES, EXACT)]),
        ("retraités", [("publics/seniors", EXACT)]),
        ("imprimer", [(_ACCESS, EXACT)]),
        ("imprimante 3D", [(_LEISURE, EXACT)]),
        ("carte de l'identité", [(_PROCEDURES, EXACT)]),
        ("cartes d’identités", [(_PROCEDURES, STEM)]),
        ("carte gryse", [(_PROCEDURES, MISTYPED)]),
        ("retaite", [(_PROCEDURES, MISTYPED)]),
        ("poleemploi", [("services/insertion-professionnelle-via-le-numerique", EXACT)]),
        ("à ma place", [(_PROCEDURES, EXACT)]),
        ("place", []),
        ("open office", [("services/maitrise-des-outils-numeriques-du-quotidien", EXACT)]),
        ("", []),
    ],
)
def test_exact_words_before_stems_before_mistypings(
    text: str, expected: list[tuple[str, int]]
) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    ["toilettes", "toilettes publiques", "artiste", "bouche", "bonnets", "carie", "carpe",
     "compote", "cornet", "stade", "serge", "province", "romain", "granges", "halal", "ongles",
     "directeur", "respiration", "ligaments", "marinage", "flyer", "ouvrier", "refrain",
     "tetes", "invitations", "choque", "visiteurs", "tailleurs", "addition", "piege", "bottle",
     "toilets"],
)  # fmt: skip
def test_a_word_that_exists_is_not_taken_for_another(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    ["tabletes", "tablete", "ordinatuer", "imprimmante", "formulair", "virements", "impotts",
     "demarshes"],
)  # fmt: skip
def test_a_word_that_does_not_exist_or_ends_otherwise_is_corrected(text: str) -> None:
    assert found(text)


def test_the_longest_phrase_wins() -> None:
    assert [match.length for match in find_needs(words("mot de passe oublié ameli"))] == [4]


@pytest.mark.parametrize("name", ["Espace Palette", "la Plaine aux Mésanges", "Mod&Lab"])
def test_names_are_not_mistyped_needs(name: str) -> None:
    assert found(name) == []


def test_articles_and_asking_say_nothing() -> None:
    assert [says_nothing(word) for word in ("le", "aide", "impots", "nantes")] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("demande de logement social", ()),
        ("accessible fauteuil roulant", ()),
        ("langue arabe", ()),
        ("aide langue espagnol", ()),
        ("logement social Duhamel", ("Duhamel",)),
    ],
)
def test_words_of_a_phrase_that_another_overlaps_are_no_names(
    typed: str, names: tuple[str, ...]
) -> None:
    assert understand(typed).names == names


_TAXES = "services/aide-aux-demarches-administratives"


@pytest.mark.parametrize(
    ("typed", "concept", "place"),
    [
        ("je veu fere ma declaration dimpot", _TAXES, ""),
        ("declarassion impo", _TAXES, ""),
        ("kaf marseille", "typologie/caf", "13055"),
        ("jve imprimé un cv a lile", "services/acces-internet-et-materiel-informatique", "59350"),
        ("ordi pa cher lyon",
         "services/acquisition-de-materiel-informatique-a-prix-solidaire", "69123"),
        ("pol emplois", "typologie/ft", ""),
        ("kart grise", _TAXES, ""),
        ("mo de pass oublier", _TAXES, ""),
        ("franse servises", "typologie/rfs", ""),
        ("bureau pour travailler au calme", "typologie/tiers-lieux", ""),
        ("télétravail", "typologie/tiers-lieux", ""),
        ("cours de français", "typologie/csc", ""),
        ("learn french", "typologie/csc", ""),
        ("bibliothèque municipale", "typologie/bib", ""),
    ],
)  # fmt: skip
def test_words_are_read_as_they_sound_and_as_they_are_meant(
    typed: str, concept: str, place: str
) -> None:
    found = understand(typed)
    assert concept in found.declared
    assert (found.names, found.care) == ((), ())
    assert (found.located.areas[0].code if found.located else "") == place
