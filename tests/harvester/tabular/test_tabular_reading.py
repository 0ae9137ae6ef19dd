"""Reading files: what spreadsheets, exports and people write, and what is refused with words."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.tabular.importing import import_table
from harvester.tabular.reading import read_table
from harvester.tabular.result import REPORT_RULES
from harvester.tabular.table import Options, Table
from tests.harvester.tabular.helpers import HEADER, PLACE, POLE
from vocab.errors import MaillageError, PublishedError, UnreachableError, UsageError

ACCENTS = "id;nom\n1;Médiathèque « L’Œuvre » – 5 €\n"
POINT = {"type": "Point", "coordinates": [2.5, 48]}
LINE = {"type": "LineString", "coordinates": []}


def zipped(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "id;nom")
    return file.getvalue()


def cells(table: Table) -> list[dict[str, str]]:
    return [dict(row.cells) for row in table.rows]


@pytest.mark.parametrize(
    ("encoding", "detected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_encoding_is_detected(encoding: str, detected: str) -> None:
    table = read_table(ACCENTS.encode(encoding), "f.csv")
    assert table.facts.encoding == detected
    assert cells(table) == [{"id": "1", "nom": "Médiathèque « L’Œuvre » – 5 €"}]


def test_latin1_is_the_last_resort() -> None:
    table = read_table("id;nom\n1;é\x81\n".encode("latin-1"))
    assert table.facts.encoding == "latin-1"


@pytest.mark.parametrize(
    ("text", "detected"),
    [
        ("Médiathèque de Bourg, 5 quai Été", "mac_roman"),
        ("Espace « numérique » – cœur de ville", "mac_roman"),
        ("L’Œuvre : là-bas, ça ira", "mac_roman"),
        ("Médiathèque de Bourg, 5 quai Été", "cp1252"),
        ("Éric, È et Ë", "cp1252"),
        ("à", "mac_roman"),
        ("à", "cp1252"),
        ("Médiathèque de Bourg, 5 quai Été", "cp850"),
        ("LYCÉE DE LA FORÊT, à l'Île", "cp850"),
        ("Fenêtre, là-bas, ça ira où ?", "cp850"),
        ("LYCÉE DE LA FORÊT, à l'Île", "mac_roman"),
    ],
)
def test_d3_letters_of_an_old_mac_are_told_from_those_of_windows(text: str, detected: str) -> None:
    row = f"1;{text};Reims;51100;12 rue Neuve\n"
    table = read_table(f"id;nom;commune;code_postal;adresse\n{row}".encode(detected), "f.csv")
    assert table.facts.encoding == detected
    assert table.rows[0].cells["nom"] == text
    told = [line.rule for line in import_table(table, pole=POLE).lines]
    assert ("encoding-mac" in told) == (detected == "mac_roman")
    assert ("encoding-dos" in told) == (detected == "cp850")


@pytest.mark.parametrize("marks", [1, 2, 3])
@pytest.mark.parametrize("name", ["f.csv", "f.json"])
def test_d8_byte_order_marks_are_no_part_of_the_first_column(marks: int, name: str) -> None:
    text = "id;nom\n1;A\n" if name == "f.csv" else '[{"id": "1", "nom": "A"}]'
    table = read_table(("\ufeff" * marks + text).encode(), name)
    assert table.columns == ("id", "nom")


@pytest.mark.parametrize("header", ["\u200bid;nom", "id\u00ad;nom", "\u2060id\u200d;\u00a0nom "])
def test_d8_invisible_characters_are_no_part_of_a_header(header: str) -> None:
    assert read_table(f"{header}\n1;A\n".encode(), "f.csv").columns == ("id", "nom")


def test_d8_an_object_a_line_is_a_table() -> None:
    text = '{"id": "1", "nom": "A"}\n\n{"id": "2", "nom": "B"}\r\n'
    table = read_table(text.encode(), "f.json")
    assert [row["nom"] for row in cells(table)] == ["A", "B"]
    with pytest.raises(PublishedError, match="line 3, column 8"):
        read_table(b'{"id": "1"}\n{"id": "2"}\n{"id": nul}\n', "f.json")
    with pytest.raises(PublishedError, match="one object with no list"):
        read_table(b'{"id": "1"}\n', "f.json")


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_separator_is_detected_even_when_cells_hold_another(separator: str) -> None:
    text = separator.join(("id", "nom", "horaires")) + "\r\n"
    text += (
        separator.join(("1", '"a, b; c | d"', '"Mo-Fr 09:00-12:00,14:00-17:00; Sa off"')) + "\r\n"
    )
    table = read_table(text.encode())
    assert table.facts.separator == separator
    assert table.rows[0].cells["nom"] == "a, b; c | d"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("excel's hint", "sep=;\nid;a,b\n1;x\n", [{"id": "1", "a,b": "x"}]),
        ("line breaks in cells", 'id;a\n1;"x\ny"\n', [{"id": "1", "a": "x\ny"}]),
        ("doubled quotes", 'id;a\n1;"le ""139"""\n', [{"id": "1", "a": 'le "139"'}]),
        ("empty cells are absent", "id;a;b\n1;;  \n", [{"id": "1"}]),
        ("cells beyond the header, empty", "id;a\n1;x;;\n", [{"id": "1", "a": "x"}]),
        ("header after blank rows", "\n;;\nid;a\n1;x\n", [{"id": "1", "a": "x"}]),
        ("one column", "id\n1\n2\n", [{"id": "1"}, {"id": "2"}]),
        ("headers are trimmed", '" id ";"a\nb"\n1;x\n', [{"id": "1", "a b": "x"}]),
        ("nameless headers", "id;\n1;x\n", [{"id": "1", "column 2": "x"}]),
        ("nameless headers within", "id;;a\n1;x;y\n", [{"id": "1", "column 2": "x", "a": "y"}]),
        ("repeated headers", "id;a;a\n1;x;y\n", [{"id": "1", "a": "x", "a (3)": "y"}]),
    ],
)  # fmt: skip
def test_csv(name: str, text: str, expected: list[dict[str, str]]) -> None:
    assert cells(read_table(text.encode())) == expected


@pytest.mark.parametrize("separator", ["~", "^", "§", ":", "#", "\x1f"])
def test_d8_a_rare_separator_is_found_by_the_names_it_parts(separator: str) -> None:
    text = "id;nom;commune\n1;Lieu A;Annecy\n2;Lieu B;Bourg\n".replace(";", separator)
    table = read_table(text.encode(), "f.csv")
    assert (table.columns, len(table.rows)) == (("id", "nom", "commune"), 2)


def test_d8_rows_that_became_one_quoted_cell_are_parted_again() -> None:
    table = read_table(b'"id;nom;commune"\r\n"1;Le ""139"";Annecy"\r\n', "f.csv")
    assert cells(table) == [{"id": "1", "nom": 'Le "139"', "commune": "Annecy"}]
    alone = read_table(b'"nom"\n"Annecy; Bourg"\n', "f.csv")
    assert cells(alone) == [{"nom": "Annecy; Bourg"}]


def test_d8_a_zero_byte_in_a_text_is_a_blank() -> None:
    table = read_table(b"id;nom;commune\n1;Lieu\0A;" + b"Annecy" * 20 + b"\n", "f.csv")
    (note,) = [one for one in import_table(table, pole=POLE).lines if one.column == "nom"]
    assert (note.rule, note.after) == ("spaces-normalised", "Lieu A")


def test_rows_bear_the_numbers_that_people_see() -> None:
    table = read_table(b'id;a\n1;"x\ny"\n\n2;z\n')
    assert [row.number for row in table.rows] == [2, 4]
    assert table.facts.blank_rows == 1


@pytest.mark.parametrize(
    ("row", "rule"),
    [("2;x;y", "row-ragged"), ("2", "row-ragged"), ('2;"x"y', "row-quotes")],
)
def test_a_broken_row_is_named_and_the_next_is_read(row: str, rule: str) -> None:
    table = read_table(f"id;a\n1;x\n{row}\n3;z\n".encode())
    assert [(r.number, r.problem.rule if r.problem else None) for r in table.rows] == [
        (2, None),
        (3, rule),
        (4, None),
    ]


@pytest.mark.parametrize(
    ("name", "data", "options", "words"),
    [
        ("empty", b"", {}, ["empty"]),
        ("blank", b" ;\n;;\n", {}, ["empty"]),
        ("quote never closed", b'id;a\n1;"x\n2;y\n', {}, ["row 2", "never"]),
        ("image", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01", {}, ["image"]),
        ("binary", b"\x7fELF\x02\x01\x01" + b"\0" * 90, {}, ["binary"]),
        ("too many columns", b";".join([b"c"] * 100_000), {}, ["100000 columns", "2000"]),
        ("too many rows", b"id;a\n" + b"1;x\n" * 20, {"max_rows": 10}, ["more than 10 rows"]),
        ("cell too long", b"id;a\n1;" + b"x" * 200, {"max_cell": 100}, ["row 2", "'a'", "200"]),
        *(
            (
                f"cell of megabytes, {name}",
                b'id;a;b\n0;"x\ny";z\n1;' + start + b"x" * 5_000_000 + end,
                {},
                ["row 3 (line 4 of the text), column 2", f"{5_000_000 + more} ", "Shorten"],
            )
            for name, start, end, more in [
                ("plain", b"", b";z\n", 0),
                ("quoted", b'"', b'";z\n', 2),
                ("of lines", b'"\n', b'\n"\n2;x;y\n', 4),
                ("the last", b'"', b'"', 2),
                ("with quotes", b'"a ""b"" ', b'";z\r\n', 10),
            ]
        ),
        ("megabytes of open quote", b'id;a\n1;"' + b"2;x\n" * 50_000, {}, ["row 2", "never"]),
        ("open until a quote", b'id;a\n1;"' + b"2;x\n" * 50_000 + b'3;"y"\n', {}, ["never"]),
        ("file too large", b"id;a\n1;x\n", {"max_bytes": 5}, ["9 bytes", "5"]),
        ("wrong encoding", "id;é\n".encode("cp1252"), {"encoding": "utf-8"}, ["line 1", "0xe9"]),
        ("NaN", b'[{"id": 1, "lat": NaN}]', {}, ["NaN", "null"]),
        ("key twice", b'[{"id": 1, "id": 2}]', {}, ["'id'", "twice"]),
        ("not JSON", b'[{"id": 1,]', {}, ["line 1", "not JSON"]),
        ("no list", b'{"id": 1}', {}, ["list of objects"]),
        ("two lists", b'{"a": [{}], "b": [{}]}', {}, ["a, b"]),
        ("D8-nested list", b'{"m": {"n": 1}, "d": {"r": [{}]}}', {}, ['path = "d.r"']),
        ("D8-one place", b'{"id": "1", "nom": "x"}', {}, ["[ … ]"]),
        ("D8-comment", b'// export\n[{"id": "1"}]', {}, ["JSON", "before"]),
        ("D8-callback", b'callback([{"nom": "A"}])', {}, ["JSON", "before"]),
        ("D8-script", b'var lieux = [{"id": "1"}];', {}, ["JSON", "before"]),
        ("list of numbers", b'{"a": [1, 2]}', {}, ["list of objects"]),
        ("deep", b"[" * 100_000, {}, ["deep"]),
        ("too many keys", json.dumps([{f"k{n}": 1 for n in range(3000)}]).encode(), {}, ["2000"]),
        ("D8-pdf", b"%PDF-1.4\n%\xe2\xe3", {}, ["PDF", "spreadsheet"]),
        ("D8-rtf", b"{\\rtf1 a}", {}, ["RTF"]),
        ("D8-gzip", gzip.compress(b"id;nom\n", mtime=0), {}, ["gzip", "Unpack"]),
        ("D8-html", b"\xef\xbb\xbf <html><body><table><tr><td>id", {}, ["web page", "save it"]),
        ("D8-html-table", b"<table><tr><td>id</td></tr></table>", {}, ["web page"]),
        ("D8-xml", b'<?xml version="1.0"?><Workbook><a/></Workbook>', {}, ["XML", "save it"]),
        ("D8-zip", zipped("lieux.csv"), {}, ["archive", "Unpack"]),
        ("D8-docx", zipped("word/document.xml"), {}, ["Word"]),
        ("D8-numbers", zipped("Index/Document.iwa"), {}, ["Numbers"]),
        ("damaged zip", b"PK\x03\x04" + b"x" * 50, {}, ["damaged"]),
        ("a part of a workbook", zipped("xl/workbook.xml"), {}, ["damaged or incomplete"]),
        ("damaged xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600, {}, ["cannot be read"]),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_with_words(
    name: str, data: bytes, options: dict[str, int], words: list[str]
) -> None:
    with pytest.raises(PublishedError) as refused:
        read_table(data, "lieux", Options(**options))  # type: ignore[arg-type]  # a table of tests
    assert str(refused.value).startswith("lieux")
    assert all(word in str(refused.value) for word in words), str(refused.value)


@pytest.mark.parametrize("name", ["~$lieux.xlsx", ".~lock.lieux.xlsx#"])
def test_d8_the_lock_of_an_open_sheet_names_the_sheet(name: str) -> None:
    with pytest.raises(PublishedError) as refused:
        read_table(b"\x05Jean" + b" " * 100, name)
    assert all(" lieux.xlsx" in refused.value.message(lang) for lang in ("fr", "en"))
    assert "Jean" not in str(refused.value)


@pytest.mark.parametrize("options", [{"encoding": "utf-99"}, {"separator": ";;"}])
def test_impossible_options_are_errors_of_use(options: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        read_table(b"id;a\n1;x\n", "f", Options(**options))  # type: ignore[arg-type]  # as above


def test_a_missing_file_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match=r"absent\.csv"):
        read_table(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("name", "text", "path", "expected"),
    [
        ("numbers stay as written", '[{"cp": 1000.0}]', None, [{"cp": "1000.0"}]),
        ("nested", '[{"geo": {"lat": -22.233939}}]', None, [{"geo.lat": "-22.233939"}]),
        ("lists", '[{"l": ["a", 1, null, true]}]', None, [{"l": "a|1|true"}]),
        ("objects in lists", '[{"p": [{"n": "x"}, 1]}]', None, [{"p.0.n": "x", "p.1": "1"}]),
        ("the only list", '{"count": 1, "records": [{"id": 1}]}', None, [{"id": "1"}]),
        ("a path", '{"a": {"b": [{"id": 1}]}, "c": [{"id": 2}]}', "a.b", [{"id": "1"}]),
        ("half a character", '[{"nom": "\\ud800"}]', None, [{"nom": "\ufffd"}]),
        ("nothing", "[]", None, []),
    ],
)  # fmt: skip
def test_json(name: str, text: str, path: str | None, expected: list[dict[str, str]]) -> None:
    assert cells(read_table(text.encode(), "f.json", Options(path=path))) == expected


def test_json_items_that_are_no_objects_are_named() -> None:
    table = read_table(b'[{"id": 1}, 7, {"id": 2}]')
    assert [(r.number, r.problem.found if r.problem else "") for r in table.rows] == [
        (1, ""),
        (2, '"7"'),
        (3, ""),
    ]


@pytest.mark.parametrize(
    ("document", "rule", "found"),
    [
        ('[{"id": 1}, ' + '{"a":' * 30 + "1" + "}" * 30 + "]", "row-too-deep", "a.a.a"),
        (
            '{"type": "FeatureCollection", "features": [{"type": "Feature"}, {"type": "Point"}]}',
            "row-no-feature",
            "Point",
        ),
        (
            '{"type": "FeatureCollection", "features": [{"type": "Feature"},'
            ' {"type": "Feature", "geometry": {"type": "Point"}}]}',
            "row-no-point",
            "Point",
        ),
    ],
)
def test_json_objects_that_are_no_rows_are_explained_by_a_rule(
    document: str, rule: str, found: str
) -> None:
    first, second = read_table(document.encode()).rows
    assert first.problem is None
    assert second.problem is not None
    assert (second.problem.rule, second.problem.found[: len(found)]) == (rule, found)
    assert REPORT_RULES[rule].sentence("fr") != REPORT_RULES[rule].en


@pytest.mark.parametrize(
    ("properties", "geometry", "expected"),
    [
        ({"id": 1}, POINT, {"id": "1", "latitude": "48", "longitude": "2.5"}),
        (
            {"latitude": 1},
            POINT,
            {"latitude": "1", "geometry.latitude": "48", "geometry.longitude": "2.5"},
        ),
        ({"id": 1}, None, {"id": "1"}),
        ({}, LINE, {"geometry": '{"type": "LineString", "coordinates": []}'}),
    ],
)
def test_geojson(
    properties: dict[str, int], geometry: dict[str, object] | None, expected: dict[str, str]
) -> None:
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    document = {"type": "FeatureCollection", "features": [feature]}
    table = read_table(json.dumps(document).encode())
    assert table.facts.format == "geojson"
    assert cells(table) == [expected]


ROWS = [
    ["id", "nom", "adresse", "commune", "code_postal", "date_maj", "latitude", "longitude"],
    ["1", "Le 139", "139 cours Foch", "Le Havre", "76600", "2024-01-01", "49.5", "0.13"],
    ["2", "Mairie", "1 place de la Mairie", "Ruffec", "16700", "2024-01-02", "46.03", "0.2"],
]  # fmt: skip


def as_csv() -> bytes:
    return "\n".join(";".join(row) for row in ROWS).encode("cp1252")


def as_json() -> bytes:
    return json.dumps([dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]).encode()


def as_xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ROWS:
        sheet.append([float(cell) if cell.replace(".", "").isdigit() else cell for cell in row])
    other = book.create_sheet("notes")
    other.append(["rien à lire"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_ods() -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{''.join(cell % text for text in row)}</table:table-row>" for row in ROWS
    )
    content = (
        '<?xml version="1.0"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="lieux">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return file.getvalue()


@pytest.mark.parametrize(("make", "kind"), [(as_json, "json"), (as_xlsx, "xlsx"), (as_ods, "ods")])
def test_every_format_gives_the_records_that_csv_gives(make: object, kind: str) -> None:
    expected = import_table(read_table(as_csv()), pole=POLE).records
    table = read_table(make(), f"lieux.{kind}")  # type: ignore[operator]  # one of the functions above
    assert table.facts.format == kind
    assert import_table(table, pole=POLE).records == expected
    assert len(expected) == 2


def test_a_workbook_tells_its_sheets_and_reads_the_one_asked_for() -> None:
    assert read_table(as_xlsx()).facts.unread_sheets == ("notes",)
    assert read_table(as_xlsx(), options=Options(sheet="notes")).columns == ("rien à lire",)
    with pytest.raises(UsageError, match="Sheet, notes"):
        read_table(as_xlsx(), options=Options(sheet="autre"))


def test_a_cell_far_away_in_a_workbook_is_refused_not_allotted() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "id"
    book.active["XFD1048576"] = "x"
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(PublishedError, match="memory"):
        read_table(file.getvalue(), "loin.xlsx")


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(alphabet=';,"\n\ra1{[]}:é\ufeff\x00', max_size=60).map(str.encode)
)
def test_no_bytes_raise_anything_but_our_errors(data: bytes) -> None:
    try:
        table = read_table(data, "f")
    except MaillageError:
        return
    result = import_or_none(table)
    assert result is None or result == 0


def import_or_none(table: Table) -> int | None:
    try:
        return import_table(table, pole=POLE).counts.unaccounted_rows
    except MaillageError:
        return None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet='ab;,"\n ', min_size=1).filter(str.strip), min_size=1, max_size=5))
def test_what_is_written_as_csv_is_read_back(values: list[str]) -> None:
    quoted = ['"' + value.replace('"', '""') + '"' for value in values]
    text = "id;nom\n" + "".join(f"{n};{value}\n" for n, value in enumerate(quoted))
    assert [
        row.cells["nom"] for row in read_table(text.encode(), options=Options(separator=";")).rows
    ] == values


def test_a_whole_place_is_of_a_known_version() -> None:
    assert read_table(f"{HEADER}\n{PLACE}".encode()).facts.version == "1.0.2"
    assert read_table(f"{HEADER};courriel\n{PLACE};a@b.fr".encode()).facts.version == "0.1.1"
    assert (
        read_table(
            f"{HEADER};courriel;frais_a_charge\n{PLACE};a@b.fr;Gratuit".encode()
        ).facts.version
        == "mixed"
    )
    assert read_table(b"ref;titre\n1;x").facts.version == "own"


FEATURE = {"type": "Feature", "properties": {"nom": "A", "commune": "Lyon"}, "geometry": POINT}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"type": "FeatureCollection", "features": [FEATURE | {"id": "a1"}]}),
        json.dumps([FEATURE | {"id": "a1"}]),
        json.dumps(FEATURE | {"id": "a1"}),
        json.dumps(FEATURE | {"id": "a1"}) + "\n" + json.dumps(FEATURE | {"id": "a2"}),
        "\x1e" + json.dumps(FEATURE | {"id": "a1"}) + "\n\x1e" + json.dumps(FEATURE),
        json.dumps([FEATURE | {"geometry": {"type": "MultiPoint", "coordinates": [[2.5, 48]]}}])
        .replace('"Feature"', '"Feature", "id": "a1"'),
    ],
    ids=["D8-id-of-the-feature", "D8-list", "D8-alone", "D8-lines", "D8-sequence", "D8-multipoint"],
)  # fmt: skip
def test_d8_features_are_read_in_all_their_wrappings(text: str) -> None:
    table = read_table(text.encode(), "f.json")
    assert table.facts.format == "geojson"
    expected = {"id": "a1", "nom": "A", "commune": "Lyon", "longitude": "2.5", "latitude": "48"}
    assert dict(table.rows[0].cells) == expected


def test_d8_an_id_among_the_properties_goes_first() -> None:
    feature = FEATURE | {"id": "qgis.1", "properties": {"id": "a1", "nom": "A"}}
    table = read_table(json.dumps([feature]).encode(), "f.json")
    assert table.rows[0].cells["id"] == "a1"


def test_c1_json_numbers_with_a_power_of_ten_are_plain() -> None:
    text = '[{"id": "a", "latitude": 4.576e1, "code_postal": 6.9001E4, "n": 1e999999999}]'
    (row,) = read_table(text.encode(), "f.json").rows
    assert (row.cells["latitude"], row.cells["code_postal"]) == ("45.76", "69001")
    assert row.cells["n"] == "1e999999999"


def test_d8_control_characters_in_json_are_no_error_of_syntax() -> None:
    (row,) = read_table(b'[{"id": "a", "nom": "Lieu\tA\x01B"}]', "f.json").rows
    assert row.cells["nom"] == "Lieu\tA\x01B"


def test_d8_broken_rows_are_not_blamed_on_the_id() -> None:
    broken = FEATURE | {"geometry": {"type": "Point", "coordinates": []}}
    result = import_table(read_table(json.dumps([broken]).encode(), "f.json"), pole=POLE)
    assert [line.rule for line in result.lines if line.level == "refusal"] == ["row-no-point"]


def test_d8_a_table_without_an_id_is_refused_even_without_rows() -> None:
    with pytest.raises(PublishedError, match="no column 'id'"):
        import_table(read_table(b"nom;adresse\n", "f.csv"), pole=POLE)
