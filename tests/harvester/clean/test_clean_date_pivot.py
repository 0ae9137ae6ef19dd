"""Dates of update and identifiers of organisations."""

import pytest
from stdnum.fr import siren

from harvester.clean.date import clean_date
from harvester.clean.row import clean_pivot

DATES = [
    ("2024-01-31", "2024-01-31", []),
    ("15/03/2021", "2021-03-15", ["date-to-iso"]),
    ("04/11/2021 15:15:13", "2021-11-04", ["date-to-iso"]),
    ("30/03/2023 08:46", "2023-03-30", ["date-to-iso"]),
    ("2022-09-28 11:05:08", "2022-09-28", ["date-to-iso"]),
    ("2020/06/30 14:16:50.898", "2020-06-30", ["date-to-iso"]),
    ("2023-05-18T10:00:00+02:00", "2023-05-18", ["date-to-iso"]),
    ("1684396800", "2023-05-18", ["date-to-iso"]),
    ("20230518", "2023-05-18", ["date-to-iso"]),
    ("1er mai 2023", "2023-05-01", ["date-to-iso"]),
    ("12 août 2023", "2023-08-12", ["date-to-iso"]),
    ("Decembre 2019", "", ["date-without-day"]),
    ("juil-22", "", ["date-without-day"]),
    ("Novembre 20", "", ["date-without-day"]),
    ("2024-05", "", ["date-without-day"]),
    ("1970-01-01", "", ["date-placeholder"]),
    ("1969-12-31", "", ["date-placeholder"]),
    ("01/01/1970", "", ["date-placeholder"]),
    ("09/0102023", "", ["date-unreadable"]),
    ("31/02/2023", "", ["date-impossible"]),
    ("04/13/2023", "", ["date-impossible"]),
    ("06/05/2039 51:38:05", "", ["date-unreadable"]),
    ("2024-01-01T24:00:00", "", ["date-unreadable"]),
    ("2024-01-01 09:60", "", ["date-unreadable"]),
    ("2024-01-01T23:59:59Z", "2024-01-01", ["date-to-iso"]),
    ("45293", "2024-01-02", ["date-from-serial"]),
    ("45293.75", "2024-01-02", ["date-from-serial"]),
    ("45293,5", "2024-01-02", ["date-from-serial"]),
    ("75001", "", ["date-impossible"]),
    ("12345", "", ["date-impossible"]),
    ("3/4/24", "", ["date-year-cut"]),
    ("30/09/26", "", ["date-year-cut"]),
    ("hier", "", ["date-unreadable"]),
    ("0023-05-18", "", ["date-impossible"]),
    ("9999-12-31", "", ["date-impossible"]),
]

PIVOTS = [
    ("43493312300029", None, "43493312300029", []),
    ("35600000000048", None, "35600000000048", []),  # La Poste: its own check digit
    ("W751234567", None, "W751234567", []),
    ("w751234567", None, "W751234567", ["pivot-ornaments-removed"]),
    ("434 933 123 00029", None, "43493312300029", ["pivot-ornaments-removed"]),
    ("434\u202f933\u202f123\u202f00029", None, "43493312300029", ["pivot-ornaments-removed"]),
    ("43493312300029.0", None, "43493312300029", ["pivot-ornaments-removed"]),
    ("552100554", None, "552100554", ["pivot-siren-only"]),
    ("123456789", None, "123456789", ["pivot-check-digit"]),
    ("43493312300028", None, "43493312300028", ["pivot-check-digit"]),
    ("4,34933E+13", None, "", ["pivot-rounded-by-spreadsheet"]),
    ("4.34933e13", None, "", ["pivot-rounded-by-spreadsheet"]),
    ("22760500000000", None, "", ["pivot-rounded-by-spreadsheet"]),
    ("00000000000000", None, "", []),
    ("0", None, "", []),
    ("1", None, "", ["pivot-unreadable"]),
    ("0123456001", "988", "0123456001", []),
    ("0123456001", "51", "", ["pivot-unreadable"]),
    ("5580014500016", None, "", ["pivot-unreadable"]),  # a zero before it does not check
]


@pytest.mark.parametrize(("written", "day", "rules"), DATES)
def test_dates(written: str, day: str, rules: list[str]) -> None:
    cell = clean_date("date_maj", written)
    assert (cell.value, [note.rule for note in cell.notes]) == (day, rules)


@pytest.mark.parametrize(("written", "departement", "pivot", "rules"), PIVOTS)
def test_pivots(written: str, departement: str | None, pivot: str, rules: list[str]) -> None:
    cell = clean_pivot("pivot", written, departement)
    assert (cell.value, [note.rule for note in cell.notes]) == (pivot, rules)


def test_a_lost_zero_comes_back_when_the_check_digit_agrees() -> None:
    assert clean_pivot("pivot", "10000000", None).value == ""
    whole = next(f"0{n:08d}" for n in range(10_000_000, 10_000_100) if siren.is_valid(f"0{n:08d}"))
    restored = clean_pivot("pivot", whole[1:], None)
    assert restored.value == whole
    assert [note.rule for note in restored.notes] == ["pivot-zero-restored", "pivot-siren-only"]
