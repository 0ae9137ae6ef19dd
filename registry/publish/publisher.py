"""Publishing: the ledger as a folder of static files that any web host can serve.

Order is what makes it safe: pages, then dumps, then the descriptions of both, then the root that
names the pages, then the manifest. A reader never meets a root that names a missing page, and a
run that died in between is finished by the next one.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from registry.publish.files import Written, locked, publish_file, sweep
from registry.publish.log import ChangeLog
from registry.publish.manifest import FORMAT, MANIFEST_PATH, Manifest, read_manifest
from registry.publish.pages import (
    PAGE_MEMBERS,
    Member,
    Page,
    members,
    page_document,
    page_of,
    page_path,
)
from registry.publish.pole import PoleDescription
from registry.publish.stream import ROOT_PATH, root_document
from vocab.errors import UsageError


@dataclass(frozen=True, slots=True)
class Published:
    """What a run of :func:`publish` did.

    Attributes:
        head: sequence number of the last change that is published.
        pages: pages of the stream.
        changed: paths of the files whose bytes changed, in the order in which they were written.
    """

    head: int
    pages: int
    changed: tuple[str, ...]


def publish(log: ChangeLog, pole: PoleDescription, folder: Path) -> Published:
    """Bring a folder of static files to the head of a ledger.

    What is published depends on the ledger and the description alone, so publishing again without
    news touches no file. Full pages are never written again. Another process that publishes to the
    same folder is waited for.

    Raises:
        UsageError: the feed's address is not usable, or the folder holds the feed of another
            ledger or another address, whose immutable pages must not be overwritten.
        OSError: the folder cannot be written; what was published before stays whole.
    """
    _check_address(pole.feed_url)
    with locked(folder):
        before = read_manifest(folder)
        head = log.head()
        head_hash = _entry_hash(log, head)
        fingerprint = _fingerprint(pole)
        if before is not None:
            _check_same_stream(log, pole, before, folder)
            if (before.head_hash, before.fingerprint) == (head_hash, fingerprint) and _intact(
                before, folder
            ):
                return Published(head, len(before.pages), ())
        sweep(folder)
        return _publish(log, pole, folder, before, Head(head, head_hash, fingerprint))


@dataclass(frozen=True, slots=True)
class Head:
    """Where a run publishes to."""

    seq: int
    entry_hash: str
    fingerprint: str


def _publish(
    log: ChangeLog, pole: PoleDescription, folder: Path, before: Manifest | None, head: Head
) -> Published:
    changed: list[str] = []

    def note(written: Written) -> Written:
        if written.changed:
            changed.append(written.path)
        return written

    pages: list[Page] = []
    for number in range(1, page_of(head.seq) + 1 if head.seq else 1):
        kept = _kept(before, number, folder)
        if kept is None:
            until = pages[-1].until if pages else ""
            kept, written = _write_page(log, pole, folder, number, head.seq, until)
            note(written)
        pages.append(kept)
    files = [note(publish_file(folder, ROOT_PATH, root_document(pole, pages)))]
    manifest = Manifest(
        pole.feed_url, head.fingerprint, head.seq, head.entry_hash, tuple(pages), tuple(files)
    )
    note(publish_file(folder, MANIFEST_PATH, [manifest.document()]))
    return Published(head.seq, len(pages), tuple(changed))


def _kept(before: Manifest | None, number: int, folder: Path) -> Page | None:
    """The page as an earlier run left it, if it is full and lies there whole."""
    if before is None or number > len(before.pages):
        return None
    page = before.pages[number - 1]
    return page if page.full and _has(folder, page.path, page.size) else None


def _write_page(
    log: ChangeLog, pole: PoleDescription, folder: Path, number: int, head: int, until: str
) -> tuple[Page, Written]:
    first = (number - 1) * PAGE_MEMBERS + 1
    last = min(number * PAGE_MEMBERS, head)
    content: list[Member] = list(members(log.changes(first - 1, last), until))
    document = page_document(pole.feed_url, number, content)
    written = publish_file(folder, page_path(number), document)
    page = Page(
        number=number,
        first=first,
        last=last,
        since=content[0].time,
        until=content[-1].time,
        entry_hash=content[-1].change.entry_hash,
        size=written.size,
        sha256=written.sha256,
    )
    return page, written


def _entry_hash(log: ChangeLog, seq: int) -> str:
    """The ledger's hash of one change; the empty string where there is none."""
    return next((change.entry_hash for change in log.changes(seq - 1, seq)), "") if seq else ""


def _check_address(feed_url: str) -> None:
    try:
        ox.NamedNode(feed_url)
    except ValueError as error:
        raise UsageError(f"feed_url {feed_url!r} is not an absolute address: {error}") from error
    if not feed_url.endswith("/"):
        raise UsageError(f"feed_url {feed_url!r} must name a folder: end it with a slash")


def _check_same_stream(
    log: ChangeLog, pole: PoleDescription, before: Manifest, folder: Path
) -> None:
    if before.feed_url != pole.feed_url:
        raise UsageError(
            f"{folder} holds the feed of {before.feed_url}, whose members are named by that "
            f"address for good. Publish {pole.feed_url} to another folder."
        )
    if _entry_hash(log, before.head) != before.head_hash:
        raise UsageError(
            f"{folder} holds the feed of another ledger: its change {before.head} is not ours. "
            "Its readers keep full pages for ever, so a new ledger needs a new folder and address."
        )


def _fingerprint(pole: PoleDescription) -> str:
    description = json.dumps([FORMAT, asdict(pole)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(description.encode()).hexdigest()


def _intact(manifest: Manifest, folder: Path) -> bool:
    """Whether every file of the last run is still there with its size."""
    return all(_has(folder, path, size) for path, size in _sizes(manifest))


def _sizes(manifest: Manifest) -> Iterator[tuple[str, int]]:
    for page in manifest.pages:
        yield page.path, page.size
    for file in manifest.files:
        yield file.path, file.size


def _has(folder: Path, path: str, size: int) -> bool:
    try:
        return (folder / path).stat().st_size == size
    except FileNotFoundError:
        return False
