"""What a node may lose: deleted, damaged or unwritable at any moment, at no cost but itself."""

import sqlite3
import threading
import time
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.ledger.ledger import Ledger
from registry.settings.config import Config
from registry.state import NodeState, Run
from registry.state.database import metadata
from registry.state.trials import State, Trial
from tests.registry.ledger.conftest import POSTGRESQL, own_database
from tests.registry.state.conftest import FrontEnds
from tests.registry.state.test_trials import HARVEST, SHOWN


def filled(folder: Path) -> NodeState:
    state = NodeState(Config(data=folder))
    state.trials.keep(Trial(HARVEST, len(SHOWN) * 100), SHOWN * 100)
    state.inbox.mark_due("ping")
    state.inbox.propose("https://new.example/", "2026-03-01")
    state.board.put(Run("ping", 1, "check", 1, 2, 0, 0.0, 0.0, 0.0))
    return state


def is_empty(state: NodeState) -> bool:
    found = (state.trials.get("ping"), state.inbox.proposals(), state.board.running())
    return found == (None, (), ()) and state.inbox.take_due(time.time()) == ()


def is_empty_for_readers(state: NodeState) -> bool:
    return (state.trials.get("ping"), state.inbox.proposals()) == (None, ())


def refuse_writing(connection: sqlite3.Connection, _entry: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def is_at_work(state: NodeState) -> bool:
    """Whether all can be written and read again."""
    now = time.time()
    state.inbox.mark_due("pong")
    asked = state.trials.ask("pong", now)
    state.board.put(Run("pong", 1, "check", 1, 2, 0, now, now, now))
    return (
        asked
        and state.inbox.take_due(now) == ("pong",)
        and state.trials.take(now) == ("pong",)
        and [run.source for run in state.board.running()] == ["pong"]
    )


def test_the_file_may_be_deleted_at_any_time(tmp_path: Path) -> None:
    state = filled(tmp_path)
    assert not is_empty(state)
    (tmp_path / "state.sqlite").unlink()
    assert is_empty(state)
    (tmp_path / "state.sqlite").unlink()
    assert is_at_work(state)
    assert [path.name for path in tmp_path.iterdir()] == ["state.sqlite"]


def test_the_tables_may_be_emptied_or_dropped_at_any_time(front_end: FrontEnds) -> None:
    state = front_end()
    assert is_at_work(state)
    with state._database._engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(sa.text(f"DROP TABLE {table.name}"))
    assert is_empty(state)
    assert is_at_work(state)


def test_the_file_may_be_deleted_while_others_write(tmp_path: Path) -> None:
    stopping, wrong = threading.Event(), list[BaseException]()

    def work(number: int) -> None:
        state = NodeState(Config(data=tmp_path))
        try:
            while not stopping.is_set():
                state.inbox.mark_due(f"s{number}")
                state.inbox.take_due(time.time())
                state.board.put(Run(f"s{number}", 1, "check", 1, 2, 0, 0.0, 0.0, 0.0))
                state.trials.take(time.time())
                state.trials.keep(Trial(HARVEST, len(SHOWN)), SHOWN)
                state.trials.get("ping")
        except BaseException as error:  # noqa: BLE001  shown by the test
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(10):
        time.sleep(0.1)
        (tmp_path / "state.sqlite").unlink(missing_ok=True)
    stopping.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    (tmp_path / "state.sqlite").unlink(missing_ok=True)
    assert is_at_work(NodeState(Config(data=tmp_path)))


@pytest.mark.parametrize(
    "content", [b"", b"nonsense" * 1024, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_damaged_file_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    state = filled(tmp_path)
    (tmp_path / "state.sqlite").write_bytes(content)
    assert is_empty(state)
    (tmp_path / "state.sqlite").write_bytes(content)
    assert is_at_work(state)


@pytest.mark.parametrize("at", range(0, 60_000, 1_999))
def test_a_flipped_byte_is_no_crash_and_no_other_result(tmp_path: Path, at: int) -> None:
    state = filled(tmp_path)
    file = tmp_path / "state.sqlite"
    content = bytearray(file.read_bytes())
    content[at % len(content)] ^= 0x10
    file.write_bytes(content)
    trial = state.trials.get("ping")
    assert trial is None or trial == Trial(HARVEST, len(SHOWN) * 100, trial.missing)
    with suppress(LookupError, ValueError):  # a download breaks off
        assert tuple(state.trials.differences("ping")) in {(), SHOWN * 100}
    state.inbox.proposals()
    state.board.running()
    state.trials.take(time.time())


def test_a_file_that_is_read_only_is_told_and_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file, now = tmp_path / "state.sqlite", time.time()
    state = filled(tmp_path)
    kept = file.read_bytes()
    for database in (state._database, state.board._database):
        # Whoever may do all, as tests do, may write a file without the right to.
        sa.event.listen(database._engine, "connect", refuse_writing)
    with pytest.raises(sa.exc.OperationalError, match="readonly database"):
        state.inbox.mark_due("pong")
    with pytest.raises(sa.exc.OperationalError, match="readonly database"):
        state.trials.ask("pong", now)
    state.board.put(Run("pong", 1, "check", 1, 2, 0, now, now, now))
    state.unanswered.note("coiffeur", date(2026, 3, 1))
    assert file.read_bytes() == kept
    assert not is_empty_for_readers(state)
    assert f"{file} cannot be written (attempt to write a readonly database)" in caplog.text
    assert "the right to write this file and its folder" in caplog.text
    assert "begun anew" not in caplog.text
    assert caplog.text.count("Give the account") == 2, "once for the board, once for the rest"


def test_a_file_whose_head_makes_it_read_only_is_begun_anew(tmp_path: Path) -> None:
    state, file = filled(tmp_path), tmp_path / "state.sqlite"
    content = bytearray(file.read_bytes())
    content[18] = 0xFF  # as if written by a later version of SQLite
    file.write_bytes(content)
    state.inbox.mark_due("pong")
    assert state.inbox.take_due(time.time()) == ("pong",), "what it held is gone"


def test_what_cannot_be_opened_is_told_and_reading_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state.sqlite").mkdir()
    state = NodeState(Config(data=tmp_path))
    assert (state.inbox.proposals(), state.trials.get("ping")) == ((), None)
    assert state.trials.state("ping") is State.NONE
    assert "unable to open database file" in caplog.text
    with pytest.raises(sa.exc.OperationalError, match="unable to open"):
        state.inbox.mark_due("ping")  # its sender must not believe that it was heard
    state.board.put(Run("ping", 1, "check", 1, 2, 0, 0.0, 0.0, 0.0))


def test_who_writes_waits_for_others(tmp_path: Path) -> None:
    state = filled(tmp_path)
    with closing(sqlite3.connect(tmp_path / "state.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = threading.Event()

        def write() -> None:
            state.inbox.mark_due("pong")
            done.set()

        writing = threading.Thread(target=write)
        writing.start()
        assert not done.wait(0.3)
        other.execute("COMMIT")
        assert done.wait(5)
        writing.join()


def test_where_an_earlier_version_kept_the_same_is_removed(tmp_path: Path) -> None:
    for name in ("inbox/due", "trials/done", "kept/ping"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "s-ping").write_bytes(b"\xff")
    (tmp_path / "runs.sqlite").write_bytes(b"nonsense")
    assert is_empty(NodeState(Config(data=tmp_path)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "state.sqlite"]


@pytest.mark.skipif(not POSTGRESQL, reason="no PostgreSQL is named")
def test_beside_a_ledger_nothing_of_it_is_touched(tmp_path: Path) -> None:
    url = own_database()
    engine = sa.create_engine(url)
    metadata.drop_all(engine)
    engine.dispose()
    with closing(Ledger.open(url)) as ledger:
        state = NodeState(Config(data=tmp_path, ledger_url=url))
        assert is_at_work(state)
        with ledger.copied() as copy:
            assert not set(copy.columns) & {table.name for table in metadata.sorted_tables}
        assert list(ledger.verify()) == []
        state.close()
    assert list(tmp_path.iterdir()) == []
