"""The search index, followed by a process of its own."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from registry.ledger.ledger import Ledger
from registry.search.follower import IndexFollower
from registry.search.index import SearchIndex
from tests.registry.ledger.builders import commit, create, filled, place


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as opened:
        filled(opened)
        yield opened


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    with closing(SearchIndex(tmp_path / "index.sqlite")) as opened:
        yield opened


def children() -> set[int]:
    own = os.getpid()
    return set(map(int, Path(f"/proc/{own}/task/{own}/children").read_text().split()))


def test_it_goes_where_it_is_told_in_another_process(ledger: Ledger, index: SearchIndex) -> None:
    before = children()
    with closing(IndexFollower(ledger, index)) as apart:
        assert len(children() - before) == 1
        apart.begin(ledger.head())
        commit(ledger, "arsenic", create(place(901)))
        apart.apply(ledger, ledger.head())
        assert index.applied() == ledger.head()
        assert index.differences(ledger) == []
    assert children() == before


def test_what_its_process_cannot_do_any_more_is_done_here(
    ledger: Ledger, index: SearchIndex
) -> None:
    before = children()
    with closing(IndexFollower(ledger, index)) as apart:
        (pid,) = children() - before
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        apart.begin(1)
        apart.apply(ledger, ledger.head())
        assert index.differences(ledger) == []


def test_what_goes_wrong_there_is_told_here(ledger: Ledger, index: SearchIndex) -> None:
    with closing(IndexFollower(ledger, index)) as apart:
        with closing(sqlite3.connect(index.path)) as stranger:
            stranger.execute("DROP TABLE resource")
        with pytest.raises(sqlite3.OperationalError, match="resource"):
            apart.apply(ledger, ledger.head())
        assert index.applied() == 0
