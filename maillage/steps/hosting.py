"""A pole without a server, from its registration to its feed."""

from datetime import UTC, datetime

from harvester.run.editing import Edit, commit_edit
from harvester.run.source_lock import source_lock
from maillage.steps.pole import POLE_SOURCE, keep_to_node
from registry.ledger.types import Source
from registry.node import Node
from registry.publish.hosted import hosted_description
from registry.publish.pole import pole_of, pole_record
from registry.publish.publisher import Published, publish
from registry.publish.source_log import SourceLog
from registry.settings.config import Pole
from registry.sources.hosted import hosted_namespace, hosted_source, is_hosted
from shapes.findings import Severity
from shapes.verdicts import validate
from vocab.errors import MaillageError, UsageError
from vocab.records import Record
from vocab.slugs import MOST, VALID


def host_pole(node: Node, slug: str, pole: Pole, by: str, reason: str) -> Source:
    """Register a pole that this node hosts, and state its record.

    Args:
        node: the host.
        slug: short name of the pole: lower-case ASCII, part of all its addresses.
        pole: what it says of itself.
        by: number of the account that decides.
        reason: why; kept for good.

    Raises:
        UsageError: the name is no short name or is taken; the pole has no name; the contract
            refuses its record. The name stays free.
        BusyError: somebody takes the name at this moment.
    """
    check_free(node, slug)
    if not pole.name.strip():
        raise UsageError("a pole has a name for people: give one")
    source = hosted_source(node.config, slug, pole.name)
    record = pole_record(hosted_description(node.config, slug, pole))
    _judge(record)
    with source_lock(node.ledger, slug):
        check_free(node, slug)
        node.ledger.put_source(source)
    try:
        edit = Edit({record.iri: record}, {}, by, reason)
        commit_edit(node.ledger, slug, edit, datetime.now(UTC))
    except MaillageError:
        node.ledger.remove_source(slug)  # it said nothing yet: the name stays free
        raise
    return source


def check_free(node: Node, slug: str) -> None:
    """Refuse a short name that is none, or that names something here, or once did.

    Raises:
        UsageError: says which.
    """
    if not VALID.match(slug) or len(slug) > MOST:
        raise UsageError(
            "{slug!r} is no short name: {most} lower-case letters, digits and hyphens at most",
            slug=slug[: 2 * MOST],
            most=MOST,
        )
    if slug in _taken(node) or _was_stated(node, slug):
        raise UsageError("{slug!r} names a pole already: choose another name", slug=slug)


def _taken(node: Node) -> set[str]:
    sources = node.ledger.sources(cursors=False)
    return {node.config.slug, POLE_SOURCE, *(name for s in sources for name in (s.slug, s.pole))}


def _was_stated(node: Node, slug: str) -> bool:
    """Whether others may keep addresses of a pole that had the name before."""
    return node.ledger.count_of_changes(f"{hosted_namespace(node.config, slug)}pole") > 0


def _judge(record: Record) -> None:
    """Refuse a record that would not enter, before anything is written."""
    for finding in validate((record,)):
        if finding.severity is Severity.VIOLATION:
            raise UsageError(
                "the contract refuses what the pole says of itself ({code}): {said}",
                code=finding.code,
                said=finding.sentence,
            )


def publish_hosted(node: Node) -> tuple[Published, ...]:
    """Bring the feed of each pole that this node hosts to the head of the ledger."""
    hosted = [s for s in node.ledger.sources(cursors=False) if is_hosted(node.config, s)]
    return tuple(_published(node, source) for source in hosted)


def _published(node: Node, source: Source) -> Published:
    folder = node.config.hosted / source.slug / "feed"
    folder.mkdir(parents=True, exist_ok=True)
    record = node.ledger.record(f"{hosted_namespace(node.config, source.slug)}pole")
    pole = pole_of(record) if record else Pole(name=source.title)
    log = SourceLog(node.ledger, source.slug)
    description = hosted_description(node.config, source.slug, pole, node.ledger.generation())
    done = publish(log, description, folder, cache=node.config.pieces)
    keep_to_node(folder, done)
    return done
