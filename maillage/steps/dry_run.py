"""A dry run of harvests: the report, and every record before and after."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

import click

from harvester.run.executor import Round, round_of
from harvester.run.pipeline import Options, Preview, preview
from maillage.terminal.context import Settings
from maillage.terminal.descriptions import harmless, harvest_text
from registry.history.changes import changed_with
from registry.history.difference import Field, RecordDifference
from registry.ledger.types import Harvest, Kind, Source
from registry.node import Node
from vocab.errors import MaillageError
from vocab.labels import property_label

_SIGNS = {Kind.CREATE: "+", Kind.UPDATE: "~", Kind.DELETE: "-"}


def dry_run_sources(
    node: Node, sources: Iterable[Source], settings: Settings, options: Options, *, as_json: bool
) -> Round:
    """Show what harvesting each source would do; the ledger stays as it is."""

    def one(source: Source) -> Harvest | MaillageError:
        try:
            found = preview(node.ledger, source, options=options)
        except MaillageError as error:  # shown once the others are
            return error
        differences = changed_with(node.ledger, found.drafts)
        for line in _json(found, differences) if as_json else _text(found, differences, settings):
            click.echo(line)
        return found.harvest

    return round_of((source.slug, one(source)) for source in sources)


def _json(found: Preview, differences: Iterable[RecordDifference]) -> Iterator[str]:
    """One line a source: its report, with the differences in it."""
    fields = [asdict(difference) for difference in differences]
    report = found.harvest.report | {
        "outcome": found.harvest.outcome,
        "differences": fields,
        "newly_missing": found.missing,
    }
    yield json.dumps(report, ensure_ascii=False)


def _text(
    found: Preview, differences: Iterable[RecordDifference], settings: Settings
) -> Iterator[str]:
    yield settings.text("Dry run: nothing is committed.")
    yield harvest_text(found.harvest, settings.lang)
    for difference in differences:
        yield f"{_SIGNS[difference.kind]} {difference.subject}"
        for field in difference.fields:
            yield from map(harmless, _lines(field, settings.lang))
    missing = settings.text("missing")
    yield from (harmless(f"? {subject} ({missing})") for subject in found.missing)


def _lines(field: Field, lang: str) -> Iterator[str]:
    name = f"{field.node} {property_label(field.property_iri, lang)}".strip()
    yield from (f"    - {name}: {value}" for value in field.before)
    yield from (f"    + {name}: {value}" for value in field.after)
