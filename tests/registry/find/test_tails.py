"""Places at the end of what people say they need."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.find.tails import locate_tail
from tests.registry.find.reading import notation
from vocab.text import words

PLACES = """
imprimer un papier | à Draguignan            | 83050
imprimer un papier | à draguinan             | 83050
wifi               | lyon 3e                 | 69383
wifi               | paris 13e arrondissement | 75113
fablab             | nantes                  | 44109
rsa                | marseille               | 13055
france services    | muy                     | 83086
france services    | le muy                  | 83086
mediatheque        | trans en provence       | 83141
mediatheque        | de Trans-en-Provence    | 83141
cours seniors      | le havre                | 76351
cours              | au Havre                | 76351
médiathèque        | du Havre                | 76351
wifi               | aux Abymes              | 97101
impôts             | 83300                   | cp:83038|83050
impôts             | à Draguignan 83300      | 83050
impôts             | 44000 Nantes cedex 1    | 44109
caf                | 93                      | dep:93
caf                | 974                     | dep:974
caf                | dans le 83              | dep:83
fablab             | en Bretagne             | reg:53
fablab             | Bretagne                | reg:53
aide               | dans le Cher            | dep:18
rsa                | à la Réunion            | dep:974
caf                | Saint-Denis             | ask:97411|93066
caf                | saint denis 93          | 93066
wifi               | près de Nantes          | 44109
wifi               | autour de nante         | 44109
wifi               | vers Eu                 | 76255
wifi               | à côté de Ligné         | 44082
wifi               | à Mer                   | 41136
bibliothèque       | Tours                   | 37261
caf                | privas                  | 07186
imprimer           | Cherbourg-Octeville     | 50129
wifi               | près de moi             | gps
wifi               | autour de chez moi      | gps
wifi               | pas loin de Nantes      | 44109
wifi               | à proximité du Havre    | 76351
computer help      | near Nantes             | 44109
computer help      | close to Nantes         | 44109
computer help      | next to Tours           | 37261
computer help      | not far from Brest      | 29019
computer help      | nearby Le Havre         | 76351
wifi               | around 69003            | 69383
computer help      | within Rennes           | 35238
computer help      | in Tours                | 37261
computer help      | in toulous              | 31555
printing           | in the Var              | dep:83
printing           | in the 13th arrondissement of Paris | 75113
computer help      | close to me             | gps
"""
NO_PLACES = """
payer mes impôts en ligne
demarches en ligne
je ne sais pas lire
apprendre à lire
apprendre à imprimer
aide à domicile
faire à ma place
acheter un ordinateur pas cher
apprendre à utiliser ma tablette
mode de garde
aide à la mairie
aide au logement
mise à jour
cours informatique
bus numérique
Windows 11
déclaration 2042
aide aux devoirs
expliquez moi
Draguignan
le havre
à
près de
"""


def rows(table: str) -> list[tuple[str, ...]]:
    return [
        tuple(cell.strip() for cell in line.split("|", 2)) for line in table.strip().split("\n")
    ]


@pytest.mark.parametrize(("need", "tail", "meant"), rows(PLACES))
def test_the_place_is_told_from_the_need(need: str, tail: str, meant: str) -> None:
    found = locate_tail(words(f"{need} {tail}"))
    assert found is not None
    assert (words(f"{need} {tail}")[: found[0]], notation(found[1])) == (words(need), meant)


@pytest.mark.parametrize("phrase", NO_PLACES.strip().split("\n"))
def test_a_need_is_no_place(phrase: str) -> None:
    assert locate_tail(words(phrase)) is None


@pytest.mark.parametrize("before", ["près de", "à", "near", "in", "close to", "around"])
def test_a_place_after_a_preposition_needs_no_need(before: str) -> None:
    found = locate_tail(words(f"{before} Nantes"))
    assert found is not None
    assert (found[0], notation(found[1])) == (0, "44109")


@given(
    st.lists(
        st.text(max_size=12) | st.sampled_from(words("à de paris 83 saint la lire")), max_size=60
    )
)
def test_any_words_leave_a_need(need: list[str]) -> None:
    found = locate_tail(need)
    assert found is None or 0 <= found[0] < len(need)


@pytest.mark.realdata
def test_the_places_in_the_phrases_are_right(real_data: Path) -> None:
    phrases = real_data.parent / "design" / "search-phrases.csv"
    with phrases.open(encoding="utf-8", newline="") as stream:
        lines = [row for row in csv.DictReader(stream, delimiter=";") if row["phrase"]]
    assert len(lines) > 80
    wrong = []
    for row in lines:
        found = locate_tail(words(row["phrase"].replace("ouvert samedi", "")))  # times go first
        meant = "" if row["where"] else row["expected_place"]
        if (notation(found[1]) if found else "") != meant:
            wrong.append((row["phrase"], found, meant))
    assert wrong == []
