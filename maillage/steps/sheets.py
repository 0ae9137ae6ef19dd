"""``maillage import FILE --write-ids``: a sheet given back with an id in each row, once."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import click

from harvester.tabular.checks import as_word
from harvester.tabular.given_ids import GivenIds, given_ids
from harvester.tabular.mapping_file import load_mapping
from harvester.tabular.reading import read_table
from harvester.tabular.table import Options
from harvester.tabular.written import with_ids
from maillage.steps.pole import registered
from maillage.terminal.context import Settings
from registry.node import Node
from registry.settings.config import ImportSettings
from vocab.errors import UnreachableError, UsageError
from vocab.given_files import bytes_of


def write_ids(
    settings: Settings, node: Node, entries: Sequence[ImportSettings], out: str, *, dry_run: bool
) -> None:
    """Write a copy of a file with an id in each row that makes a place; print its path.

    Args:
        settings: the user's.
        node: whose places have ids already.
        entries: the file, its source and its mapping: one.
        out: where to; empty for beside the file. The file itself only when it is named.
        dry_run: show what would be written.

    Raises:
        UsageError: something else stands where the copy would, or ids cannot be written.
        PublishedError: the file is no table.
        UnreachableError: a file cannot be read or written.
    """
    if len(entries) != 1:
        raise UsageError("--write-ids is for one FILE: maillage import FILE --write-ids [OUT]")
    entry = entries[0]
    mapping = load_mapping(entry.mapping) if entry.mapping else None
    options = mapping.options if mapping else Options()
    data = _read(entry.file)
    table = read_table(data, entry.file.name, options)
    ids = given_ids(table, mapping, _taken(node, entry.source))
    if not ids.of:
        settings.notify(
            "{name}: each place has its id already ({column}), nothing to write.",
            name=entry.file.name,
            column=ids.column,
        )
        return
    made = with_ids(data, table, ids, options)
    target = Path(out) if out else entry.file.with_name(f"{entry.file.stem}-ids{entry.file.suffix}")
    _check_free(target, entry.file, made)
    _notify_of_ids(settings, entry, ids, target, dry_run=dry_run)
    if not dry_run:
        _put(target, made)
        _remember(node, entry, target)
        click.echo(str(target))


def _taken(node: Node, source: str) -> frozenset[str]:
    """Return the local ids of the places that other files of the pole have."""
    space = f"{node.config.namespace}place/"
    others = (each.slug for each in node.ledger.sources(cursors=False) if each.slug != source)
    held = (iri for slug in others for iri in node.ledger.known(slug))
    return frozenset(unquote(iri.removeprefix(space)) for iri in held if iri.startswith(space))


def _check_free(target: Path, original: Path, made: bytes) -> None:
    """Refuse to overwrite a file that is neither the original nor what would be written."""
    if not target.exists() or target.samefile(original) or _read(target) == made:
        return
    raise UsageError(
        "{target} is there already and holds something else: import that one if it is your sheet "
        "with ids, or give another name: --write-ids OUT",
        target=target,
    )


def _read(file: Path) -> bytes:
    try:
        return bytes_of(file)
    except OSError as error:
        raise UnreachableError(
            "{file}: cannot be opened: {reason}", file=file, reason=error.strerror
        ) from error


def _put(target: Path, made: bytes) -> None:
    """Write a file whole or not at all, with the rights of the one that it replaces."""
    try:
        number, draft = tempfile.mkstemp(dir=target.parent, prefix=".maillage-")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(made)
            mode = target.stat().st_mode if target.exists() else 0o666 & ~_umask()
            Path(draft).chmod(mode)
            Path(draft).replace(target)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise UnreachableError(
            "{target}: cannot be written: {reason}", target=target, reason=error.strerror
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _remember(node: Node, entry: ImportSettings, target: Path) -> None:
    """Let the source know the sheet, so that importing it goes on with the same places."""
    source = registered(node, entry)
    sheets = {*source.options.sheets, target.name} - {entry.file.name}
    if sheets != set(source.options.sheets):
        options = replace(source.options, sheets=tuple(sorted(sheets)))
        node.ledger.put_source(replace(source, options=options))


def _notify_of_ids(
    settings: Settings, entry: ImportSettings, ids: GivenIds, target: Path, *, dry_run: bool
) -> None:
    mapping = f" --mapping {as_word(entry.mapping)}" if entry.mapping else ""
    sheet = as_word(target)
    settings.notify(
        "{name}: {count} ids in the column {column} ({carried} as they were, {made} new). From "
        "now on edit and import that sheet: maillage import {sheet}{mapping}",
        name=entry.file.name,
        count=len(ids.of),
        column=ids.column,
        carried=ids.carried,
        made=ids.made,
        sheet=sheet,
        mapping=mapping,
    )
    if dry_run:
        settings.notify("Dry run: nothing is written.")
