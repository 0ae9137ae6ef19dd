"""Telephone numbers, mainland and overseas."""

import pytest

from harvester.clean.phone import clean_phones

CASES = [
    ("02 41 21 51 00", "49", "+33241215100", ["phone-to-international"]),
    ("02.43.24.70.24", None, "+33243247024", ["phone-to-international"]),
    ("04-50-72-70-47", "74", "+33450727047", ["phone-to-international"]),
    ("'+33 4 38 12 25 41", "38", "+33438122541", ["phone-to-international"]),
    ("(+33) 4 74 42 47 10", "01", "+33474424710", ["phone-to-international"]),
    ("+33 (0)4 50 33 65 50", "74", "+33450336550", ["phone-to-international"]),
    ("0033 4 50 33 65 50", "74", "+33450336550", ["phone-to-international"]),
    ("05.55.100.800", "87", "+33555100800", ["phone-to-international"]),
    ("33782358117", "51", "+33782358117", ["phone-to-international"]),
    ("04 50 60 32 04S", "74", "+33450603204", ["phone-to-international"]),
    ("326041545", "51", "+33326041545", ["phone-zero-restored"]),
    ("0596 53 36 00", "972", "+596596533600", ["phone-to-international"]),
    ("596797732", "972", "+596596797732", ["phone-zero-restored"]),
    ("596 74 11 05", None, "+596596741105", ["phone-zero-restored"]),
    ("+596797732", "972", "+596596797732", ["phone-zero-restored"]),
    ("+33596797732", "972", "+596596797732", ["phone-overseas-prefix"]),
    ("0262790049", "974", "+262262790049", ["phone-to-international"]),
    ("0262790049", "51", "+262262790049", ["phone-to-international"]),
    ("0639 69 12 34", "976", "+262639691234", ["phone-to-international"]),
    ("+269269601282", "976", "+262269601282", ["phone-overseas-prefix"]),
    ("+269614019", "976", "+262269614019", ["phone-zero-restored"]),
    ("+262 2 62 02 07 02", "974", "+262262020702", ["phone-to-international"]),
    ("478000000.0", "69", "+33478000000", ["phone-to-international"]),
    ("33478000000.0", "69", "+33478000000", ["phone-to-international"]),
    ("426700", "988", "+687426700", ["phone-to-international"]),
    ("04 73 22 10 58 (mairie)", "63", "+33473221058", ["phone-text-left-out"]),
    ("0450950700 Poste 152", "74", "+33450950700", ["phone-text-left-out"]),
    ("0495770490 ou 0608414632", "2A", "+33495770490 +33608414632", ["phone-to-international"] * 2),
    ("05 31 48 50 99 06 27 20 24 70", "31", "+33531485099 +33627202470", []),
    ("0495770490 / 0495770490", "2A", "+33495770490", []),
    ("3949", "51", "3949", ["phone-short-number"]),
    ("39 49 (numéro payant)", "31", "3949", ["phone-short-number"]),
    ("Contact demandeur d'emploi : 3949", "34", "3949", ["phone-short-number"]),
    ("3949 ou 04 50 00 00 01", "74", "+33450000001 3949", ["phone-short-number"]),
    ("04 50 00 00 01 / 3949", "74", "+33450000001 3949", ["phone-short-number"]),
    ("118 712", "51", "118712", ["phone-short-number"]),
    ("115", "76", "115", ["phone-short-number"]),
    ("04 50 00 00 01 poste 3949", "74", "+33450000001", ["phone-text-left-out"]),
    ("04 50 00 00 01, 14 h", "74", "+33450000001", []),
    ("2024", "51", "", ["phone-unreadable"]),
    ("0508411010", "975", "+508411010", ["phone-to-international"]),
    ("0508 41 10 10", "51", "+508411010", ["phone-to-international"]),
    ("41 10 10", "975", "+508411010", ["phone-to-international"]),
    ("+508 41 10 10", "975", "+508411010", ["phone-to-international"]),
    ("05 08 41 10 10", None, "+508411010", ["phone-to-international"]),
    ("05 18 41 10 10", "33", "+33518411010", []),
    ("0000000000", "51", "", ["phone-placeholder"]),
    ("02 41 41 5 67", "49", "", ["phone-unreadable"]),
    ("+687", "988", "", ["phone-unreadable"]),
    ("prenom@ccas.re", "974", "", ["phone-unreadable"]),
    ("+32 2 555 12 12", "59", "+3225551212", ["phone-to-international", "phone-outside-standard"]),
    ("+596595581171", "972", "+596595581171", ["phone-not-attributed"]),
]


@pytest.mark.parametrize(("written", "departement", "number", "rules"), CASES)
def test_numbers(written: str, departement: str | None, number: str, rules: list[str]) -> None:
    cell = clean_phones("telephone", written, departement)
    assert " ".join(cell.values) == number
    found = [note.rule for note in cell.notes]
    assert [rule for rule in found if rule in rules] == rules
    for one in cell.values:
        again = clean_phones("telephone", one, departement)
        assert again.values == (one,)
        assert [note for note in again.notes if note.level == "repair"] == []


@pytest.mark.parametrize(
    "right", ["+33972723949", "+262262978391", "+687205252", "+590590811234", "+33180059880"]
)
def test_right_numbers_pass_untouched(right: str) -> None:
    found = clean_phones("telephone", right)
    assert (found.values, found.notes) == ((right,), ())


def test_c5_every_number_is_published() -> None:
    found = clean_phones("telephone", "02 41 43 16 15 / 02 44 01 07 31", "49")
    assert found.values == ("+33241431615", "+33244010731")
    assert {note.level for note in found.notes} == {"repair"}
