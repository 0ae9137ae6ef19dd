"""What is said not to be wanted, or cannot be searched: never read as its opposite, always told."""

import pytest

from registry.find.phrase import understand

_ACCESS = "services/acces-internet-et-materiel-informatique"

ASIDE = """
cours pas le samedi                 | pas le samedi
imprimer sauf samedi                | sauf samedi
ouvert pas le lundi                 | ouvert pas le lundi
wifi fermé le dimanche              | fermé le dimanche
ouvert les jours fériés             | ouvert les jours fériés
impôts jours feries                 | jours feries
ouvert pendant les vacances         | ouvert pendant les vacances
wifi pendant les vacances scolaires | pendant les vacances scolaires
ouvert en août                      | ouvert en août
wifi ouvert cet été                 | ouvert cet été
wifi ouvert à noël                   | ouvert à noël
imprimer fin juillet                | fin juillet
wifi in may                         | in may
open in march                       | open in march
wifi 24h/24                         | 24h/24
wifi ouvert 7j/7                    | ouvert 7j/7
ouvert tous les jours               | ouvert tous les jours
je ne veux pas aller à la mairie    | pas aller à la mairie
pas une bibliothèque                | pas une bibliothèque
aide mais pas en groupe             | pas en groupe
pas à distance                      | pas à distance
not free                            | not free
imprimer sauf à Paris               | sauf à Paris
wifi hors Paris                     | hors Paris
"""


@pytest.mark.parametrize("line", ASIDE.strip().split("\n"))
def test_what_is_excluded_is_set_aside_and_told(line: str) -> None:
    typed, aside = (cell.strip() for cell in line.split("|"))
    found = understand(typed)
    assert found.set_aside == (aside,)
    assert found.moment is None
    assert found.located is None
    assert not found.wishes
    assert not any(name.startswith("typologie/") for name in found.declared)
    part = next(part for part in found.parts if part.kind == "aside")
    assert found.need[part.start : part.end] == aside


@pytest.mark.parametrize("number", ["06 12 34 56 78", "06.12.34.56.78", "0612345678"])
def test_a_telephone_number_is_no_place_and_no_name(number: str) -> None:
    found = understand(f"imprimer à Nantes {number}")
    assert found.set_aside == (number,)
    assert found.names == ()
    assert found.located is not None


@pytest.mark.parametrize(
    "typed",
    ["pas d'ordinateur", "sans ordinateur", "je n'ai pas internet", "sans imprimante",
     "i don't have a computer", "without internet", "j'ai pas d'imprimante", "pas de wifi"],
)  # fmt: skip
def test_who_lacks_a_thing_needs_it(typed: str) -> None:
    found = understand(typed)
    assert found.declared == (_ACCESS,)
    assert not found.set_aside


@pytest.mark.parametrize(
    "typed", ["non payant", "pas payant", "ne pas payer", "sans payer", "rien à payer"]
)
def test_not_to_pay_is_free(typed: str) -> None:
    assert understand(typed).wishes == ("frais/gratuit",)


@pytest.mark.parametrize(
    "typed", ["sans rendez-vous", "pas de rendez-vous", "pas besoin de rdv", "no appointment"]
)
def test_no_appointment_is_to_come_as_one_is(typed: str) -> None:
    found = understand(typed)
    assert (found.declared, found.wishes) == ((), ("modalites-acces/se-presenter",))
    assert found.names == ()


@pytest.mark.parametrize(
    "typed",
    [
        "aide impots gratuit sans rendez-vous",
        "cherche aide pour impots, sans rdv",
        "taxes without appointment",
        "impots, prendre rendez-vous en ligne",
    ],
)
def test_how_one_comes_never_stands_for_what_one_needs(typed: str) -> None:
    found = understand(typed)
    assert found.declared == ("services/aide-aux-demarches-administratives",)
    assert any(wish.startswith("modalites-acces/") for wish in found.wishes)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [("je ne sais pas imprimer samedi", "sat"), ("mon ordi marche pas samedi", "sat"),
     ("pas cher samedi", "sat")],
)  # fmt: skip
def test_a_not_of_something_else_excludes_nothing(typed: str, moment: str) -> None:
    found = understand(typed)
    assert str(found.moment) == moment
    assert not found.set_aside


def test_holidays_may_be_booked_online() -> None:
    assert not understand("réserver mes vacances en ligne").set_aside
