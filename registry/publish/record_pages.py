"""Pages at the IRIs of records, in the folder that a static host shows at the namespace.

A folder with an ``index.html`` is what every static host gives for an address: each record has one.
Only what changed since the last run is written; a record that was deleted keeps a page that says
so. What cannot be written there is reported and never guessed: names that a host would not find,
and files that somebody else put there.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from registry.ledger.types import Change
from registry.publish.log import ChangeLog, entry_hash
from registry.publish.pole import PoleDescription, agent_record
from registry.publish.record_page import (
    MARK,
    MARK_WITHIN_BYTES,
    page_of_namespace,
    page_of_record,
    page_of_withdrawn,
)
from vocab.errors import UsageError
from vocab.files import UNFINISHED, make_readable, publish_file, sweep

STATE_PATH = "records.json"
FORMAT = "maillage-records/1"
_INDEX = "index.html"
_LONGEST_NAME = 255
_READABLE_BY_ALL = 0o644


@dataclass(frozen=True, slots=True)
class RecordPages:
    """What a run did.

    Attributes:
        folder: where the pages are.
        written: how many pages changed.
        unserved: IRIs without a page of ours.
    """

    folder: Path
    written: int
    unserved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """How far the pages of a folder are: kept beside them.

    Attributes:
        namespace: of the records.
        fingerprint: hash of the description that they were written under.
        head: sequence number of the last change that they show.
        head_hash: the ledger's hash of that change, or the empty string.
        unserved: IRIs without a page of ours.
        format: :data:`FORMAT`.
    """

    namespace: str
    fingerprint: str
    head: int
    head_hash: str
    unserved: tuple[str, ...]
    format: str = FORMAT


def folder_at_namespace(pole: PoleDescription, folder: Path) -> Path | None:
    """Return the folder shown at the namespace, from the one shown at the feed's address.

    None when the addresses do not show it: another host, a namespace that ends in ``#``, or a
    folder whose name is not that of its address (``site/feed`` for ``https://pole.example/feed/``).
    """
    feed, space = urlsplit(pole.feed_url), urlsplit(pole.namespace)
    if feed[:2] != space[:2] or pole.namespace.endswith("#"):
        return None
    ups, downs = _names(feed.path), _names(space.path)
    while ups and downs and ups[0] == downs[0]:
        del ups[0], downs[0]
    here = folder.resolve()
    for name in reversed(ups):
        if here.name != _decoded(name):
            return None
        here = here.parent
    steps = _decoded("/".join(downs))
    if steps is None or not all(map(_is_found, steps.split("/") if steps else ())):
        return None
    return here / steps


def path_of(iri: str, namespace: str) -> str | None:
    """Return the folder of a record below its namespace's, as hosts find it; None when none could.

    >>> path_of("https://x.example/id/place/caf%C3%A9", "https://x.example/id/")
    'place/café'
    >>> path_of("https://x.example/id/place/%2E%2E%2F%2E%2E%2Fetc", "https://x.example/id/")
    """
    if iri == namespace:
        return ""
    path = _decoded(iri.removeprefix(namespace))
    if path is None or "?" in iri or not all(map(_is_found, path.split("/"))):
        return None
    return path


def up_to_date(folder: Path, fingerprint: str, head_hash: str) -> RecordPages | None:
    """Return what an earlier run did, when the pages of a folder are up to date; else None."""
    state = _read(folder)
    if state is None or (state.fingerprint, state.head_hash) != (fingerprint, head_hash):
        return None
    return RecordPages(folder, 0, state.unserved)


def write_record_pages(
    log: ChangeLog, pole: PoleDescription, folder: Path, head: int, fingerprint: str
) -> RecordPages:
    """Bring the pages to the head of a log; those that say the same already are not touched.

    Raises:
        UsageError: the folder holds the pages of another namespace.
        OSError: the folder cannot be written.
    """
    make_readable(folder)
    sweep(folder)
    before = _read(folder)
    if before is not None and before.namespace != pole.namespace:
        raise UsageError(
            "{folder} holds the pages of {namespace}: give {pole_namespace} another folder",
            folder=folder,
            namespace=before.namespace,
            pole_namespace=pole.namespace,
        )
    after, unserved = 0, set[str]()
    if before is not None and _continues(before, log, fingerprint):
        after, unserved = before.head, set(before.unserved)
    written = 0
    for iri, page in _pages(log, pole, after, head):
        path = path_of(iri, pole.namespace)
        done = None if path is None else _put(folder, path, page)
        unserved.discard(iri)
        if done is None and iri != pole.namespace:  # where a site may well have its own page
            unserved.add(iri)
        written += bool(done)
    if written:
        os.sync()  # once for all pages, before what says that they are there
    state = State(pole.namespace, fingerprint, head, entry_hash(log, head), tuple(sorted(unserved)))
    publish_file(folder, STATE_PATH, [(json.dumps(asdict(state), indent=1) + "\n").encode()])
    return RecordPages(folder, written, state.unserved)


def _continues(before: State, log: ChangeLog, fingerprint: str) -> bool:
    return before.fingerprint == fingerprint and entry_hash(log, before.head) == before.head_hash


def _pages(
    log: ChangeLog, pole: PoleDescription, after: int, head: int
) -> Iterator[tuple[str, bytes]]:
    """IRI and page of all that changed, as it is at the head."""
    last = {
        change.subject: change.seq
        for change in log.changes(after, head)
        if change.subject.startswith(pole.namespace)
    }
    if after == 0:
        if pole.iri not in last:  # a node that does not describe itself publishes all the same
            yield pole.iri, page_of_record(pole, agent_record(pole))
        if pole.namespace != pole.feed_url:
            yield pole.namespace, page_of_namespace(pole)
    for change in log.changes(after, head):
        if last.get(change.subject) == change.seq:
            yield change.subject, _page(pole, change)


def _page(pole: PoleDescription, change: Change) -> bytes:
    if change.record is None:
        return page_of_withdrawn(pole, change.subject, change.time)
    return page_of_record(pole, change.record)


def _put(folder: Path, path: str, page: bytes) -> bool | None:
    """Write a page unless it is there; None when something else is in its place."""
    target = folder / path / _INDEX
    try:
        existing = _existing(target)
        if existing == page:
            return False
        if existing is not None and MARK not in existing[:MARK_WITHIN_BYTES]:
            return None
        make_readable(target.parent)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        return None
    handle, name = tempfile.mkstemp(dir=folder, prefix=UNFINISHED)
    with os.fdopen(handle, "wb") as stream:
        os.fchmod(handle, _READABLE_BY_ALL)
        stream.write(page)
    Path(name).replace(target)
    return True


def _existing(target: Path) -> bytes | None:
    try:
        return target.read_bytes()
    except FileNotFoundError:
        return None


def _read(folder: Path) -> State | None:
    try:
        content: dict[str, Any] = json.loads((folder / STATE_PATH).read_bytes())
        state = State(**content | {"unserved": tuple(content["unserved"])})
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return state if state.format == FORMAT else None


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name]


def _decoded(path: str) -> str | None:
    """The path as a host looks for it; None when it is not UTF-8."""
    try:
        return unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return None


def _is_found(name: str) -> bool:
    """Whether hosts find a folder of that name, and nothing else by it."""
    if name in {"", _INDEX, STATE_PATH} or name.startswith("."):
        return False
    return len(name.encode()) <= _LONGEST_NAME and not any(sign in name for sign in "\0\\")
