"""Mistyped, foreign and unknown places: guessed when that is nearly sure, else only offered."""

import pytest

from registry.find.mistakes import nearly
from registry.find.places import locate
from registry.find.sounds import sound
from tests.registry.find.reading import notation
from vocab.text import name_key

MEANT = """
Bordo          | 33063
tulouz         | 31555
Tulouse        | 31555
Touluse        | 31555
marsey         | 13055
marseil        | 13055
stras          | 67482
monpelier      | 34172
strazbour      | 67482
Pari           | 75056
lile           | 59350
montpelllier   | 34172
Saint Etiene   | 42218
saint germain en l | 78551
rennne         | 35238
grenobe        | 38185
"""
UNKNOWN = """
Montmartye
aaaa
asdfgh
Zarseille
750
750013
gare de Zzyzx
quartier Belleville
Saint-Gilles-les-Roses
Saint-Denis-les-Roses
Sainte-Marie-les-Bains
Saint-Pierre-sous-Roche
"""


@pytest.mark.parametrize("line", MEANT.strip().split("\n"))
def test_a_town_is_known_by_its_letters_its_sound_or_its_beginning(line: str) -> None:
    typed, meant = (cell.strip() for cell in line.split("|"))
    found = locate(typed)
    assert notation(found) == meant
    assert found is not None
    assert found.corrected == typed


@pytest.mark.parametrize("typed", UNKNOWN.strip().split("\n"))
def test_what_may_be_anything_is_not_guessed(typed: str) -> None:
    assert locate(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["London", "Londres", "à Londres", "Berlin", "Bruxelles", "Genève", "Alger", "Rome", "Lisbonne",
     "Casablanca", "Barcelone", "Porto", "Kyiv", "New York", "Algérie", "Tunis"],
)  # fmt: skip
def test_a_place_abroad_is_said_to_be_abroad(typed: str) -> None:
    found = locate(typed)
    assert found is not None
    assert (found.abroad, found.areas) == (typed, ())


@pytest.mark.parametrize("typed", ["Vienne", "Valence", "Tours", "Rabat-les-Trois-Seigneurs"])
def test_a_french_place_goes_before_one_abroad(typed: str) -> None:
    found = locate(typed)
    assert found is not None
    assert not found.abroad


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("London", "Lonçon"), ("Montmartye", "Montmartin"), ("Zarseille", "Marseille")],
)
def test_what_is_not_guessed_is_offered(typed: str, offered: str) -> None:
    assert offered in [area.name for area in nearly(typed, 4)]


@pytest.mark.parametrize("typed", ["", "🙂", "x" * 10_000, "' OR 1=1 --"])
def test_nothing_hostile_is_offered_more_than_asked_for(typed: str) -> None:
    assert len(nearly(typed, 3)) <= 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Bordo", "Bordeaux", True), ("tulouz", "Toulouse", True), ("Lion", "Lyon", True),
     ("renne", "Rennes", True), ("Lille", "Lyon", False), ("Brest", "Metz", False)],
)  # fmt: skip
def test_names_that_sound_the_same(one: str, other: str, same: bool) -> None:
    assert (sound(name_key(one)) == sound(name_key(other))) is same
