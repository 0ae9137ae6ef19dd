"""The steps of a pole, for the commands and for programs that run a whole network."""

import json
from datetime import UTC, datetime
from pathlib import Path

from harvester.run.pipeline import Options, import_into, preview_import
from harvester.tabular.report import report_json
from harvester.tabular.result import ImportResult
from registry.ledger.types import Harvest, Source
from registry.node import Node, pole_description
from registry.publish.manifest import has_published_the_future, read_manifest, redated
from registry.publish.pole import pole_record
from registry.publish.publisher import Published, publish
from registry.publish.record_pages import folder_at_namespace
from registry.settings.config import ImportSettings
from registry.settings.private import keep_private

POLE_SOURCE = "pole"


def enter(node: Node, entry: ImportSettings, result: ImportResult, forced: str = "") -> Harvest:
    """Commit what a file gave as the whole state of its source.

    Args:
        node: the pole's node.
        entry: the file as the settings or the command named it.
        result: what reading it gave.
        forced: reason for which a mass deletion is let through; empty for none.
    """
    source = registered(node, entry)
    return import_into(
        node.ledger,
        source,
        result.records,
        import_report=json.loads(report_json(result)),
        options=Options(forced=forced),
    )


def preview(node: Node, entry: ImportSettings, result: ImportResult, forced: str = "") -> Harvest:
    """Return what :func:`enter` would do; nothing is committed, no source is registered."""
    source = _source(node, entry.source, entry.title or entry.file.name, entry.file.name)
    return preview_import(node.ledger, source, result.records, options=Options(forced=forced))


def publish_feed(
    node: Node,
    directory: Path | None = None,
    feed_url: str | None = None,
    at_iris: Path | None = None,
    *,
    stating: bool = True,
) -> Published:
    """State who publishes, then write the feed.

    On a static host the IRIs of records lead to small pages, where their folder is known.

    Args:
        node: whose ledger is published.
        directory: where to; None for the folder that a live node serves.
        feed_url: address of that folder; None for the live node's own.
        stating: whether the ledger gets who publishes, where it says otherwise.
        at_iris: folder that the host shows at the namespace; None for the one that follows
            from the addresses and ``directory``.
    """
    folder, now = directory or node.publication, datetime.now(UTC)
    before, generation = read_manifest(folder), node.ledger.generation()
    if has_published_the_future(before, generation, now):
        generation = node.ledger.begin_stream(now)
    description = pole_description(node.config, feed_url, generation)
    if stating and node.config.pole is not None:
        source = _registered(node, POLE_SOURCE, node.config.title, "maillage.toml")
        import_into(node.ledger, source, (pole_record(description),))
    cache = node.config.pieces
    if at_iris is None and directory is not None:
        at_iris = folder_at_namespace(description, directory)
    times = redated(node.ledger, now, before.redated if before else None)
    done = publish(node.ledger, description, folder, cache=cache, at_iris=at_iris, redated=times)
    if directory is None:  # the node itself serves it, from its own data folder
        keep_to_node(folder, done)
    return done


def keep_to_node(folder: Path, done: Published) -> None:
    """Take what was published in the data folder from all other users of the machine."""
    keep_private(folder)
    for path in done.changed:
        (folder / path).chmod(0o600)


def registered(node: Node, entry: ImportSettings) -> Source:
    """Return the source that a file is; the first time, it is registered."""
    return _registered(node, entry.source, entry.title or entry.file.name, entry.file.name)


def _registered(node: Node, slug: str, title: str, url: str) -> Source:
    """Return one of the pole's own sources; the first time, it is registered."""
    known = node.ledger.source(slug)
    if known is not None:
        return known
    source = _source(node, slug, title, url)
    node.ledger.put_source(source)
    return source


def _source(node: Node, slug: str, title: str, url: str) -> Source:
    return Source(slug, node.config.slug, title, url, "file", (node.config.namespace,), every_s=0)
