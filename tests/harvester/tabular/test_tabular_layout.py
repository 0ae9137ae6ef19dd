"""Tables as volunteers lay them out: titles, two rows of names, merged cells, totals, sheets."""

import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from openpyxl.worksheet.worksheet import Worksheet

from harvester.tabular.importing import import_table
from harvester.tabular.mapping_file import parse_mapping
from harvester.tabular.reading import read_table
from harvester.tabular.table import Options, Table
from tests.harvester.tabular.helpers import POLE
from vocab.errors import PublishedError

HEADER = ["id", "nom", "adresse", "code_postal", "commune"]
FIRST = ["a1", "Lieu A", "3 rue Neuve", "01000", "Bourg-en-Bresse"]
SECOND = ["a2", "Lieu B", "5 quai Neuf", "74000", "Annecy"]


def workbook(**sheets: Sequence[Sequence[object]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet: Worksheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def read(book: openpyxl.Workbook, options: Options | None = None) -> Table:
    file = io.BytesIO()
    book.save(file)
    return read_table(file.getvalue(), "f.xlsx", options)


def csv(*rows: list[str]) -> bytes:
    return "".join(";".join(row) + "\n" for row in rows).encode()


def told(table: Table) -> list[tuple[int, str, str]]:
    lines = import_table(table, pole=POLE).lines
    return [(line.row, line.rule, line.before) for line in lines if line.rule in LAYOUT]


LAYOUT = {
    "row-above-header", "row-header-repeated", "row-note", "row-other-table", "row-total",
    "cells-in-error", "cells-merged", "formulas-uncomputed", "rows-hidden", "sheet-unread",
    "sheet-of-places-unread",
}  # fmt: skip
WIDE = ["", "", "", ""]


@pytest.mark.parametrize(
    ("above", "rows"),
    [
        pytest.param([["Recensement 2024", *WIDE]], [1], id="D2-title"),
        pytest.param([["Recensement 2024"]], [1], id="D2-title-without-separators"),
        pytest.param(
            [["Recensement", *WIDE], ["Service", *WIDE], ["", *WIDE], ["au 15/11", *WIDE]],
            [1, 2, 4],
            id="D2-preface",
        ),
        pytest.param([["Contact : Martine", "mairie@x.fr", "", "", ""]], [1], id="D2-contact"),
        pytest.param([["Commune", "Annecy", "", "", ""]], [1], id="D2-label-and-value"),
        pytest.param([["Commune", "Annecy"], ["", *WIDE]], [1], id="D2-label-and-value-short"),
        pytest.param([["Lieu", "", "Adresse", "", ""]], [1], id="D2-groups-of-columns"),
        pytest.param(
            [["Export", *WIDE], ["Lieu", "Nom", "Adresse", "", ""]],
            [1, 2],
            id="D2-title-and-groups",
        ),
        pytest.param([], [], id="near-no-title"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_d2_the_header_is_found_below_titles(
    kind: str, above: list[list[str]], rows: list[int]
) -> None:
    lines = [*above, HEADER, FIRST, SECOND]
    table = read_table(csv(*lines), "f.csv") if kind == "csv" else read(workbook(Lieux=lines))
    assert table.columns == tuple(HEADER)
    assert [row.cells["nom"] for row in table.rows] == ["Lieu A", "Lieu B"]
    assert [row.number for row in table.rows] == [len(above) + 2, len(above) + 3]
    assert [row for row, rule, _ in told(table) if rule == "row-above-header"] == rows


def test_d2_a_first_table_is_no_preface_of_a_second() -> None:
    first = [["Nom", "Quoi", "Où"], ["Lieu Z", "EPN", "Annecy"], HEADER, FIRST]
    assert read_table(csv(*first), "f.csv").columns[:3] == ("Nom", "Quoi", "Où")


@pytest.mark.parametrize(
    ("header", "rows", "refused"),
    [
        ("id;nom;a;b", ["1;x;y;", "2;x;y;z;", "3;x;y;z"], [3]),
        ("id;nom;a;b", ["1;x;y;", "2;x; y;z;;", "3;x;y;z"], [3]),
        ("id;nom;a;b", ["1;x;y;z;", "2;x;y;z;"], []),
        ("id;nom;a;b;", ["1;x;y;z;", "2;x;y;z;"], []),
    ],
    ids=["D1-one-more", "D1-two-more", "near-all-rows", "near-the-header-too"],
)
def test_d1_a_row_that_a_separator_moved_is_refused_not_misread(
    header: str, rows: list[str], refused: list[int]
) -> None:
    table = read_table("\n".join([header, *rows]).encode(), "f.csv")
    assert [row.number for row in table.rows if row.problem] == refused
    assert len(table.rows) == len(rows)


def test_d2_a_table_without_rows_is_told() -> None:
    (line,) = import_table(read_table(csv(HEADER), "f.csv"), pole=POLE).lines
    assert (line.rule, line.level) == ("rows-none", "loss")


def test_d2_a_workbook_that_holds_nothing_is_told() -> None:
    with pytest.raises(PublishedError, match="empty"):
        read(workbook(Feuil1=[]))


def test_d2_a_mapping_tells_the_header_by_its_own_columns() -> None:
    mapping = parse_mapping(
        '[id]\ncolumn = "N°"\n[columns]\nnom = "Structure"\ncommune = "Ville"\n', "m.toml"
    )
    lines = csv(["Lieux", "du", "réseau"], ["N°", "Structure", "Ville"], ["1", "A", "Annecy"])
    table = read_table(lines, "f.csv", mapping.options)
    assert table.columns == ("N°", "Structure", "Ville")


TWO_ROWS = [
    ["Nom", "Adresse", "", "", "Tél"],
    ["", "Rue", "CP", "Ville", ""],
    ["Lieu A", "3 rue Neuve", "01000", "Bourg-en-Bresse", "04 74 00 00 01"],
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_d2_two_rows_of_names_name_the_columns(kind: str) -> None:
    lines = [["Annuaire", "", "", "", ""], *TWO_ROWS]
    book = workbook(Lieux=lines)
    book.active.merge_cells("B2:D2")
    book.active.merge_cells("A2:A3")
    table = read_table(csv(*lines), "f.csv") if kind == "csv" else read(book)
    assert table.columns == ("Nom", "Rue", "CP", "Ville", "Tél")
    assert [dict(row.cells) for row in table.rows] == [
        dict(zip(table.columns, TWO_ROWS[2], strict=True))
    ]


def test_d2_a_lower_name_that_is_not_unique_is_told_by_both() -> None:
    lines = csv(
        ["Nom", "Mairie", "", "Annexe", ""],
        ["", "Rue", "Ville", "Rue", "Ville"],
        ["A", "1 rue", "Annecy", "2 rue", "Bourg"],
    )
    assert read_table(lines, "f.csv").columns == (
        "Nom", "Mairie Rue", "Mairie Ville", "Annexe Rue", "Annexe Ville",
    )  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([["id", "nom", ""], ["1", "A", "x"]], id="near-nameless-column"),
        pytest.param([["id", ""], ["A", "x"]], id="near-nameless-last"),
        pytest.param([["id", "nom", "note"], ["", "A", ""]], id="near-row-without-id"),
    ],
)
def test_d2_a_row_of_values_is_no_second_header(lines: list[list[str]]) -> None:
    table = read_table(csv(*lines), "f.csv")
    assert len(table.rows) == 1


def test_d2_merged_cells_stand_for_each_row_that_they_cover() -> None:
    book = workbook(
        Lieux=[
            HEADER,
            FIRST,
            ["a2", "Lieu B", None, None, None],
            ["a3", "Lieu C", None, None, None],
            [SECOND[0], "Lieu D", None, None, None],
        ]
    )
    for column in "CDE":
        book.active.merge_cells(f"{column}2:{column}4")
    table = read(book)
    assert [row.cells.get("commune") for row in table.rows] == ["Bourg-en-Bresse"] * 3 + [None]
    assert (0, "cells-merged", "6") in told(table)


def test_d2_cells_merged_across_columns_are_not_repeated() -> None:
    book = workbook(Lieux=[HEADER, FIRST, ["a2", "Lieu B (adresse à venir)", None, None, None]])
    book.active.merge_cells("B3:E3")
    row = read(book).rows[1]
    assert dict(row.cells) == {"id": "a2", "nom": "Lieu B (adresse à venir)"}


@pytest.mark.parametrize(
    ("last", "is_total"),
    [
        (["TOTAL", "2", "", "", ""], True),
        (["Total : 30 lieux", "", "", "", ""], True),
        (["", "Sous-total", "12,5 %", "", ""], True),
        (["Nombre de lieux", "2", "", "", ""], True),
        (["t1", "Total Info", "1 rue", "74000", "Annecy"], False),
        (["total", "Total", "1 rue", "74000", "Annecy"], False),
        (["Totalement", "", "", "", ""], False),
        (["TOTAUX", "", "", "", "3"], True),
    ],
)
def test_d2_a_row_of_totals_is_passed_over_and_told(last: list[str], is_total: bool) -> None:
    table = read_table(csv(HEADER, FIRST, last), "f.csv")
    assert len(table.rows) == (1 if is_total else 2)
    assert [rule for _, rule, _ in told(table)] == (["row-total"] if is_total else [])


def test_d2_the_sheet_with_places_is_chosen_and_told() -> None:
    book = workbook(
        **{"Lisez-moi": [["Ce fichier recense les lieux"]], "Lieux": [HEADER, FIRST]},
        Archives=[HEADER, SECOND],
    )
    table = read(book)
    assert table.facts.sheet == "Lieux"
    assert [row.cells["nom"] for row in table.rows] == ["Lieu A"]
    assert told(table) == [
        (0, "sheet-unread", "Lisez-moi"),
        (0, "sheet-of-places-unread", "Archives"),
    ]
    assert read(book, Options(sheet="Archives")).facts.sheet == "Archives"


def test_d2_a_sheet_with_titles_and_strange_names_comes_before_notes() -> None:
    book = workbook(
        Anciens=[["lieux fermés"]],
        Annuaire=[["Réseau du Pays de Bray"], [], ["Structure", "Rue"], ["A", "1 rue"]],
    )
    assert read(book).columns == ("Structure", "Rue")


def test_d2_formulas_without_a_result_are_named() -> None:
    book = workbook(Lieux=[HEADER, ['=CONCATENATE("a",1)', '="Lieu "&"A"', *FIRST[2:]], SECOND])
    table = read(book)
    assert (0, "formulas-uncomputed", "A2, B2") in told(table)
    assert (0, "formulas-uncomputed", "A2, B2") not in told(read(workbook(L=[HEADER, FIRST])))


def test_d2_a_hidden_sheet_is_read_only_for_want_of_another() -> None:
    book = workbook(Ancien=[[*HEADER, "telephone"], [*FIRST, ""]], Lieux=[HEADER, SECOND])
    book["Ancien"].sheet_state = "hidden"
    table = read(book)
    assert (table.facts.sheet, table.rows[0].cells["nom"]) == ("Lieux", "Lieu B")
    assert told(table) == [(0, "sheet-unread", "Ancien")]
    book["Lieux"].delete_rows(1, 2)
    assert read(book).facts.sheet == "Ancien"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_d2_a_header_that_returns_is_no_place(kind: str) -> None:
    lines = [HEADER, FIRST, [name.upper() for name in HEADER], SECOND]
    table = read_table(csv(*lines), "f.csv") if kind == "csv" else read(workbook(Lieux=lines))
    assert [row.cells["id"] for row in table.rows] == ["a1", "a2"]
    assert told(table) == [(3, "row-header-repeated", " | ".join(lines[2]))]


def test_d2_a_second_table_with_other_columns_is_refused_not_misread() -> None:
    other = ["id", "commune", "nom", "code_postal", "adresse"]
    table = read(workbook(Lieux=[HEADER, FIRST, [], other, ["b1", "Annecy", "B", "74000", "5"]]))
    result = import_table(table, pole=POLE)
    assert [record.iri.rsplit("/", 1)[1] for record in result.records] == ["a1"]
    refused = [(line.row, line.rule) for line in result.lines if line.level == "refusal"]
    assert refused == [(4, "row-other-table"), (5, "row-other-table")]


@pytest.mark.parametrize(
    ("last", "is_note"),
    [
        (["* sur rendez-vous", "", "", "", ""], True),
        (["Source : mairie, mars 2026", "", "", "", ""], True),
        (["NB : appeler avant de venir"], True),
        (["(1) fermé en août", "", "", "", ""], True),
        (["", "Mise à jour : 3 mars", "", "", ""], True),
        (["a3", "", "", "", ""], False),
        (["Source", "Source : un lieu", "", "", "Annecy"], False),
        (["Notaire", "", "", "", ""], False),
    ],
)
def test_d2_notes_below_the_table_are_passed_over_and_told(last: list[str], is_note: bool) -> None:
    last = last if is_note else [*last, *[""] * (5 - len(last))]
    table = read_table(csv(HEADER, FIRST, last), "f.csv")
    assert len(table.rows) == (1 if is_note else 2)
    assert ["row-note"] * is_note == [rule for _, rule, _ in told(table)]


def test_d2_a_name_above_its_own_kind_hides_no_column() -> None:
    above = ["id", "nom", "Adresse", "", ""]
    table = read(workbook(Lieux=[above, ["", "", "adresse", "code_postal", "commune"], FIRST]))
    assert table.columns == tuple(HEADER)


def test_d2_cells_in_error_are_named() -> None:
    book = workbook(Lieux=[HEADER, [*FIRST[:2], "#REF!", "#N/A", FIRST[4]]])
    assert told(read(book)) == [(0, "cells-in-error", "C2 #REF!, D2 #N/A")]


def test_d2_hidden_rows_are_told() -> None:
    book = workbook(Lieux=[HEADER, FIRST, SECOND])
    book["Lieux"].row_dimensions[3].hidden = True
    table = read(book)
    assert len(table.rows) == 2
    assert told(table) == [(0, "rows-hidden", "3")]


@pytest.mark.parametrize(("from_1904", "day"), [(True, "2026-03-05"), (False, "2022-03-04")])
def test_d2_days_as_numbers_count_from_the_workbook_s_own_year(from_1904: bool, day: str) -> None:
    book = workbook(Lieux=[[*HEADER, "date_maj"], [*FIRST, 44624]])
    book.epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
    (record,) = import_table(read(book), pole=POLE).records
    assert f'modified> "{day}"' in record.body


def test_d2_cells_that_an_ods_file_joins_are_filled() -> None:
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in names)

    def cell(text: str, *, rows: int = 1) -> str:
        span = f' table:number-rows-spanned="{rows}"' * (rows > 1)
        kind = f'office:value-type="string"{span}'
        return f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>"

    first = [cell(text) for text in FIRST[:4]] + [cell("Bourg-en-Bresse", rows=2)]
    second = [cell(text) for text in ["a2", "B", "5 quai", "01000"]] + [
        "<table:covered-table-cell/>"
    ]
    rows = [map(cell, HEADER), first, second]
    lines = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="L">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    table = read_table(file.getvalue(), "f.ods")
    assert [row.cells["commune"] for row in table.rows] == ["Bourg-en-Bresse"] * 2
    assert told(table) == [(0, "cells-merged", "1")]
