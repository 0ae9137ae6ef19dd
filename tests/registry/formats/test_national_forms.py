"""Rows of the national standard: strict for machines, disarmed for spreadsheets, on maps."""

import csv
import io
import json
from pathlib import Path

import frictionless
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.clean.phone import clean_phones
from registry.formats import FORMATS
from registry.formats.csv_dialects import EXCEL, STRICT, Dialect
from registry.formats.geojson import geojson_feature
from registry.formats.national import (
    COLUMNS,
    STANDARD,
    columns_for,
    csv_header,
    csv_rows,
    national_csv,
    national_object,
    says_more,
    widened,
)
from tests.registry.publish.feed_samples import IDENTITY, place
from vocab.mapping import national_row, place_record


def rows_of(content: bytes, delimiter: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def test_the_strict_csv_is_utf8_without_mark_and_gives_the_row_back() -> None:
    content = FORMATS["csv"].write(place(1))
    assert content.startswith(b"id,pivot,nom,")
    assert rows_of(content, ",") == [national_row(place(1))]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+33240000000", "'+33240000000"),
        ("-2+3", "'-2+3"),
        ("-1.553", "-1.553"),
        ("-12", "-12"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("\x00=1", "' =1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ("l'été; «ici»", "l'été; «ici»"),
        ("", ""),
    ],
)
def test_only_the_excel_variant_disarms_formulas(cell: str, shown: str) -> None:
    row = dict.fromkeys(COLUMNS, "") | {"nom": cell}
    excel = csv_header(EXCEL) + csv_rows([row], EXCEL)
    strict = csv_header(STRICT) + csv_rows([row], STRICT)
    assert excel.startswith(b"\xef\xbb\xbfid;pivot;nom;")
    assert rows_of(excel, ";")[0]["nom"] == shown
    assert rows_of(strict, ",")[0]["nom"] == cell.replace("\x00", " ")


@pytest.mark.parametrize(
    ("departement", "stated", "shown"),
    [
        ("83", "+33494504220", "04 94 50 42 20"),
        ("83", "+33494504220|+33494504221", "04 94 50 42 20|04 94 50 42 21"),
        ("974", "+262262201234", "02 62 20 12 34"),
        ("988", "+687441080", "(+687) 44 10 80"),
        ("57", "+35224789632", "'+35224789632"),
        ("83", "+1+1|@SUM(A1)", "'+1+1|@SUM(A1)"),
        ("83", "", ""),
    ],
)
def test_the_excel_variant_writes_phones_that_need_no_guard_and_are_read_back(
    departement: str, stated: str, shown: str
) -> None:
    excel = csv_header(EXCEL) + csv_rows([{"telephone": stated}], EXCEL)
    (row,) = rows_of(excel, ";")
    assert row["telephone"] == shown
    numbers = clean_phones("telephone", row["telephone"], departement).values
    assert numbers == tuple(one for one in stated.split("|") if one[1:].isdigit())
    strict = csv_header(STRICT) + csv_rows([{"telephone": stated}], STRICT)
    assert rows_of(strict, ",")[0]["telephone"] == stated


def test_geojson_puts_longitude_first_and_rounds_to_six_decimals() -> None:
    feature = json.loads(
        FORMATS["geojson"].write(place(1, latitude="47.21837184", longitude="-1.5"))
    )
    assert feature["geometry"] == {"type": "Point", "coordinates": [-1.5, 47.218372]}
    assert feature["id"] == feature["properties"]["iri"] == place(1).iri
    assert "latitude" not in feature["properties"]


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("", ""), ("47.2", ""), ("91", "2"), ("47.2", "180.1"), ("6712345.1", "352000"), ("abc", "2")],
)
def test_a_place_without_a_sound_position_is_not_on_the_map(latitude: str, longitude: str) -> None:
    assert geojson_feature(place(1, latitude=latitude, longitude=longitude)) is None


def test_the_json_object_has_lists_and_numbers() -> None:
    values = national_object(place(1))
    assert values["iri"] == place(1).iri
    assert values["longitude"] == -1.001
    assert values["services"] == [
        "Maîtrise des outils numériques du quotidien",
        "Loisirs et créations numériques",
    ]
    assert "prise_rdv" not in values


@pytest.mark.realdata
def test_the_official_examples_come_out_valid(real_data: Path, tmp_path: Path) -> None:
    standard = real_data / "national-standard"
    text = (standard / "exemples" / "exemple-valide_v1.0.2.csv").read_text(encoding="utf-8")
    official = list(csv.DictReader(io.StringIO(text)))
    records = [place_record({k: v for k, v in row.items() if v}, IDENTITY) for row in official]
    rows = [national_row(record) for record in records]
    (tmp_path / "places.csv").write_bytes(csv_header(STRICT) + csv_rows(rows, STRICT))
    schema = frictionless.Schema.from_descriptor(
        json.loads((standard / "schema-v1.0.2.json").read_text(encoding="utf-8"))
    )
    report = frictionless.Resource(
        path="places.csv", basepath=str(tmp_path), schema=schema
    ).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    assert rows == [{name: row.get(name, "") for name in STANDARD} for row in official]


def test_c3_what_xml_cannot_hold_is_a_blank_in_csv() -> None:
    record = place_record({"id": "1", "nom": "a\x00b\x0bc\ufffe"}, IDENTITY)
    body = csv_rows([national_row(record)], STRICT).decode()
    assert "a b c " in body
    assert "\x00" not in body


CELLS = st.text(st.characters(codec="utf-8"), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6), st.sampled_from((STRICT, EXCEL)))
def test_lines_of_the_standard_take_further_columns_whatever_their_cells_hold(
    cells: list[tuple[str, str]], dialect: Dialect
) -> None:
    rows = [dict.fromkeys(STANDARD, "") | {"nom": nom, "date_maj": day} for nom, day in cells]
    assert widened(csv_rows(rows, dialect), dialect) == csv_rows(rows, dialect, COLUMNS)


def test_a_column_beyond_the_standard_is_there_for_who_says_something_in_it() -> None:
    real, invented = place(1), place_record({"id": "2", "nom": "x", "exemple": "true"}, IDENTITY)
    assert list(rows_of(national_csv(real), ",")[0]) == list(STANDARD)
    assert rows_of(national_csv(invented), ",")[0]["exemple"] == "true"
    assert [says_more(national_row(one)) for one in (real, invented)] == [False, True]
    assert columns_for(more=True) == (*STANDARD, "exemple")
    assert "exemple" not in national_object(real)
    assert national_object(invented)["exemple"] is True
