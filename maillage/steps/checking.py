"""Findings on something that is not in the ledger: a table, an RDF file, or an address."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from harvester.clean.records.record import normalised
from harvester.decide.compare import faults_of
from harvester.delivery import Arrival, Delivery
from harvester.fetch import Fetcher, policy_of
from harvester.parsing import Parser
from harvester.sources.discover import discover
from harvester.sources.dump import collect
from harvester.sources.kinds import reader_of
from harvester.sources.table_report import import_findings
from harvester.tabular.importing import import_file
from registry.ledger.types import Source
from registry.node import pole_identity
from registry.settings.config import Config
from shapes.findings import Finding
from shapes.verdicts import validate
from vocab.errors import UnreachableError

_TABLES = {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".json", ".geojson"}


def findings_of(
    config: Config, target: str, mapping: Path | None, allow_private: bool
) -> list[Finding]:
    """Return every finding on a file or on the feed at an address, record by record.

    Raises:
        MaillageError: the target cannot be read.
    """
    if target.startswith(("http://", "https://")):
        return _validated(_visited(config, target, mapping, allow_private).arrivals)
    path = Path(target)
    if path.suffix.lower() in _TABLES:
        return _of_table(config, path, mapping)
    return _validated(_parsed(path))


def _of_table(config: Config, path: Path, mapping: Path | None) -> list[Finding]:
    """Validate the places of a table, and say which rows could not become one."""
    result = import_file(path, pole_identity(config), mapping)
    imported = import_findings(result, path.name, config.namespace)
    refused = [finding for arrival in imported.refused for finding in arrival.faults]
    return [*refused, *imported.findings, *validate(result.records)]


def _visited(config: Config, url: str, mapping: Path | None, allow_private: bool) -> Delivery:
    policy = replace(policy_of(config), allow_private=allow_private)
    found = discover(url, policy)
    spaces = (pole_identity(config).namespace,)  # a table has no names of its own
    options = {"mapping": mapping.read_text("utf-8")} if mapping else {}
    source = Source(
        "check", "check", url, found.url, found.kind, spaces, allow_private, options=options
    )
    with Fetcher(policy) as fetcher, Parser() as parser:
        return reader_of(source)(source, fetcher, parser)


def _parsed(path: Path) -> Iterable[Arrival]:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise UnreachableError(
            "{path}: cannot be read ({reason})", path=path, reason=error.strerror
        ) from error
    with Parser() as parser:
        parsed = parser.parse(path.resolve().as_uri(), "", body)
    return collect(str(path), parsed.groups)[0]


def _validated(arrivals: Iterable[Arrival]) -> list[Finding]:
    came = normalised(arrivals, lambda _: None)
    live = [arrival for arrival in came if arrival.body is not None]
    faults = [finding for arrival in live for finding in (*faults_of(arrival), *arrival.remarks)]
    sound = (arrival.record() for arrival in live if not arrival.faults)
    return [*faults, *validate(sound)]
