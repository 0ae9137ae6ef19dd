"""Which source a file or an address is, when nobody names it; what it has in common with others."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from harvester.grants import normal, overlaps
from maillage.steps.pole import POLE_SOURCE
from maillage.terminal.context import Settings
from registry.ledger.ledger import Ledger
from registry.ledger.namespaces import relayed
from registry.ledger.types import Source
from vocab.errors import UsageError
from vocab.messages import Message
from vocab.slugs import MOST, slug_of
from vocab.urls import as_asked

_LONGEST_FILE = 200
"""Names of files are not cut: two that begin alike are two sources."""


def source_of_file(ledger: Ledger, file: Path) -> str:
    """Return the slug of the source that a file is.

    A file that was imported under the name that an earlier version made keeps that name, and a
    sheet that ids were written into (:mod:`maillage.steps.sheets`) is the source it was made of.
    """
    for source in ledger.sources(cursors=False):
        if source.kind == "file" and file.name in source.options.sheets:
            return source.slug
    slug = slug_of(file.stem, "file", _LONGEST_FILE)
    if slug == POLE_SOURCE:  # it holds what the pole says of itself
        slug = f"{POLE_SOURCE}-places"
    former = ledger.source(former_slug(file.stem) or "file")
    is_former = former and former.kind == "file" and Path(former.url).stem == file.stem
    return former.slug if former and is_former and ledger.source(slug) is None else slug


def check_names(settings: Settings, named: Mapping[Path, str]) -> None:
    """Refuse files of one name; notify of those that keep the name that an earlier version gave.

    Raises:
        UsageError: two files would be one source, so the second would delete the first's places.
    """
    seen: dict[str, Path] = {}
    for file, slug in named.items():
        if slug in seen:
            raise UsageError(
                "{name} and {file_name} would both be the source {slug!r}: import each by itself, "
                "with --source NAME",
                name=seen[slug].name,
                file_name=file.name,
                slug=slug,
            )
        seen[slug] = file
        today = slug_of(file.stem, "file", _LONGEST_FILE)
        if slug == (former_slug(file.stem) or "file") != today:
            settings.notify(
                "{name} goes on as the source {slug!r}, its name since its first import.",
                name=file.name,
                slug=slug,
            )


def source_of_address(ledger: Ledger, title: str, url: str) -> str:
    """Return the slug of the source that an address is, by the name of its publisher.

    Whoever is registered already keeps its name, and the name of another site's source is never
    taken: it is numbered.
    """
    former = ledger.source(former_slug(title)[:60].strip("-") or "source")
    if former is not None and as_asked(former.url) == as_asked(url):
        return former.slug
    host = urlsplit(url).hostname or ""
    slug = slug_of(title, slug_of(host, "source"))
    for number in count(2):
        known = ledger.source(slug)
        if known is None or urlsplit(known.url).hostname == host:
            break
        slug = slug_of(title, slug_of(host, "source"), MOST - 4) + f"-{number}"
    return slug


def former_slug(text: str) -> str:
    """Return the name that versions before made of a text: each letter with an accent was lost."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in text.lower())
    return "-".join(words.split())


def warn_of_overlaps(settings: Settings, source: Source, others: Iterable[Source]) -> None:
    """Say which other sources have the address of a source, or a namespace in common with it."""
    for overlap in overlaps_with(source, others):
        settings.notify("maillage: warning: {likeness}", likeness=overlap)


def overlaps_with(source: Source, others: Iterable[Source]) -> Iterator[Message]:
    """Return which other sources have the address of a source, or a namespace in common with it."""
    for other in others:
        if other.slug != source.slug:
            yield from _overlaps(source, other)


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
