"""A source that publishes its whole state as a table: CSV, workbook, JSON or GeoJSON.

    conditional request -> read_table -> (national ids) -> import_table -> records and report

For poles that publish no RDF yet, and for the national open-data export. The operator's choices
come with the source (``Source.options``): ``mapping``, and ``segments``
(:mod:`harvester.sources.national`).

IRIs are minted under the first namespace of the source. A place whose row is refused keeps its last
valid version; when more rows than ever before have no readable id, nothing is deleted, because the
missing places may be among them.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from harvester import rules
from harvester.delivery import Arrival, Delivery
from harvester.errors import DocumentError
from harvester.fetch import Fetcher
from harvester.parsing import Parser, unpack
from harvester.parsing.mistaken import refuse_mistaken
from harvester.sources.conditional_get import ConditionalResponse, conditional_get, restored_remarks
from harvester.sources.national import KnownSegments, with_local_ids
from harvester.sources.pagination import continuation_of_table, not_followed
from harvester.sources.table_report import import_findings, import_summary, unproven
from harvester.tabular.importing import import_table
from harvester.tabular.mapping import Mapping as TableMapping
from harvester.tabular.mapping_file import parse_mapping
from harvester.tabular.reading import read_table
from harvester.tabular.result import ImportResult
from harvester.tabular.table import Options
from registry.ledger.types import Source
from vocab.errors import PublishedError, UsageError
from vocab.mapping import PoleIdentity

ACCEPT_TABLES = (
    "text/csv, application/geo+json;q=0.9, application/json;q=0.9, "
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;q=0.8, "
    "application/vnd.oasis.opendocument.spreadsheet;q=0.8, application/gzip;q=0.5, */*;q=0.1"
)
MAX_BYTES = 100_000_000
"""Largest table read from the web, once unpacked: five times the national export."""
MAX_ROWS = 100_000
MAX_CELLS = 3_000_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the operator wants the tables of a source read.

    Attributes:
        mapping: text of a mapping file; empty for the national standard's columns.
        segments: the ids are composed national ids.
    """

    mapping: str = ""
    segments: bool = False

    @property
    def digest(self) -> str:
        """Short name of the choices: when it changes, an unchanged file is read again."""
        choices = json.dumps([self.mapping, self.segments])
        return hashlib.sha256(choices.encode()).hexdigest()[:16]

    def parsed(self, url: str) -> TableMapping | None:
        """Return the mapping, or None for the standard's columns.

        Raises:
            DocumentError: the mapping is wrong.
        """
        if not self.mapping:
            return None
        try:
            return parse_mapping(self.mapping, "mapping")
        except UsageError as error:
            raise DocumentError("MED-H211", url=url, reason=error) from error


def read(source: Source, fetcher: Fetcher, parser: Parser) -> Delivery:
    """Return the places of a table, or word that it has not changed; see :class:`Reader`."""
    recipe = Recipe(source.options.mapping, source.options.segments)
    cursor = _cursor_for(recipe, source.cursor.reader)
    response = conditional_get(source.url, cursor, fetcher, ACCEPT_TABLES)
    if response.fetched is None:
        return response.nothing_new()
    body = unpack(response.fetched.url, response.fetched.body, MAX_BYTES)
    refuse_mistaken(response.fetched.url, body, table=True)
    parser.on_wait()
    result, known_segments = _imported(
        source, recipe, response.fetched.url, body, cursor.get("ids", {})
    )
    parser.on_read(len(result.records))
    delivery = _delivery(source, result, response, known_segments)
    if not result.counts.rows:
        empty = rules.finding(source.url, "MED-H224", url=source.url)
        delivery = replace(delivery, findings=(*delivery.findings, empty))
    if more := continuation_of_table(response.fetched, body, result.counts.rows):
        findings = (*delivery.findings, not_followed(source.url, more))
        delivery = replace(delivery, full=False, findings=findings)
    return delivery


def _cursor_for(recipe: Recipe, cursor: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cursor to start from: of a table read by another recipe, only the names stay."""
    if cursor.get("reader") == "table" and cursor.get("recipe") == recipe.digest:
        return dict(cursor)
    fresh: dict[str, Any] = {"reader": "table", "recipe": recipe.digest}
    if recipe.segments and cursor.get("reader") == "table":
        fresh["ids"] = cursor.get("ids", {})
    return fresh


def _imported(
    source: Source, recipe: Recipe, url: str, body: bytes, known_segments: KnownSegments
) -> tuple[ImportResult, KnownSegments]:
    mapping = recipe.parsed(url)
    options = replace(
        mapping.options if mapping else Options(),
        max_bytes=MAX_BYTES, max_rows=MAX_ROWS, max_cells=MAX_CELLS,
    )  # fmt: skip
    try:
        table = read_table(body, url, options)
        if recipe.segments:
            table, mapping, known_segments = with_local_ids(table, mapping, known_segments)
        result = import_table(table, pole=_pole(source), mapping=mapping)
    except (PublishedError, UsageError) as error:
        reason = error.sentence.values.get("error", error)  # without the name of the table
        raise DocumentError("MED-H210", url=url, reason=reason) from error
    return result, known_segments


def _pole(source: Source) -> PoleIdentity:
    if not source.namespaces:
        raise DocumentError("MED-H215", url=source.url)
    return PoleIdentity(source.pole, source.namespaces[0])


def _delivery(
    source: Source,
    result: ImportResult,
    response: ConditionalResponse,
    known_segments: KnownSegments,
) -> Delivery:
    report = import_findings(result, source.url, _pole(source).namespace)
    least = min(response.cursor.get("unidentified", report.unidentified), report.unidentified)
    kept = {"unidentified": least} | ({"ids": dict(known_segments)} if known_segments else {})
    findings = report.findings
    if report.unidentified > least:
        more = report.unidentified - least
        findings = (*findings, unproven(source.url, more))
    records = (Arrival(record.iri, record.body.encode()) for record in result.records)
    return Delivery(
        arrivals=(*records, *report.refused),
        full=report.unidentified == least,
        cursor=response.cursor | kept,
        findings=(*findings, *restored_remarks(source.url, response)),
        pages_read=response.downloaded,
        expected=result.counts.rows,
        counted=result.counts.places + result.counts.merged_rows,
        imported=import_summary(result),
    )
