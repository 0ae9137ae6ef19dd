"""The store inside the process: pyoxigraph, one writer at a time, checkpoints for readers.

The object is light: the live store is open only while following, under a lock between processes,
so that a command and the running service can share one data folder.
"""

import logging
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, groupby
from pathlib import Path
from traceback import clear_frames
from typing import cast

import pyoxigraph as ox

from registry.ledger.filelock import exclusive
from registry.ledger.ledger import Ledger
from registry.ledger.types import Change, Kind
from registry.store import comparing, updates
from registry.store.compacting import Compacted, is_due, is_idle, last_compaction, missing_space
from registry.store.errors import StoreError
from registry.store.folders import Folders, Mark
from registry.store.projected import POSITION_GRAPH, VOCABULARY_GRAPH, Naming, Position, position_of
from vocab.messages import Message

_LOG = logging.getLogger(__name__)
_LOCK_WAIT_S = 900.0
_STORE = Message("the triple store")
_DAMAGE = (OSError, RuntimeError)
"""What pyoxigraph raises on files that it cannot read."""
_BULK_BYTES = 32_000_000
"""Loaded at once: pyoxigraph holds all of a bulk several times over before it writes."""
_FEW = 50
"""New records that are loaded sooner than an update with them."""
_BULK_ADVANTAGE = 6
"""Loading in bulk is about this many times faster than updating."""


class EmbeddedStore:
    """A projection of the ledger into pyoxigraph on disk; workers read ``folders.current()``."""

    name = "store"

    def __init__(self, folder: Path, naming: Naming) -> None:
        """Name the store of ``folder``; nothing is opened or made yet."""
        self.folders = Folders(folder)
        self._naming = naming

    def applied(self) -> int:
        """Return the last change that readers can see; 0 when the store must be filled anew."""
        mark = self.folders.published()
        return 0 if mark is None or not self.folders.live.is_dir() else mark.seq

    def shows(self) -> int | None:
        """Return the last change that readers can see; None when nothing is there for them."""
        mark = self.folders.published()
        return None if mark is None else mark.seq

    def reset(self) -> None:
        """Forget the live store; readers keep the last checkpoint until the next is ready."""
        with exclusive(self.folders.lock, _STORE, _LOCK_WAIT_S):
            shutil.rmtree(self.folders.live, ignore_errors=True)

    def apply(self, ledger: Ledger, upto: int) -> None:
        """Bring the store to change ``upto`` of the ledger and publish a checkpoint.

        Whatever a crash interrupted is done again; applying twice changes nothing.

        Raises:
            StoreError: a record of the ledger is not N-Triples.
            LockedError: another process has been following for a quarter of an hour.
        """
        with self._writing():
            self._follow(ledger, upto)

    def compact_when_idle(self) -> bool:
        """Compact the store if it changed and nothing has come for a while; say whether it was.

        Raises:
            StoreError: the disk has not the room for it.
            LockedError: another process has been following for a quarter of an hour.
        """
        if not is_idle(self.folders):
            return False
        with self._writing():
            return self._compact_if_idle()

    def _compact_if_idle(self) -> bool:
        if not is_idle(self.folders) or not self.folders.live.is_dir():
            return False  # somebody else was sooner
        if lacking := missing_space(self.folders.live):
            raise self._no_room(lacking)
        self.folders.sweep()
        store = ox.Store(self.folders.live)
        if _position(store) is None:
            return False  # cut off while loading: filled anew by the next to follow
        self._compact(store)
        return True

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with exclusive(self.folders.lock, _STORE, _LOCK_WAIT_S):
            try:
                yield
            except BaseException as error:
                # The store closes with the last that refers to it, and the frames of an error do
                # for as long as somebody remembers it.
                clear_frames(error.__traceback__)
                raise

    def _follow(self, ledger: Ledger, upto: int) -> None:
        self.folders.sweep()
        target = updates.target_of(ledger, self._naming, upto)
        store = self._live(ledger, target)
        if store is None:
            self._fill(ledger, target)
            store = ox.Store(self.folders.live)
            if not self._compacted(store):
                self._publish(store)
            return
        self._catch_up(store, ledger, target)
        if self.folders.published() == _mark(store):
            return
        # Readers get the news first.
        self._publish(store)
        if is_due(last_compaction(self.folders), target.seq, ledger.count):
            self._compacted(store)

    def _catch_up(self, store: ox.Store, ledger: Ledger, target: Position) -> None:
        start = position = cast("Position", _position(store))
        pending = updates.chunks(ledger, start.seq, target.seq)
        for are_new, chunks in groupby(pending, _are_new):
            if are_new:
                position = self._load_new(store, chunks, position)
                continue
            for chunk in chunks:
                position = updates.reached(position, chunk)
                store.update(updates.of_changes(ledger, self._naming, chunk, position))
        for text in updates.of_harvests(ledger, self._naming, start, target):
            store.update(text)

    def _load_new(
        self, store: ox.Store, chunks: Iterable[Sequence[Change]], position: Position
    ) -> Position:
        """Load new records; give the position that the store is at then."""
        last = position

        def bodies() -> Iterator[tuple[str, str, str]]:
            nonlocal last
            for chunk in chunks:
                last = updates.reached(last, chunk)
                yield from ((change.source, change.subject, change.body) for change in chunk)

        # A load is not one transaction.
        store.update(updates.NO_POSITION)
        _load(store, self._naming.document(bodies()))
        store.update(updates.update_text((), (), "", last))
        return last

    def differences(self, ledger: Ledger) -> list[Message]:
        """Give a sentence for each record in which the published store differs from the ledger."""
        if self.folders.current() is None:
            return [] if ledger.head() == 0 else [comparing.EMPTY]
        try:
            store = self._published()
            found = comparing.store_differences(ledger, self._naming, store, _position(store))
            return found or self.damages()
        except _DAMAGE as error:
            return [
                Message("the store cannot be read ({error}): run maillage rebuild", error=error)
            ]

    def damages(self) -> list[Message]:
        """Return a sentence for each file that readers use and that is not as it was made."""
        return list(self.folders.damages())

    def _live(self, ledger: Ledger, target: Position) -> ox.Store | None:
        """Return the live store when going on from it is possible and worth it."""
        if not self.folders.live.is_dir():
            return None
        try:
            store = ox.Store(self.folders.live)
            position = _position(store)
        except _DAMAGE:
            return None
        if position is None or not updates.can_go_on(ledger, position, target):
            return None
        return None if _is_faster_filled(ledger, position, target) else store

    def _fill(self, ledger: Ledger, target: Position) -> None:
        """Load the whole state into a fresh folder, then make it the live one."""
        store = ox.Store(self.folders.building)
        naming = self._naming
        harvests = updates.lines_of_harvests(ledger, naming, 0, target.harvest)
        records = naming.document(ledger.bodies(target.seq))
        _load(store, chain(records, [naming.vocabulary.encode()]))
        _load(store, [naming.vocabulary.encode()], VOCABULARY_GRAPH)
        _load(store, _ended(harvests), naming.harvests_graph)
        _load(store, _ended(target.lines()), POSITION_GRAPH)
        store.flush()
        del store
        self.folders.adopt_building()

    def _compacted(self, store: ox.Store) -> bool:
        """Compact a store and publish it if the disk has the room; say whether it had."""
        if lacking := missing_space(self.folders.live):
            _LOG.warning("%s", self._no_room(lacking))
            return False
        self._compact(store)
        return True

    def _compact(self, store: ox.Store) -> None:
        started = time.monotonic()
        store.optimize()
        took_s = time.monotonic() - started
        self._publish(store)
        current = cast("Path", self.folders.current())
        Compacted(current.name, _mark(store).seq, time.time(), took_s).write(self.folders)

    def _no_room(self, lacking: int) -> StoreError:
        return StoreError(
            "the triple store is not compacted, so queries are slower: the disk of {root} lacks "
            "{lacking} MiB for it",
            root=self.folders.root,
            lacking=(lacking >> 20) + 1,
        )

    def _publish(self, store: ox.Store) -> None:
        store.flush()
        checkpoint = self.folders.next_checkpoint(_mark(store))
        draft = checkpoint.with_name(f"tmp-{checkpoint.name}")
        store.backup(draft)
        draft.rename(checkpoint)
        self.folders.switch_to(checkpoint)
        self.folders.record_digests()

    def _published(self) -> ox.Store:
        current = self.folders.current()
        if current is None:
            raise StoreError(
                "nothing was published in {root}: run maillage rebuild", root=self.folders.root
            )
        return ox.Store.read_only(str(current))


def _is_faster_filled(ledger: Ledger, start: Position, target: Position) -> bool:
    """Whether loading all there is takes less than going on from where a store is."""
    pending = target.seq - start.seq
    if pending <= updates.CHUNK:
        return False
    new = ledger.created(start.seq, target.seq)
    return new + (pending - new) * _BULK_ADVANTAGE > ledger.count()


def _are_new(chunk: Sequence[Change]) -> bool:
    """Whether nothing but new records, and enough of them, make a load worth it."""
    return len(chunk) >= _FEW and all(change.kind is Kind.CREATE for change in chunk)


def _ended(lines: Iterable[str]) -> Iterator[bytes]:
    return (f"{line}\n".encode() for line in lines)


def _load(store: ox.Store, parts: Iterable[bytes], graph: str | None = None) -> None:
    target = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    try:
        # Bytes, not a file over the parts: the load then leaves Python to other threads throughout.
        # Lenient: each IRI and each language tag was checked before it entered the ledger.
        for some in _batches(parts, _BULK_BYTES):
            store.bulk_load(some, ox.RdfFormat.N_TRIPLES, to_graph=target, lenient=True)
    except SyntaxError as error:
        raise StoreError(
            "a record of the ledger is not N-Triples ({error}): run maillage verify", error=error
        ) from error


def _batches(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Join parts into fewer, each of ``size`` or just over it.

    No part is divided: what belongs together, such as a document with blank nodes, is one part.
    """
    held: list[bytes] = []
    length = 0
    for chunk in chunks:
        held.append(chunk)
        length += len(chunk)
        if length >= size:
            yield b"".join(held)
            held.clear()
            length = 0
    if held:
        yield b"".join(held)


def _position(store: ox.Store) -> Position | None:
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(POSITION_GRAPH))
    return position_of({q.predicate.value: cast("ox.Literal", q.object).value for q in quads})


def _mark(store: ox.Store) -> Mark:
    position = cast("Position", _position(store))
    return Mark(position.seq, position.harvest)
