"""Ids written into a sheet: the rest of it stays, byte for byte."""

import io
import re
import zipfile
from collections.abc import Set

import openpyxl
import pytest
from openpyxl.styles import Font

from harvester.tabular.checks import mapping_for
from harvester.tabular.given_ids import given_ids
from harvester.tabular.importing import import_table
from harvester.tabular.mapping import Mapping, has_own_column
from harvester.tabular.mapping_file import parse_mapping
from harvester.tabular.reading import read_table
from harvester.tabular.table import Options
from harvester.tabular.written import with_ids
from vocab.errors import PublishedError, UsageError
from vocab.mapping import PoleIdentity

POLE = PoleIdentity("p", "https://pole.fr/id/")
DERIVED = """
[id]
join = ["Nom", "Rue", "Tel"]
optional = "Tel"
slug = true
[columns]
nom = "Nom"
adresse = "Rue"
commune = "Ville"
code_postal = "CP"
telephone = "Tel"
"""
HEAD = "Nom;Rue;CP;Ville;Tel"
ROWS = [
    "Médiathèque Alpha;1 rue du Port;44000;Nantes;02 40 00 00 00",
    'Espace "Bêta";2 rue du Port;44000;Nantes;',
    "Fabrique;3 quai;29200;Brest;",
]
SHEET = "\n".join([HEAD, *ROWS]) + "\n"


def write(data: bytes, mapping: Mapping | None = None, taken: Set[str] = frozenset()) -> bytes:
    table = read_table(data, "t", mapping.options if mapping else None)
    ids = given_ids(table, mapping, taken)
    return with_ids(data, table, ids, mapping.options if mapping else Options())


def ids_of(data: bytes, mapping: Mapping | None = None) -> list[str]:
    result = import_table(read_table(data, "t"), pole=POLE, mapping=mapping)
    return [record.iri.rpartition("/")[2] for record in result.records]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be", "mac_roman"]
)
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_d5_a_csv_file_keeps_its_bytes(encoding: str, separator: str, end: str) -> None:
    mapping = parse_mapping(DERIVED, "m.toml")
    data = SHEET.replace(";", separator).replace("\n", end).encode(encoding)
    made = write(data, mapping)
    text = made.decode(encoding)
    added = re.sub(rf"{re.escape(separator)}(id_maillage|[a-z0-9-]+)(?={end}|$)", "", text)
    assert made[:4] == data[:4]
    assert added.encode(encoding) == data
    assert ids_of(made, mapping) == ids_of(data, mapping)
    assert "fabrique-3-quai" in ids_of(made, mapping)


def test_d5_quotes_titles_totals_and_rests_of_spreadsheets_stay() -> None:
    rows = [
        "sep=;", "Nos lieux;;;;;;", "", '"Nom";"Rue";"CP";"Ville";"Tel";"";""',
        '"Médiathèque\nAlpha";"1 rue ""du Port""";"44000";"Nantes";"";"";""', ";;;;;;",
        "Fabrique;3 quai;29200;Brest;;;", "Total;;2;;;;",
    ]  # fmt: skip
    data = "\r\n".join(rows).encode()
    made = write(data, parse_mapping(DERIVED, "m.toml")).decode().split("\r\n")
    rows[3] += ';"id_maillage"'
    rows[4] += ';"mediatheque-alpha-1-rue-du-port"'
    rows[6] += ";fabrique-3-quai"
    assert made[:5] == rows[:5]
    assert made[6] == rows[6]
    assert [row.strip(";") for row in (made[5], made[7])] == ["", "Total;;2"]


def test_d5_rows_that_have_an_id_keep_it_and_twice_changes_nothing() -> None:
    data = (
        "nom;id;commune\nAlpha;a-1;Nantes\nBêta;;Nantes\nBêta;;Nantes\nBêta à Nantes;\"\";Nantes\n"
        "Γ; ;Athènes\nDelta;beta-nantes-2;Nantes\n"
    ).encode()  # fmt: skip
    made = write(data, taken=frozenset({"beta-nantes"}))
    assert made.decode().splitlines() == [
        "nom;id;commune", "Alpha;a-1;Nantes", "Bêta;beta-nantes-3;Nantes",
        "Bêta;beta-nantes-4;Nantes", "Bêta à Nantes;beta-nantes-5;Nantes", "Γ;athenes;Athènes",
        "Delta;beta-nantes-2;Nantes",
    ]  # fmt: skip
    assert given_ids(read_table(made, "t"), None, frozenset()).of == {}


def test_d5_a_row_added_later_gets_its_id_and_the_others_keep_theirs() -> None:
    mapping = parse_mapping(DERIVED, "m.toml")
    once = write(SHEET.encode(), mapping).decode().replace("Fabrique;", "Fabrique nouvelle;")
    twice = write(f"{once}Quatre;4 quai;29200;Brest;;\n".encode(), mapping)
    assert twice.decode() == f"{once}Quatre;4 quai;29200;Brest;;quatre-4-quai\n"
    assert ids_of(twice, mapping)[2:] == ["fabrique-3-quai", "quatre-4-quai"]


def test_d5_two_rows_of_one_derived_id_are_two_places() -> None:
    mapping = parse_mapping(DERIVED, "m.toml")
    data = f"{SHEET}{ROWS[2]}\nSans rue;;29200;Brest;\n".encode()
    assert len(ids_of(data, mapping)) == 3
    found = ids_of(write(data, mapping), mapping)
    assert found[2:] == ["fabrique-3-quai", "fabrique-brest", "sans-rue-brest"]


def test_d5_without_ids_or_mapping_the_error_names_the_remedy_and_it_works() -> None:
    data = "nom;adresse;commune;code_postal\nAlpha;1 rue;Nantes;44000\nBêta;2 rue;Nantes;44000\n"
    with pytest.raises(PublishedError) as told:
        ids_of(data.encode())
    assert all("--write-ids" in told.value.message(lang) for lang in ("fr", "en"))
    made = write(data.encode())
    assert made.decode().splitlines()[0] == "nom;adresse;commune;code_postal;id"
    assert ids_of(made) == ["alpha-nantes", "beta-nantes"]


def test_d5_the_letters_of_an_id_are_mended_as_those_of_the_name() -> None:
    broken = "Médiathèque".encode().decode("latin-1")
    made = write(f"nom;commune\n{broken};Brest\n".encode())
    assert ids_of(made)[0] == "mediatheque-brest"


def test_d5_the_command_to_copy_holds_the_file_in_one_word() -> None:
    with pytest.raises(PublishedError) as told:
        import_table(read_table(b"nom;commune\nA;Brest\n", "Lieux de l'été (v2).csv"), pole=POLE)
    command = 'maillage import "Lieux de l\'été (v2).csv" --write-ids'
    assert all(command in told.value.message(lang) for lang in ("fr", "en"))


def test_d5_columns_that_nobody_knows_get_ids_all_the_same() -> None:
    made = write(b"Quoi;Qui\nFablab;Jean Dupont 06 12 34 56 78\nEPN;x\n")
    assert made.decode().splitlines() == [
        "Quoi;Qui;id", "Fablab;Jean Dupont 06 12 34 56 78;lieu", "EPN;x;lieu-2",
    ]  # fmt: skip


def test_d5_the_column_that_the_mapping_names_is_the_one_filled() -> None:
    mapping = parse_mapping('[id]\ncolumn = "ref"\nprefix = "b-"\n[columns]\nnom = "Nom"\n', "m")
    made = write(b"ref;Nom\n12;Alpha\n;Beta\n", mapping)
    assert made == b"ref;Nom\n12;Alpha\nbeta;Beta\n"
    one_column = write("Nom;x\nAlpha;1\nÉté;1\n".encode(), mapping)
    assert one_column.decode() == "Nom;x;ref\nAlpha;1;alpha\nÉté;1;ete\n"


def test_d5_a_new_id_holds_no_telephone_and_no_address_of_a_person() -> None:
    made = write(
        b"nom;commune\nChez Lea 06.12.34.56.78 lea@pole.fr;Brest\n+33 6 12 34 56 78;Brest\n"
    )
    assert [line.rpartition(";")[2] for line in made.decode().splitlines()[1:]] == [
        "chez-lea-brest", "brest",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("identity", "warned"),
    [
        ('join = ["Nom", "Rue"]\nslug = true', True),
        ('column = "Nom"', True),
        ('join = ["Code", "Tel"]', True),
        ('join = ["Code", "Adresse du site"]', True),
        ('column = "Code"', False),
        ('join = ["Code", "Rang"]', False),
        ('column = "Code"\nslug = true', False),
    ],
)
def test_d5_ids_made_of_what_changes_are_warned_of(identity: str, warned: bool) -> None:
    mapping = parse_mapping(f'[id]\n{identity}\n[columns]\nnom = "Nom"\nadresse = "Rue"\n', "m")
    data = b"Code;Rang;Nom;Rue;Tel;Adresse du site\n1;1;A;rue;0240000000;x\n"
    told = import_table(read_table(data, "t"), pole=POLE, mapping=mapping).lines
    assert ("id-derived" in {line.rule for line in told}) is warned
    assert has_own_column(mapping) is (not warned and "join" not in identity)
    table = read_table(write(data, mapping), "t") if "join" in identity or warned else None
    if table:
        told = import_table(table, pole=POLE, mapping=mapping).lines
        assert "id-derived" not in {line.rule for line in told}
        assert ("column-unused", "id_maillage") not in {(x.rule, x.column) for x in told}
        assert mapping_for(table, mapping).identity.written == "id_maillage"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Lisez-moi"
    book.active["A1"] = "Bonjour"
    sheet = book.create_sheet("Lieux")
    sheet.append(["Nos lieux & places"])
    sheet.merge_cells("A1:E1")
    sheet.append([])
    sheet.append(["Nom", "Rue", "CP", "Ville", "Tel"])
    sheet.append(["Alpha", "1 rue du Port", 44000, "Nantes", "02 40 00 00 00"])
    sheet.append(["Bêta <2>", "2 rue", 44000, None, None])
    sheet.append(["Gamma", "3 quai", 29200, "Brest", None])
    sheet.merge_cells("D4:D5")
    sheet.append(["Total", None, 3])
    sheet["A3"].font = sheet["E3"].font = Font(bold=True)
    sheet["F5"].font = Font(italic=True)
    sheet["J1"] = None
    sheet["A9"] = "=1+1"
    sheet.column_dimensions["A"].width = 40
    sheet.freeze_panes = "A4"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_d5_a_workbook_keeps_all_but_the_new_column() -> None:
    mapping = parse_mapping(DERIVED, "m.toml")
    data = workbook()
    made = write(data, mapping)
    before, after = (openpyxl.load_workbook(io.BytesIO(each)) for each in (data, made))
    assert after.sheetnames == before.sheetnames
    sheet, was = after["Lieux"], before["Lieux"]
    column = {cell.row: cell.value for cell in sheet["F"] if cell.value}
    assert column == {
        3: "id_maillage", 4: "alpha-1-rue-du-port-02-40-00-00-00", 5: "beta-2-2-rue",
        6: "gamma-3-quai",
    }  # fmt: skip
    assert sheet["F3"].font.bold
    assert sheet["F5"].font.italic
    for row in was.iter_rows():
        for cell in row:
            same = sheet[cell.coordinate]
            if cell.column != 6:
                assert (same.value, same.font.bold) == (cell.value, cell.font.bold)
    assert sheet.merged_cells.ranges == was.merged_cells.ranges
    assert (sheet.freeze_panes, sheet.column_dimensions["A"].width) == ("A4", 40)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(made)) as new:
        assert old.namelist() == new.namelist()
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert changed == ["xl/worksheets/sheet2.xml"]
    assert ids_of(made, mapping) == ids_of(data, mapping)
    assert given_ids(read_table(made, "t"), mapping, frozenset()).of == {}


def edited(data: bytes, *changes: tuple[str, str]) -> bytes:
    """A workbook whose sheets are written as another program would."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/worksheets/sheet2"):
                for pattern, by in changes:
                    text = re.sub(pattern, by, text.decode()).encode()
            new.writestr(name, text)
    return made.getvalue()


@pytest.mark.parametrize(
    "changes",
    [
        [(r"<(/?)(\w)", r"<\1x:\2"), (r" xmlns=", " xmlns:x=")],
        [(r'<row r="(\d+)"', r'<row spans="1:5" r="\1"')],
        [(r'<c r="F5"[^>]*/>', r'<c r="F5" s="0"></c><c r="H5" s="1"/>')],
        [(r"<dimension[^>]*/>", "")],
    ],
    ids=["D5-prefixed", "D5-spans", "D5-cells-beyond", "D5-no-dimension"],
)
def test_d5_a_workbook_of_another_program(changes: list[tuple[str, str]]) -> None:
    mapping = parse_mapping(DERIVED, "m.toml")
    data = edited(workbook(), *changes)
    made = write(data, mapping)
    assert ids_of(made, mapping) == ids_of(data, mapping)
    assert given_ids(read_table(made, "t"), mapping, frozenset()).of == {}
    assert b"spans" not in zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet2.xml")


@pytest.mark.parametrize(
    "data",
    [
        b'[{"nom": "A", "commune": "Brest"}]',
        edited(workbook(), (r"\A(<\?xml[^>]*>)?", "<!DOCTYPE worksheet>")),
    ],
    ids=["D5-json", "D5-doctype"],
)
def test_d5_what_cannot_be_written_is_told(data: bytes) -> None:
    with pytest.raises((UsageError, PublishedError)) as told:
        write(data)
    assert "CSV" in told.value.message("fr")


def test_d5_a_header_repeated_on_each_page_stays_one() -> None:
    data = f"{SHEET}{HEAD}\nQuatre;4 quai;29200;Brest;\n".encode()
    made = write(data, parse_mapping(DERIVED, "m.toml")).decode().splitlines()
    assert made[4:] == [f"{HEAD};id_maillage", "Quatre;4 quai;29200;Brest;;quatre-4-quai"]


def test_d5_header_on_two_rows() -> None:
    data = b"Nom;Adresse;;Ville\n;rue;cp;\nAlpha;1 rue;44000;Nantes\nBeta;2 rue;44000;Nantes\n"
    text = '[id]\ncolumn = "ref"\n[columns]\nnom = "Nom"\ncommune = "Ville"\n'
    mapping = parse_mapping(text, "m")
    made = write(data, mapping).decode().splitlines()
    assert made == [
        "Nom;Adresse;;Ville;ref", ";rue;cp;;", "Alpha;1 rue;44000;Nantes;alpha-nantes",
        "Beta;2 rue;44000;Nantes;beta-nantes",
    ]  # fmt: skip
