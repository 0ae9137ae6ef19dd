"""The store is compact when it was filled, when changes piled up, and after a while at rest."""

import errno
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from maillage.serving.following import kept_compact
from registry.follow import follow
from registry.ledger.ledger import Ledger
from registry.store.compacting import Compacted, is_due, is_idle, last_compaction
from registry.store.embedded import EmbeddedStore
from registry.store.errors import StoreError
from registry.store.folders import Folders
from tests.registry.ledger.builders import commit, create, place, source, update

MANY = 900


@pytest.fixture
def history(ledger: Ledger) -> Ledger:
    ledger.put_source(source())
    commit(ledger, "arsenic", *(create(place(n)) for n in range(MANY)))
    return ledger


@pytest.fixture
def filled_store(history: Ledger, store: EmbeddedStore) -> EmbeddedStore:
    follow(history, [store])
    return store


def change(ledger: Ledger, store: EmbeddedStore, count: int, version: int) -> None:
    commit(ledger, "arsenic", *(update(place(n, version)) for n in range(count)), minutes=version)
    follow(ledger, [store])


def runs(folder: Path | None) -> int:
    """How many files hold a part of the index that the queries for a property read."""
    assert folder is not None
    return sum(1 for path in folder.glob("*.sst") if path.stat().st_size > 3_000)


def is_compact(store: EmbeddedStore) -> bool:
    current, last = store.folders.current(), last_compaction(store.folders)
    assert current is not None
    return last is not None and last.checkpoint == current.name


def leave_in_peace(store: EmbeddedStore, hours: float = 1.0) -> None:
    """Let the last change and the last compaction be some hours old."""
    then = time.time() - hours * 3600
    os.utime(store.folders.root / "CURRENT", (then, then))
    last = last_compaction(store.folders)
    if last is not None:
        Compacted(last.checkpoint, last.seq, then, last.took_s).write(store.folders)


def test_a_store_is_compact_once_filled(filled_store: EmbeddedStore) -> None:
    assert is_compact(filled_store)
    assert len(list(filled_store.folders.checkpoints.iterdir())) == 1
    before = runs(filled_store.folders.current())
    again = shutil.copytree(filled_store.folders.live, filled_store.folders.root / "again")
    ox.Store(again).optimize()
    assert runs(again) == before


def test_a_small_change_is_published_at_once_and_compacts_nothing(
    history: Ledger, filled_store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("compacted")

    monkeypatch.setattr(EmbeddedStore, "_compact", never)
    for version in (1, 2, 3):
        change(history, filled_store, 100, version)
    assert not is_compact(filled_store)
    assert filled_store.differences(history) == []


def test_changes_that_piled_up_are_published_before_the_store_is_compacted(
    history: Ledger, filled_store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[int] = []
    switch = Folders.switch_to

    def switched(self: Folders, checkpoint: Path) -> None:
        switch(self, checkpoint)
        published.append(runs(checkpoint))

    monkeypatch.setattr(Folders, "switch_to", switched)
    for version in (1, 2, 3):
        change(history, filled_store, 100, version)
    change(history, filled_store, 150, 4)
    assert is_compact(filled_store)
    assert len(published) == 5  # one for each harvest, one more for the compact store
    assert published[-1] < published[-2]
    assert filled_store.differences(history) == []
    change(history, filled_store, 100, 5)
    assert len(published) == 6


def test_a_store_at_rest_is_compacted_whoever_wrote_to_it(
    history: Ledger, filled_store: EmbeddedStore, ledger: Ledger
) -> None:
    assert not filled_store.compact_when_idle()
    change(history, filled_store, 30, 1)
    assert not filled_store.compact_when_idle()
    leave_in_peace(filled_store)
    elsewhere = EmbeddedStore(filled_store.folders.root, filled_store._naming)
    assert elsewhere.compact_when_idle()
    assert is_compact(filled_store)
    assert filled_store.applied() == ledger.head()
    assert filled_store.differences(history) == []
    leave_in_peace(filled_store)
    assert not filled_store.compact_when_idle()


def test_a_store_of_the_version_before_which_noted_nothing_is_compacted_at_rest(
    history: Ledger, filled_store: EmbeddedStore
) -> None:
    note = filled_store.folders.root / "COMPACTED"
    for damaged in (None, "", "[]", "nonsense", '["a", {}, 1, 2]'):
        note.unlink() if damaged is None else note.write_text(damaged)
        leave_in_peace(filled_store)
        assert filled_store.compact_when_idle()
        assert is_compact(filled_store)
    assert filled_store.differences(history) == []


@pytest.mark.parametrize(
    ("age_s", "ended_s", "took_s", "rests"),
    [
        (3600, 3600, 1, True),
        (30, 3600, 1, False),  # somebody is still at work
        (3600, 50, 1, False),  # compacted less than a hundred times as long ago as that took
        (3600, 3500, 30, True),
        (3600, 2900, 30, False),
        (-3600, 3600, 1, True),  # the clock was put back: no wait of an hour
        (3600, -3600, 1, True),
    ],
)
def test_rest_is_measured_against_what_compaction_costs(
    filled_store: EmbeddedStore, age_s: float, ended_s: float, took_s: float, rests: bool
) -> None:
    now = time.time()
    folders = filled_store.folders
    os.utime(folders.root / "CURRENT", (now - age_s, now - age_s))
    Compacted("another", 1, now - ended_s, took_s).write(folders)
    assert is_idle(folders, now) is rests


@pytest.mark.parametrize(
    ("since", "records", "many"),
    [(401, 0, True), (400, 0, False), (2_000, 20_000, False), (2_001, 20_000, True)],
)
def test_many_is_a_share_of_the_records(since: int, records: int, many: bool) -> None:
    last = Compacted("one", 50, 0.0, 1.0)
    assert is_due(last, 50 + since, lambda: records) is many
    assert is_due(None, since, lambda: records) is many


def no_room(_: object) -> Any:
    return shutil._ntuple_diskusage(10**9, 10**9, 1000)


def test_without_room_on_the_disk_the_store_is_published_as_it_is(
    history: Ledger, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(shutil, "disk_usage", no_room)
    follow(history, [store])
    assert store.differences(history) == []
    assert not is_compact(store)
    assert "lacks" in caplog.text
    leave_in_peace(store)
    with pytest.raises(StoreError, match="lacks"):
        store.compact_when_idle()
    monkeypatch.undo()
    assert store.compact_when_idle()


@pytest.mark.parametrize("moment", ["switch_to", "next_checkpoint"])
def test_a_compaction_that_was_cut_off_leaves_what_was_published(
    history: Ledger, filled_store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    change(history, filled_store, 100, 1)
    leave_in_peace(filled_store)
    before = filled_store.folders.current()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Folders, moment, full)
        with pytest.raises(OSError, match="space"):
            filled_store.compact_when_idle()
    assert filled_store.folders.current() == before
    assert filled_store.differences(history) == []
    change(history, filled_store, 100, 2)
    assert filled_store.differences(history) == []
    leave_in_peace(filled_store)
    assert filled_store.compact_when_idle()
    assert filled_store.differences(history) == []


def test_a_store_that_was_cut_off_while_loading_is_left_to_the_next_to_follow(
    history: Ledger, filled_store: EmbeddedStore
) -> None:
    change(history, filled_store, 30, 1)
    leave_in_peace(filled_store)
    live = ox.Store(filled_store.folders.live)
    live.update("DELETE WHERE { GRAPH <urn:maillage:position> { ?s ?p ?o } }")
    live.flush()
    del live
    assert not filled_store.compact_when_idle()
    follow(history, [filled_store])
    assert filled_store.differences(history) == []


def test_a_service_compacts_in_the_background(history: Ledger, filled_store: EmbeddedStore) -> None:
    change(history, filled_store, 30, 1)
    leave_in_peace(filled_store)
    with kept_compact(filled_store, every_s=0.05):
        until = time.monotonic() + 20
        while not is_compact(filled_store) and time.monotonic() < until:
            time.sleep(0.05)
    assert is_compact(filled_store)
    assert filled_store.differences(history) == []
