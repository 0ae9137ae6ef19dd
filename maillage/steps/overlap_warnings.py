"""What a source that is being registered has in common with another, which is seldom meant."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from harvester.grants import normal, overlaps
from maillage.terminal.context import Settings
from registry.ledger.namespaces import relayed
from registry.ledger.types import Source
from vocab.messages import Message


def warn_of_overlaps(settings: Settings, source: Source, others: Iterable[Source]) -> None:
    """Say which other sources have the address of a source, or a namespace in common with it."""
    for other in others:
        if other.slug != source.slug:
            for overlap in _overlaps(source, other):
                settings.notify("maillage: warning: {likeness}", likeness=overlap)


def _overlaps(source: Source, other: Source) -> Iterator[Message]:
    if _address(source.url) == _address(other.url):
        yield Message(
            "the source {slug!r} has this address already ({url}). If it is the same, remove one: "
            "maillage source remove {source_slug}",
            slug=other.slug,
            url=other.url,
            source_slug=source.slug,
        )
    for mine, theirs in _shared(source, other):
        yield Message(
            "the namespace {mine} is granted to the source {slug!r} too ({theirs}). The first to "
            "give a record keeps it, the other has it refused (MED-H002). If one relays the "
            "other, say so with --relays; else grant to each its own",
            mine=mine,
            slug=other.slug,
            theirs=theirs,
        )


def _address(url: str) -> str:
    """Return an address for comparison: whatever its scheme, spelling, fragment and last slash."""
    try:
        plain = normal(url)
    except ValueError:
        return url
    return plain.partition("://")[2].rstrip("/")


def _shared(source: Source, other: Source) -> Iterator[tuple[str, str]]:
    """Return the namespaces, one of each, that both state themselves and that overlap."""
    for mine in _own(source):
        for theirs in _own(other):
            single = replace(other, namespaces=(theirs,))
            if overlaps(replace(source, namespaces=(mine,)), [single]):
                yield mine, theirs


def _own(source: Source) -> list[str]:
    return [space for space in source.namespaces if space not in relayed(source)]
