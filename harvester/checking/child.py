"""What the child that checks a file does: reads it, judges it, and says so, with nothing but it.

Runs in a child of :mod:`sandbox`, one for each file, gone with its answer. It reads what strangers
drop: a file that kills it kills nothing else.
"""

import codecs
import json
import traceback
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from harvester.checking import document
from harvester.checking.sheet import Asked, SheetReader, read_sheet
from harvester.checking.twins import twin_lines
from harvester.checking.validation import findings_of_records, is_table
from harvester.clean import phone
from harvester.errors import DocumentError
from harvester.parsing import child as parsing
from harvester.parsing import formats
from harvester.parsing.group import Parsed
from harvester.parsing.mistaken import refuse_mistaken
from harvester.sources.dump import collect
from harvester.tabular import workbook_child
from harvester.tabular.checks import mapping_for
from harvester.tabular.drafting import (
    drafted_mapping,
    mapping_text,
    meanings,
    needs_mapping,
    read_columns,
    with_given_ids,
)
from harvester.tabular.importing import import_table
from harvester.tabular.mapping import Mapping as TableMapping
from harvester.tabular.reading import WORKBOOKS, read_table
from harvester.tabular.report import validated
from harvester.tabular.table import Options, Table
from harvester.tabular.written import with_cells
from sandbox.frames import Frame
from vocab.errors import MaillageError, PublishedError
from vocab.mapping import PoleIdentity
from vocab.messages import languages, translate
from vocab.records import Record
from vocab.yes_no import answers_of

_SHOWN, _NAMED = 4_000, 12
_LOOKED_AT = 4_000
_NOT_RDF = "MED-H200"
_GZIP = b"\x1f\x8b"
MAX_ROWS = 20_000
MAX_CELLS = 1_000_000
MAX_RECORDS = 20_000
MAX_BYTES = 50_000_000
"""Of RDF, once it is unpacked."""
_OPTIONS = Options(max_rows=MAX_ROWS, max_cells=MAX_CELLS)
_CODECS = ("cp1252", "mac_roman", "cp850", "latin-1", "utf-8-sig", "utf-16", "utf-16-le",
           "utf-16-be", "utf-32", "cp437", "ascii", "idna")  # fmt: skip
"""What reading may ask for: once locked down, no module is found any more."""


def check(name: str, data: bytes, pole: PoleIdentity) -> dict[str, Any]:
    """Read a file and say what the registry would make of it.

    Args:
        name: of the file, which says whether it is a table or RDF.
        data: the file.
        pole: under whose namespace the places of a table would lie.

    Raises:
        MaillageError: it cannot be read: says why, and what to do.
    """
    return _check_table(name, data, pole) if _as_table(name, data) else _check_records(name, data)


def _as_table(name: str, data: bytes) -> bool:
    """Whether a file is a table: by its name, or because it begins as no RDF does."""
    if is_table(name) or data.startswith(WORKBOOKS):
        return True
    try:
        formats.decide(_address(name), "", data[:_LOOKED_AT])
    except DocumentError:
        return not data.startswith(_GZIP)
    return False


def _check_table(name: str, data: bytes, pole: PoleIdentity) -> dict[str, Any]:
    _refuse_empty(data)
    table = read_table(data, name, _OPTIONS, here=True)
    if not needs_mapping(table):
        mapping = mapping_for(table, None)
        return _judged(table, table, mapping, None, pole)
    known = replace(_OPTIONS, known=frozenset(meanings()))
    table = read_table(data, name, known, here=True)
    drafted = drafted_mapping(table)
    identified, made = with_given_ids(table, drafted)
    found = _judged(table, identified, drafted, drafted, pole)
    return found | {"mapping": mapping_text(drafted), "ids_made": made}


def _refuse_empty(data: bytes) -> None:
    if not data.strip():
        raise PublishedError("the file is empty: its first row must name the columns")


def _judged(
    table: Table,
    identified: Table,
    rules: TableMapping,
    mapping: TableMapping | None,
    pole: PoleIdentity,
) -> dict[str, Any]:
    """Judge a table by the mapping that an import would be given, if any."""
    if "nom" not in rules.fields:
        if _is_prose(table, rules):
            raise PublishedError(
                "this text is not a table. Give the file in which each place has a row, and each "
                "fact a column: XLSX, ODS or CSV"
            )
        raise PublishedError(
            "no column for the name of each place was found. The columns of the file are: "
            "{columns}. Name one “nom”, or check that it is the right file and the right sheet",
            columns=", ".join(map(document.printable, table.columns[:_NAMED])),
        )
    result = validated(import_table(identified, pole=pole, mapping=mapping), advice=True)
    result = replace(result, lines=(*result.lines, *twin_lines(result)))
    return document.of_table(identified, rules, read_columns(table, rules), result)


def _is_prose(table: Table, rules: TableMapping) -> bool:
    """Whether a text has no column that is known, and hardly a row with several cells."""
    if table.facts.format != "csv" or rules.fields:
        return False
    several = sum(len(row.cells) > 1 for row in table.rows)
    return len(table.columns) == 1 or (bool(table.rows) and several * 2 < len(table.rows))


def _check_records(name: str, data: bytes) -> dict[str, Any]:
    parsed = _parsed(name, data)
    if len(parsed.groups) > MAX_RECORDS:
        raise PublishedError(
            "{count} records, the most read here is {most}. Split the file",
            count=len(parsed.groups),
            most=MAX_RECORDS,
        )
    arrivals, _descriptions = collect(_address(name), parsed.groups)
    return document.of_records(name, arrivals, findings_of_records(arrivals))


def _parsed(name: str, data: bytes) -> Parsed:
    """Return the statements of a document, or say what is wrong with it as of a file."""
    url = _address(name)
    try:
        refuse_mistaken(url, data)
        return parsing.parse(url, "", data, MAX_BYTES)
    except DocumentError as error:
        if error.code == _NOT_RDF:  # its sentence is about what a pole publishes
            raise PublishedError(
                "it is not readable RDF ({reason}). Correct the document",
                reason=str(error.details["reason"]).replace(url, name),
            ) from error
        raise DocumentError(error.code, **error.details | {"url": name}) from error


def _address(name: str) -> str:
    """Return what relative IRIs in a file are read from."""
    return f"file:///{quote(name)}"


def judge(
    name: str, data: bytes, pole: PoleIdentity, asked: Asked, published: Mapping[str, Record]
) -> dict[str, Any]:
    """Read a file that an editor drops, and say what it would publish.

    Args:
        name: of the file.
        data: the file.
        pole: whose places they are.
        asked: what the editor said of it.
        published: local id -> place, as it is published.

    Raises:
        MaillageError: it cannot be read: says why, and what to do.
    """
    table, options, seen = _dropped(name, data, asked)
    columns = list(read_columns(table, seen))
    if "nom" not in seen.fields:
        return document.of_columns(table, columns)
    reader = SheetReader(pole, published, asked)
    sheet = reader.read(table, options, seen)
    result = validated(reader.result(sheet), advice=True)
    result = replace(result, lines=(*result.lines, *twin_lines(result)))
    report = document.of_table(sheet.table, sheet.mapping, columns, result)
    return report | document.of_sheet(sheet, result)


def rewritten(
    name: str, data: bytes, pole: PoleIdentity, asked: Asked, published: Mapping[str, Record]
) -> bytes:
    """Return the same file with ids and what was typed in its cells; arguments of :func:`judge`.

    Raises:
        MaillageError: it cannot be read, or its cells cannot be written.
    """
    table, options, seen = _dropped(name, data, asked)
    sheet = SheetReader(pole, published, asked).read(table, options, seen)
    return with_cells(data, table, sheet.written, options)


def _dropped(name: str, data: bytes, asked: Asked) -> tuple[Table, Options, TableMapping]:
    if not _as_table(name, data):
        raise PublishedError(
            "places are dropped here as a table: XLSX, ODS, XLS, CSV, JSON or GeoJSON"
        )
    _refuse_empty(data)
    return read_sheet(name, data, _OPTIONS, asked)


def _sheet_answer(asked: dict[str, Any], body: bytes) -> Frame:
    """Answer a question about a dropped file: the file, then the published places as JSON."""
    pole = PoleIdentity(asked["pole"], asked["namespace"])
    data, rest = body[: asked["size"]], json.loads(body[asked["size"] :])
    published = {one: Record(iri, tuple(lines)) for one, iri, lines in rest}
    given = (asked["name"], data, pole, Asked.of(asked["asked"]), published)
    if asked["task"] == "rewritten":
        return {}, rewritten(*given)
    return {}, _json(judge(*given))


def _json(found: dict[str, Any]) -> bytes:
    return json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")


def _answer(asked: dict[str, Any], data: bytes) -> Frame:
    if "task" in asked:
        return _sheet_answer(asked, data)
    pole = PoleIdentity(asked["pole"], asked["namespace"])
    return {}, _json(check(asked["name"], data, pole))


def answer(asked: dict[str, Any], data: bytes) -> Frame:
    """Check a file: return the report as JSON; of a mended file (``task``), its bytes."""
    try:
        return _answer(asked, data)
    except MaillageError as error:
        found = document.of_error(error)
    except (MemoryError, RecursionError):
        found = document.of_error(document.too_much())
    except Exception as error:  # noqa: BLE001  a fault of ours: whoever asked writes it to the log
        # Where it happened, without what it says: that may repeat a cell of somebody's file.
        steps = "".join(traceback.format_tb(error.__traceback__))
        return {"fault": f"{steps[-_SHOWN:]}{type(error).__name__}"}, b""
    return {"error": True}, _json(found)


_TABLE = (
    "id;nom;adresse;commune;code_postal;code_insee;latitude;longitude;typologie;telephone;courriels"
    ";site_web;horaires;date_maj;services;frais_a_charge;pivot\n"
    "1;Médiathèque;1 rue du Port;Nantes;44000;44109;47,21;-1,55;BIB;02 40 00 00 00 ou 3949;a@b.fr;"
    "www.é.example;lundi au vendredi 9h-12h, sauf jours fériés;2024-05-01;Accès internet;Gratuit;"
    "43493312300029\n"
    "2;Lieu;;Saint-Denis;97400;;N 20° 52' 44\";55°;Fablab;0590;x;http://[;fermé;hier;x;x;1\n"
    "3;<b>X</b> Ã©;;;;;91;181;;;;;24/7;01/02/24;;;\n"
)
_ODD = "Ville;Nom du lieu;Horaires;Remarques\nDraguinan;Lieu;selon;x\n"
_RECORDS = """@prefix schema: <https://schema.org/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
<https://a.example/p> a <http://schema.org/Place> ; schema:name "A" ; geo:asWKT "POINT(1 2)" ;
  schema:latitude 4.5e1 ."""


def prepare() -> None:
    """Load all that a check may need: what is not there by then can be read no more."""
    workbook_child.prepare()
    parsing.prepare()
    phone.prepare()
    answers_of("", "")
    for name in _CODECS:
        codecs.lookup(name)
    for lang in languages():
        translate("", lang)
    pole = PoleIdentity("pole", "https://pole.example/id/")
    for name, text in (("a.csv", _TABLE), ("b.csv", _ODD), ("c.ttl", _RECORDS), ("d.csv", "")):
        _, _ = answer({"name": name, "pole": pole.slug, "namespace": pole.namespace}, text.encode())
