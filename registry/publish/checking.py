"""Proof that a published folder is what was published: every file has the manifest's digest."""

from collections.abc import Iterator
from pathlib import Path

from registry.publish.chunks import damaged_pieces
from registry.publish.log import ChangeLog
from registry.publish.manifest import MANIFEST_PATH, Manifest, read_manifest
from registry.publish.pages import ROOT_PATH
from vocab.files import sha256_of
from vocab.messages import Message


def feed_defects(folder: Path, log: ChangeLog | None) -> Iterator[Message]:
    """Return a sentence for each file of a published folder that is not what was published.

    Args:
        folder: the published folder; one that was never published to has no defects.
        log: the ledger, to compare the stream with; None when it cannot be read.
    """
    if not (folder / MANIFEST_PATH).exists() and not (folder / ROOT_PATH).exists():
        return
    manifest = read_manifest(folder)
    if manifest is None:
        yield _wrong(folder / MANIFEST_PATH)
        return
    digests = [(page.path, page.sha256) for page in manifest.pages]
    digests += [(file.path, file.sha256) for file in manifest.files]
    for path, expected in digests:
        try:
            if sha256_of(folder / path) != expected:
                yield _wrong(folder / path)
        except OSError as error:
            yield _unreadable(folder / path, error)
    if log is not None and not _is_of(manifest, log):
        yield Message(
            "{folder}: the stream is not the one of this ledger (change {head})",
            folder=folder,
            head=manifest.head,
        )


def _is_of(manifest: Manifest, log: ChangeLog) -> bool:
    """Whether the last change that was published is the ledger's."""
    if not manifest.head:
        return True
    found = next(log.changes(manifest.head - 1, manifest.head), None)
    return found is not None and found.entry_hash == manifest.head_hash


def piece_defects(cache: Path) -> Iterator[Message]:
    """Return a sentence for each piece of the dumps' cache that is damaged."""
    for file in damaged_pieces(cache):
        yield Message(
            "{file}: this piece of the dumps is damaged; the next publication makes it again",
            file=file,
        )


def _wrong(file: Path) -> Message:
    return Message(
        "{file}: not what was published (digest differs): delete it, then run maillage publish",
        file=file,
    )


def _unreadable(file: Path, error: OSError) -> Message:
    return Message(
        "{file}: cannot be read ({reason}): run maillage publish", file=file, reason=error.strerror
    )
