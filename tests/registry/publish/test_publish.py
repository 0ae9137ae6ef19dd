"""The published folder over time: append-only, idempotent, deterministic, whole at every moment."""

import os
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.ledger.ledger import Ledger
from registry.ledger.types import Draft, HarvestResult, Kind, Outcome, Source
from registry.publish.pages import PAGE_MEMBERS
from registry.publish.pole import PoleDescription
from registry.publish.publisher import publish
from tests.registry.publish.feed_reader import read_folder
from tests.registry.publish.feed_samples import POLE, START, MemoryLog, place, tiny
from vocab.errors import UsageError

ROOT = "stream.trig"
GOLDEN = Path(__file__).parent / "golden"


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def contents(folder: Path) -> dict[str, bytes]:
    return {path: content for path, (content, _) in snapshot(folder).items()}


def log_of(count: int) -> MemoryLog:
    log = MemoryLog()
    for number in range(count):
        log.put(tiny(number))
    return log


def test_the_real_ledger_comes_out_change_by_change(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    ledger.put_source(Source("ping", "ping", "Ping", "x", "file", (POLE.namespace,)))
    first = [Draft(Kind.CREATE, place(n).iri, place(n)) for n in range(3)]
    changed = place(1, name="Bibliothèque")
    second = [
        Draft(Kind.UPDATE, changed.iri, changed),
        Draft(Kind.DELETE, place(2).iri, None),
    ]
    for drafts in (first, second):
        ledger.commit("ping", HarvestResult(Outcome.COMMITTED, START, tuple(drafts)), START)
    done = publish(ledger, POLE, tmp_path / "feed")
    feed = read_folder(tmp_path / "feed", POLE.feed_url)
    assert (done.head, done.pages) == (5, 1)
    assert [(member.kind, member.subject) for member in feed.members] == [
        ("Create", place(0).iri),
        ("Create", place(1).iri),
        ("Create", place(2).iri),
        ("Update", place(1).iri),
        ("Delete", place(2).iri),
    ]
    assert feed.live() == {record.iri: record for record in ledger.records()}
    assert [member.content_hash for member in feed.members] == [
        change.content_hash for change in ledger.changes()
    ]
    assert feed.values(feed.stream, "med:headHash")[0].value == ledger.head_hash()
    ledger.close()


def test_a_small_feed_keeps_its_bytes(tmp_path: Path) -> None:
    """A page once full is kept for ever: its form may change only on purpose, and here."""
    log = MemoryLog()
    log.put(place(1))
    log.put(place(1, name="Fablab"))
    log.delete(place(1).iri)
    publish(log, POLE, tmp_path)
    for path in ("pages/000001.trig", ROOT):
        golden = GOLDEN / path.rpartition("/")[2]
        assert (tmp_path / path).read_text(encoding="utf-8") == golden.read_text(encoding="utf-8")


def test_publishing_again_without_news_touches_nothing(tmp_path: Path) -> None:
    log = log_of(PAGE_MEMBERS + 3)
    assert publish(log, POLE, tmp_path).changed
    before = snapshot(tmp_path)
    assert publish(log, POLE, tmp_path).changed == ()
    (tmp_path / "manifest.json").unlink()
    assert publish(log, POLE, tmp_path).changed == ("manifest.json",)
    after = snapshot(tmp_path)
    assert after.keys() == before.keys()
    assert {path for path in after if after[path] != before[path]} == {"manifest.json"}
    assert contents(tmp_path)["manifest.json"] == before["manifest.json"][0]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 450), st.integers(0, 40), st.booleans()), min_size=2, max_size=5
    )
)
def test_full_pages_never_change_and_members_lead_to_the_state(
    tmp_path_factory: pytest.TempPathFactory, harvests: list[tuple[int, int, bool]]
) -> None:
    folder, log = tmp_path_factory.mktemp("feed"), MemoryLog()
    frozen: dict[str, tuple[bytes, int]] = {}
    for version, (puts, deletes, clock_goes_back) in enumerate(harvests, start=1):
        hour = 1 if clock_goes_back else version
        for number in range(puts):
            log.put(tiny(number, version), hour)
        for iri in list(log.live)[:deletes]:
            log.delete(iri, hour)
        publish(log, POLE, folder)
        files = snapshot(folder)
        assert {path: files[path] for path in frozen} == frozen
        feed = read_folder(folder, POLE.feed_url)
        paths = [url.removeprefix(POLE.feed_url) for url in feed.pages]
        frozen = {path: files[path] for path in paths[: log.head() // PAGE_MEMBERS]}
        assert feed.immutable == {POLE.feed_url + path for path in frozen}
        assert feed.live() == log.live
        assert [member.seq for member in feed.members] == list(range(1, log.head() + 1))
        assert all(a.time <= b.time for a, b in pairwise(feed.members))


def test_the_same_ledger_gives_the_same_bytes_however_often_it_was_published(
    tmp_path: Path,
) -> None:
    log = MemoryLog()
    for number in range(40):
        log.put(place(number))
        if number % 9 == 0:
            publish(log, POLE, tmp_path / "often", tmp_path / "cache")
    log.delete(place(7).iri)
    publish(log, POLE, tmp_path / "often", tmp_path / "cache")
    publish(log, POLE, tmp_path / "once")
    assert contents(tmp_path / "often") == contents(tmp_path / "once")


def test_a_new_version_of_a_file_is_a_second_younger(tmp_path: Path) -> None:
    """A static host tells versions apart by ``Last-Modified``, which counts seconds."""
    log = log_of(1)
    publish(log, POLE, tmp_path)
    before = int((tmp_path / ROOT).stat().st_mtime)
    log.put(tiny(1))
    publish(log, POLE, tmp_path)
    assert int((tmp_path / ROOT).stat().st_mtime) > before


@pytest.mark.parametrize(
    "lost", ["pages/000001.trig", "pages/000002.trig", ROOT, "dumps/places.csv", "index.html"]
)
def test_a_lost_or_damaged_file_is_written_again(tmp_path: Path, lost: str) -> None:
    log = log_of(PAGE_MEMBERS + 1)
    publish(log, POLE, tmp_path)
    before = contents(tmp_path)
    (tmp_path / lost).unlink()
    assert publish(log, POLE, tmp_path).changed == (lost,)
    (tmp_path / lost).write_bytes(b"half")
    assert publish(log, POLE, tmp_path).changed == (lost,)
    assert contents(tmp_path) == before


def test_an_unreadable_manifest_costs_nothing_but_time(tmp_path: Path) -> None:
    log = log_of(3)
    publish(log, POLE, tmp_path)
    before = contents(tmp_path)
    for damage in (b"", b"[]", b'{"format": "maillage-feed/1"}', b"\xff"):
        (tmp_path / "manifest.json").write_bytes(damage)
        assert publish(log, POLE, tmp_path).changed == ("manifest.json",)
        assert contents(tmp_path) == before


def test_the_feed_of_another_ledger_or_address_is_not_overwritten(tmp_path: Path) -> None:
    publish(log_of(3), POLE, tmp_path)
    before = snapshot(tmp_path)
    other = MemoryLog()
    for number in range(9):
        other.put(tiny(number, version=5))
    with pytest.raises(UsageError, match="another ledger"):
        publish(other, POLE, tmp_path)
    with pytest.raises(UsageError, match="another ledger"):
        publish(log_of(2), POLE, tmp_path)
    with pytest.raises(UsageError, match=r"https://new\.example/feed/"):
        publish(log_of(3), replace(POLE, feed_url="https://new.example/feed/"), tmp_path)
    assert snapshot(tmp_path) == before


def test_a_new_description_rewrites_what_tells_it_and_no_page(tmp_path: Path) -> None:
    log = log_of(2)
    publish(log, POLE, tmp_path)
    done = publish(log, replace(POLE, name="Ping bis"), tmp_path)
    assert set(done.changed) == {
        "catalog.ttl", "catalog.jsonld", "catalog.rdf", "index.html", ROOT, "manifest.json"
    }  # fmt: skip


def _publish_until_killed(log: MemoryLog, folder: Path, renames: int) -> bool:
    """Publish in a child that dies at a rename, before or after it; tell whether it died."""
    child = os.fork()
    if child == 0:
        real, count = Path.replace, 0

        def replace_or_die(self: Path, target: Path) -> Path:
            nonlocal count
            count += 1
            if count == renames // 2 + 1:
                if renames % 2:
                    real(self, target)
                os._exit(9)
            return real(self, target)

        Path.replace = replace_or_die  # type: ignore[method-assign,assignment]  # child only
        publish(log, POLE, folder)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_a_run_killed_at_any_write_leaves_a_whole_feed_and_is_finished_by_the_next(
    tmp_path: Path,
) -> None:
    log = log_of(PAGE_MEMBERS - 2)
    publish(log, POLE, tmp_path / "before")
    earlier = dict(log.live)
    for number in range(5):
        log.put(tiny(number, version=1))
    log.delete(tiny(9).iri)
    publish(log, POLE, tmp_path / "expected")
    for step in range(1000):
        folder = tmp_path / f"killed-{step}"
        shutil.copytree(tmp_path / "before", folder)
        died = _publish_until_killed(log, folder, step)
        feed = read_folder(folder, POLE.feed_url)
        total = int(feed.values(feed.stream, "hydra:totalItems")[0].value)
        assert {member.seq for member in feed.members} >= set(range(1, total + 1))
        assert feed.live(total) in (earlier, log.live)
        publish(log, POLE, folder)
        assert contents(folder) == contents(tmp_path / "expected")
        if not died:
            break
    assert step > 20


RESTORED = replace(POLE, generation="20260301-120000-000000")
LATER = replace(POLE, generation="20260302-120000-000000")


def test_f1_a_restored_ledger_publishes_another_stream_beside_the_full_pages_of_before(
    tmp_path: Path,
) -> None:
    publish(log_of(2 * PAGE_MEMBERS + 3), POLE, tmp_path)
    first = read_folder(tmp_path, POLE.feed_url)
    before = contents(tmp_path)
    shorter = log_of(PAGE_MEMBERS + 2)
    done = publish(shorter, RESTORED, tmp_path)
    after, feed = contents(tmp_path), read_folder(tmp_path, POLE.feed_url)
    assert feed.stream.value == RESTORED.stream_iri != POLE.stream_iri
    assert f"pages/{RESTORED.generation}/000001.trig" in done.changed
    kept = [path for path in before if path.startswith("pages/")]
    assert {path: after[path] for path in kept} == {path: before[path] for path in kept}
    assert [member.seq for member in feed.members] == list(range(1, PAGE_MEMBERS + 3))
    assert not {m.iri for m in feed.members} & {m.iri for m in first.members}
    assert feed.live() == shorter.live
    assert len(feed.immutable) == 1
    assert publish(shorter, RESTORED, tmp_path).changed == ()
    shorter.put(tiny(99_999))
    assert publish(shorter, RESTORED, tmp_path).changed


@pytest.mark.parametrize("older", [POLE, RESTORED], ids=["never-restored", "restored-before"])
def test_f1_an_older_ledger_does_not_write_over_the_stream_of_a_restored_one(
    tmp_path: Path, older: PoleDescription
) -> None:
    publish(log_of(3), LATER, tmp_path)
    before = contents(tmp_path)
    with pytest.raises(UsageError, match="restored later"):
        publish(log_of(5), older, tmp_path)
    assert contents(tmp_path) == before


def test_f1_near_miss_another_ledger_of_the_same_generation_is_refused(tmp_path: Path) -> None:
    other = MemoryLog()
    for number in range(5):
        other.put(tiny(number, version=7))
    publish(log_of(5), RESTORED, tmp_path)
    with pytest.raises(UsageError, match="another ledger"):
        publish(other, RESTORED, tmp_path)
