"""What the contract and the reading say of a file: for ``maillage validate`` and for the site."""

from collections.abc import Iterable
from pathlib import PurePath

from harvester.clean.records.record import normalised
from harvester.decide.compare import faults_of
from harvester.delivery import Arrival
from harvester.sources.table_report import import_findings
from harvester.tabular.result import ImportResult
from shapes.findings import Finding
from shapes.verdicts import validate

TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".json", ".geojson"})
"""Endings of names that are read as tables; others are read as RDF."""


def is_table(name: str) -> bool:
    """Whether a file of that name is read as a table."""
    return PurePath(name).suffix.lower() in TABLES


def findings_of_table(result: ImportResult, name: str, namespace: str) -> list[Finding]:
    """Judge the places of a table, and say which rows could not become one.

    Args:
        result: what importing it gave.
        name: of the file, the record of what is about no place.
        namespace: under which the places are named.
    """
    imported = import_findings(result, name, namespace)
    refused = [finding for arrival in imported.refused for finding in arrival.faults]
    return [*refused, *imported.findings, *validate(result.records)]


def findings_of_records(arrivals: Iterable[Arrival]) -> list[Finding]:
    """Judge records as they came, in their normal form."""
    came = normalised(arrivals, lambda _: None)
    live = [arrival for arrival in came if arrival.body is not None]
    faults = [finding for arrival in live for finding in (*faults_of(arrival), *arrival.remarks)]
    sound = (arrival.record() for arrival in live if not arrival.faults)
    return [*faults, *validate(sound)]
