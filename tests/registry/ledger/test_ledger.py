"""What the ledger promises to those who write to it and read from it."""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
import sqlalchemy as sa

from registry.ledger.cursor import Cursor
from registry.ledger.errors import LedgerError, LedgerVersionError, LockedError
from registry.ledger.hashing import GENESIS
from registry.ledger.ledger import Ledger
from registry.ledger.types import Kind, Outcome
from tests.registry.ledger.builders import (
    T0,
    commit,
    create,
    delete,
    filled,
    iri,
    place,
    refusal,
    result,
    source,
    update,
)


def test_an_empty_ledger_is_whole(ledger: Ledger) -> None:
    assert (ledger.head(), ledger.head_hash()) == (0, GENESIS)
    assert (ledger.sources(), list(ledger.changes()), ledger.verify()) == ((), [], [])


def test_records_come_back_byte_for_byte_after_reopening(url: str) -> None:
    first = Ledger.open(url)
    filled(first)
    first.close()
    ledger = Ledger.open(url)
    assert ledger.record(iri(0)) == place(0)
    assert ledger.record(iri(1)) == place(1, 1)
    assert ledger.record(iri(2)) is None
    assert [r.iri for r in ledger.records("zinc")] == [iri(n, "zinc") for n in range(5)]
    assert ledger.known("zinc") == {r.iri: r.content_hash for r in ledger.records("zinc")}
    assert (ledger.owner(iri(0)), ledger.owner(iri(2))) == ("arsenic", None)
    assert ledger.verify() == []
    ledger.close()


def test_records_are_live_ones_in_subject_order(ledger: Ledger) -> None:
    filled(ledger)
    subjects = [record.iri for record in ledger.records()]
    assert subjects == sorted(subjects)
    assert len(subjects) == 34


def test_the_log_chains_and_the_past_can_be_read(ledger: Ledger) -> None:
    filled(ledger)
    log = list(ledger.changes())
    assert [change.seq for change in log] == list(range(1, 38))
    assert all(after.previous_hash == before.entry_hash for before, after in pairwise(log))
    assert log[-1].entry_hash == ledger.head_hash()
    assert [c.seq for c in ledger.changes(after=30, upto=32)] == [31, 32, 33][:2]
    past = [change for change in log if change.subject == iri(2)]
    assert [change.kind for change in past] == [Kind.CREATE, Kind.DELETE]
    assert past[-1].record is None
    assert {r.iri: r for r in ledger.records(upto=35)}[iri(1)] == place(1)
    assert len(list(ledger.records("arsenic", upto=10))) == 10
    assert ledger.before(35, (iri(1), iri(99)))[iri(1)].record == place(1)


def test_a_harvest_is_remembered_whole(ledger: Ledger) -> None:
    filled(ledger)
    latest, *others = ledger.harvests()
    assert (latest.id, latest.first_seq, latest.last_seq) == (3, 36, 37)
    assert latest.report == {"read": 30}
    assert ledger.harvest(3) == latest
    assert [h.source for h in others] == ["zinc", "arsenic"]
    assert [h.id for h in ledger.harvests("arsenic", limit=1)] == [3]
    assert [h.id for h in ledger.harvests_after(1)] == [2, 3]
    assert ledger.last_harvest() == 3
    kept = ledger.source("arsenic")
    assert kept is not None
    assert kept.cursor == Cursor({"etag": '"a"'})


def test_one_harvest_may_touch_a_subject_more_than_once(ledger: Ledger) -> None:
    ledger.put_source(source())
    drafts = create(place(1)), update(place(1, 1)), delete(iri(1)), create(place(1, 2))
    commit(ledger, "arsenic", *drafts, create(place(2)), delete(iri(2)))
    assert {r.iri: r for r in ledger.records()} == {iri(1): place(1, 2)}
    assert ledger.verify() == []


@pytest.mark.parametrize(
    ("drafts", "sentence"),
    [
        ([create(place(0))], "already live"),
        ([update(place(77))], "not live"),
        ([delete(iri(77))], "not live"),
        ([delete(iri(0)), delete(iri(0))], "not live"),
        ([create(place(0, slug="zinc"))], "held by the source zinc"),
        ([replace(create(place(50)), record=None)], "carries the subject's own triples"),
        ([replace(delete(iri(0)), record=place(0))], "a deletion carries none"),
        ([replace(create(place(50)), subject=iri(51))], "carries the subject's own triples"),
    ],
)
def test_a_draft_that_does_not_fit_leaves_nothing(
    ledger: Ledger, drafts: list[object], sentence: str
) -> None:
    filled(ledger)
    before = ledger.head_hash(), ledger.harvests(), ledger.source("arsenic")
    with pytest.raises(LedgerError, match=sentence):
        commit(ledger, "arsenic", create(place(60)), *drafts, cursor=Cursor({"etag": "new"}))  # type: ignore[arg-type]  # drafts, as the table gives them
    assert (ledger.head_hash(), ledger.harvests(), ledger.source("arsenic")) == before
    assert ledger.verify() == []


@pytest.mark.parametrize("outcome", [Outcome.UNCHANGED, Outcome.HELD, Outcome.FAILED])
def test_only_a_committed_harvest_carries_changes(ledger: Ledger, outcome: Outcome) -> None:
    ledger.put_source(source())
    with pytest.raises(LedgerError, match=outcome.value):
        commit(ledger, "arsenic", create(place(1)), outcome=outcome)
    kept = commit(ledger, "arsenic", outcome=outcome, report={"why": "…"})
    assert (kept.outcome, kept.first_seq, ledger.head()) == (outcome, None, 0)


def test_unknown_source_and_naive_time_are_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="nobody"):
        commit(ledger, "nobody")
    ledger.put_source(source())
    with pytest.raises(LedgerError, match="time zone"):
        ledger.commit("arsenic", result(), datetime(2026, 1, 5))  # noqa: DTZ001 - the defect


def test_quarantine_replaces_releases_and_knows_what_is_stale(ledger: Ledger) -> None:
    ledger.put_source(source())
    commit(ledger, "arsenic", create(place(3)), refusals=(refusal(3), refusal(4), refusal(5)))
    commit(ledger, "arsenic", refusals=(refusal(4, "MED-P009"),), released=(iri(5),))
    kept = {r.subject: (r.findings[0]["code"], r.stale) for r in ledger.refusals("arsenic")}
    assert kept == {iri(3): ("MED-P003", True), iri(4): ("MED-P009", False)}
    commit(ledger, "arsenic", create(place(4)), delete(iri(3)))
    assert list(ledger.refusals()) == []
    assert ledger.verify() == []


def test_changing_a_source_keeps_its_cursor_until_it_moves(ledger: Ledger) -> None:
    ledger.put_source(source())
    commit(ledger, "arsenic", cursor=Cursor({"page": 4}))
    ledger.put_source(replace(source(), title="ARSENIC", every_s=60))
    kept = ledger.source("arsenic")
    assert kept == replace(source(), title="ARSENIC", every_s=60, cursor=Cursor({"page": 4}))
    assert ledger.sources() == (kept,)
    assert ledger.sources(cursors=False) == (replace(kept, cursor=Cursor()),)
    ledger.put_source(replace(source(), url="https://elsewhere.example/"))
    moved = ledger.source("arsenic")
    assert moved is not None
    assert moved.cursor == Cursor()


def test_removing_a_source_deletes_what_it_held(ledger: Ledger) -> None:
    filled(ledger)
    removal = ledger.remove_source("arsenic", T0)
    assert [s.slug for s in ledger.sources()] == ["zinc"]
    assert {r.iri for r in ledger.records()} == {iri(n, "zinc") for n in range(5)}
    assert (removal.report["deleted"], list(ledger.refusals()), ledger.verify()) == (29, [], [])
    with pytest.raises(LedgerError, match="arsenic"):
        ledger.remove_source("arsenic", T0)
    ledger.put_source(source())
    commit(ledger, "arsenic", create(place(0)))
    assert ledger.verify() == []


def test_reading_goes_on_while_another_writes(ledger: Ledger) -> None:
    filled(ledger)
    stream = ledger.records()
    first = next(stream)
    commit(ledger, "zinc", *(delete(iri(n, "zinc")) for n in range(5)), minutes=9)
    assert len([first, *stream]) == 34
    assert len(list(ledger.records())) == 29


def test_another_schema_version_is_refused(url: str) -> None:
    Ledger.open(url).close()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE meta SET value = '99' WHERE key = 'schema'"))
    engine.dispose()
    with pytest.raises(LedgerVersionError, match="version 99"):
        Ledger.open(url)


@pytest.mark.parametrize("wrong", ["", "ledger.sqlite", "mysql://host/base", "sqlite://"])
def test_an_impossible_address_is_refused(wrong: str) -> None:
    with pytest.raises(LedgerError):
        Ledger.open(wrong)


HOLD = """
import sys, time
from registry.ledger.cursor import Cursor
from registry.ledger.ledger import Ledger
with Ledger.open(sys.argv[1]).lock("arsenic"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_process_at_a_time_harvests_a_source(url: str, ledger: Ledger) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, url], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with ledger.lock("zinc"):
        pass
    with pytest.raises(LockedError, match="arsenic is being worked on by"), ledger.lock("arsenic"):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with ledger.lock("arsenic", wait_s=10):
        pass


@pytest.mark.slow
def test_sixteen_thousand_creations_take_seconds(ledger: Ledger) -> None:
    ledger.put_source(source())
    drafts = [create(place(n)) for n in range(16_000)]
    start = time.process_time()
    commit(ledger, "arsenic", *drafts)
    assert time.process_time() - start < 6
    assert ledger.head() == 16_000
