"""A pole without a server, from its registration to its feed."""

from datetime import UTC, datetime

from harvester.run.editing import Edit, commit_edit
from maillage.steps.pole import keep_to_node
from registry.ledger.types import Source
from registry.node import Node
from registry.publish.pole import PoleDescription, pole_of, pole_record
from registry.publish.publisher import Published, publish
from registry.publish.source_log import SourceLog
from registry.settings.config import Config, Pole
from registry.sources.hosted import (
    hosted_namespace,
    hosted_root,
    hosted_source,
    is_hosted,
)
from vocab.errors import UsageError
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
        UsageError: the name is no short name or is taken; the pole has no name.
        RefusedError: the contract refuses the record of the pole.
    """
    _check_free(node, slug)
    if not pole.name.strip():
        raise UsageError("a pole has a name for people: give one")
    source = hosted_source(node.config, slug, pole.name)
    record = pole_record(_description(node.config, slug, pole))
    node.ledger.put_source(source)
    now = datetime.now(UTC)
    commit_edit(node.ledger, slug, Edit({record.iri: record}, {}, by, reason), now)
    return source


def _check_free(node: Node, slug: str) -> None:
    if not VALID.match(slug) or len(slug) > MOST:
        raise UsageError(
            "{slug!r} is no short name: {most} lower-case letters, digits and hyphens at most",
            slug=slug,
            most=MOST,
        )
    if slug == node.config.slug or slug in {s.pole for s in node.ledger.sources(cursors=False)}:
        raise UsageError("{slug!r} names a pole already: choose another name", slug=slug)


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
    description = _description(node.config, source.slug, pole, node.ledger.generation())
    done = publish(log, description, folder, cache=node.config.pieces)
    keep_to_node(folder, done)
    return done


def _description(config: Config, slug: str, pole: Pole, generation: str = "") -> PoleDescription:
    said = {name: getattr(pole, name) for name in Pole.__slots__}
    return PoleDescription(
        **said,
        slug=slug,
        namespace=hosted_namespace(config, slug),
        feed_url=f"{hosted_root(config, slug)}feed/",
        sample=config.sample_notice,
        generation=generation,
    )
