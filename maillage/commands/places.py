"""What a pole does: import its files, validate them, publish its feed."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import click

from harvester.checking.validation import findings_of_records, findings_of_table, is_table
from harvester.delivery import Arrival, Delivery
from harvester.fetch import Fetcher, policy_of
from harvester.parsing import Parser
from harvester.sources.discover import discover
from harvester.sources.dump import collect
from harvester.sources.kinds import reader_of
from harvester.tabular.importing import import_file
from harvester.tabular.report import report_csv, report_json, report_text, validated
from harvester.tabular.result import ImportResult
from maillage.steps.catching_up import followed
from maillage.steps.naming import check_names, source_of_file
from maillage.steps.pole import enter, preview, publish_feed
from maillage.steps.public_address import check_public
from maillage.steps.sheets import write_ids
from maillage.terminal.context import Settings
from maillage.terminal.descriptions import harvest_text
from registry.ledger.options import SourceOptions
from registry.ledger.types import Harvest, Outcome, Source
from registry.node import Node, pole_identity
from registry.publish.record_pages import RecordPages
from registry.settings.config import Config, ImportSettings
from shapes.findings import Finding
from shapes.report import exit_code, render
from vocab.errors import UnreachableError, UsageError
from vocab.given_files import bytes_of

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("files", nargs=-1, type=_EXISTING)
@click.option("--mapping", type=_EXISTING, help="Mapping file (TOML).")
@click.option("--source", help="Short name of the file as a source (default: from its name).")
@click.option("--format", "fmt", type=click.Choice(["text", "json", "csv"]), default="text")
@click.option("--dry-run", is_flag=True, help="Report only: nothing enters the ledger.")
@click.option(
    "--write-ids",
    "copy",
    is_flag=False,
    flag_value="",
    metavar="[OUT]",
    help="Write an id into each row, in a copy of FILE (OUT); nothing is imported.",
)
@click.option("--force", default="", help="Let a mass deletion through: say why.")
@click.pass_obj
def import_(
    settings: Settings,
    files: tuple[Path, ...],
    mapping: Path | None,
    source: str | None,
    fmt: str,
    dry_run: bool,
    copy: str | None,
    force: str,
) -> None:
    """Read FILES (CSV, XLSX, ODS, JSON, GeoJSON) into the ledger of this pole.

    Without FILES, the [[import]] entries of the settings are read. A file states the whole of its
    source: a place that is no longer in it is deleted. Exit code 1 when a row or a record was
    refused, or nothing entered.

    A sheet without ids gets them by --write-ids, once: places that are published keep the names
    that they have. From then on that copy is the one to edit and to import.
    """
    config = settings.load()
    good = True
    with Node.open(config) as node:
        entries = _entries(settings, node, files, mapping, source)
        if copy is not None:
            write_ids(settings, node, entries, copy, dry_run=dry_run)
            return
        with nullcontext() if dry_run else followed(node):
            for entry in entries:
                result = validated(import_file(entry.file, pole_identity(config), entry.mapping))
                harvest = (preview if dry_run else enter)(node, entry, result, force)
                click.echo(_report(result, harvest, fmt, settings.lang))
                if dry_run:
                    settings.notify("Dry run: nothing is committed.")
                entered = _entered(settings, harvest)
                good &= entered and result.rows > 0 and not result.counts.refused_rows
    raise SystemExit(0 if good else 1)


def _entries(
    settings: Settings,
    node: Node,
    files: tuple[Path, ...],
    mapping: Path | None,
    source: str | None,
) -> tuple[ImportSettings, ...]:
    if source and len(files) != 1:
        raise UsageError("--source names one file: give exactly one FILE")
    if files:
        named = {file: source or source_of_file(node.ledger, file) for file in files}
        check_names(settings, named)
        return tuple(ImportSettings(slug, f, mapping, f.name) for f, slug in named.items())
    if not node.config.imports:
        raise UsageError("no file: give FILES, or [[import]] entries in the settings")
    return node.config.imports


def _report(result: ImportResult, harvest: Harvest, fmt: str, lang: str) -> str:
    if fmt == "json":
        harvest_fields = {key: harvest.report.get(key) for key in ("counts", "findings", "holds")}
        return report_json(result, {"outcome": harvest.outcome, **harvest_fields})
    return report_csv(result) if fmt == "csv" else report_text(result, lang)


def _entered(settings: Settings, harvest: Harvest) -> bool:
    """Show what became of an import; return whether all of it entered."""
    entered = harvest.outcome in {Outcome.COMMITTED, Outcome.UNCHANGED}
    refused = harvest.report.counts.get("refused", 0)
    if not settings.quiet:
        click.echo(harvest_text(harvest, settings.lang), err=True)
    return entered and not refused


@click.command("validate")
@click.argument("target")
@click.option("--mapping", type=_EXISTING, help="Mapping file (TOML), for a table.")
@click.option("--format", "fmt", type=click.Choice(["text", "ttl", "json"]), default="text")
@click.option("--allow-private", is_flag=True, help="Let the URL be on this machine or network.")
@click.pass_obj
def validate_(
    settings: Settings, target: str, mapping: Path | None, fmt: str, allow_private: bool
) -> None:
    """Give the verdicts on TARGET, a file (table or RDF) or the URL of a feed; nothing is kept.

    Exit code 0: nothing to mend; 1: violations; 2: wrong usage; 3: TARGET cannot be read.
    """
    findings = _findings_of(settings.load(), target, mapping, allow_private)
    click.echo(render(findings, fmt, settings.lang))
    raise SystemExit(exit_code(findings))


def _findings_of(
    config: Config, target: str, mapping: Path | None, allow_private: bool
) -> list[Finding]:
    """Every finding on a file or on the feed at an address, record by record."""
    if target.startswith(("http://", "https://")):
        return findings_of_records(_visited(config, target, mapping, allow_private).arrivals)
    path = Path(target)
    if is_table(path.name):
        result = import_file(path, pole_identity(config), mapping)
        return findings_of_table(result, path.name, config.namespace)
    return findings_of_records(_parsed(path))


def _visited(config: Config, url: str, mapping: Path | None, allow_private: bool) -> Delivery:
    policy = replace(policy_of(config), allow_private=allow_private)
    found = discover(url, policy)
    spaces = (pole_identity(config).namespace,)  # a table has no names of its own
    options = SourceOptions(mapping=bytes_of(mapping).decode() if mapping else "")
    source = Source(
        "check", "check", url, found.url, found.kind, spaces, allow_private, options=options
    )
    with Fetcher(policy) as fetcher, Parser() as parser:
        return reader_of(source)(source, fetcher, parser)


def _parsed(path: Path) -> Iterable[Arrival]:
    try:
        body = bytes_of(path)
    except OSError as error:
        raise UnreachableError(
            "{path}: cannot be read ({reason})", path=path, reason=error.strerror
        ) from error
    with Parser() as parser:
        parsed = parser.parse(path.resolve().as_uri(), "", body)
    return collect(str(path), parsed.groups)[0]


@click.command("publish")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option(
    "--feed-url", help="Address where DIRECTORY will be served (default: base_url/feed/)."
)
@click.option(
    "--ids",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that is served at the namespace of the records (default: beside DIRECTORY).",
)
@click.option("--allow-private", is_flag=True, help="The address is on this machine or network.")
@click.pass_obj
def publish_(
    settings: Settings,
    directory: Path | None,
    feed_url: str | None,
    ids: Path | None,
    allow_private: bool,
) -> None:
    """Write the feed of this node to DIRECTORY: any static web host can serve it.

    Each record gets a small page at its own address: site/feed brings site/id.

    Publishing again without news touches no file. Prints the files that changed.
    """
    with settings.node() as node:
        folder = directory or node.publication
        check_public(settings, node.config, feed_url, folder, allow_private=allow_private)
        with followed(node):  # the ledger learns who publishes
            published = publish_feed(node, directory, feed_url, ids)
            for path in published.changed:
                click.echo(path)
    if published.records is not None:
        _notify_of_pages(settings, published.records)
    elif directory is not None:
        space = node.config.namespace
        settings.notify(
            "The addresses of records ({space}…) lead nowhere: give by --ids the folder that is "
            "served at that address.",
            space=space,
        )


def _notify_of_pages(settings: Settings, records: RecordPages) -> None:
    if records.written:
        settings.notify(
            "{folder}: {written} pages of records written",
            folder=records.folder,
            written=records.written,
        )
    for iri in records.unserved:
        settings.notify(
            "{iri}: no page at that address (another file is there, or no folder can have that "
            "name): remove the file or change the identifier.",
            iri=iri,
        )
