"""A backup of a ledger in use, and the ledger made again from it, in either database."""

import json
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.ledger.backup import Backup, BackupError, write
from registry.ledger.cursor import Cursor
from registry.ledger.errors import LedgerError, LedgerVersionError
from registry.ledger.ledger import Ledger
from registry.ledger.types import Held, Outcome
from tests.registry.ledger.builders import commit, create, delete, filled, iri, place, refusal
from tests.registry.ledger.test_migrating import run
from vocab.errors import MaillageError, UsageError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GENERATION = "20260301-120000-000000"


def rich(ledger: Ledger) -> None:
    """Every table has rows: a refusal, a held delivery, a discarded one, a source removed."""
    filled(ledger)
    kept = Held((delete(iri(3)),), (refusal(4),), (), Cursor({"etag": "x"}), {iri(3): "hash"})
    commit(ledger, "arsenic", minutes=4, outcome=Outcome.HELD, held=kept)
    commit(ledger, "zinc", minutes=5, outcome=Outcome.HELD, held=kept)
    commit(ledger, "zinc", minutes=6, outcome=Outcome.DISCARDED)


def content_of(ledger: Ledger) -> tuple[object, ...]:
    """All that a ledger says."""
    return (
        ledger.sources(),
        list(ledger.changes()),
        ledger.harvests(),
        list(ledger.records()),
        list(ledger.refusals()),
        [ledger.held(slug) for slug in ("arsenic", "zinc")],
    )


@pytest.fixture
def saved(url: str, ledger: Ledger, tmp_path: Path) -> Path:
    rich(ledger)
    file = tmp_path / "node.zip"
    write(ledger, file, 'slug = "p"\n', NOW)
    return file


@pytest.fixture
def target(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'restored.sqlite'}"


def restored(file: Path, target: str, generation: str = GENERATION) -> Ledger:
    with Backup.opened(file) as backup:
        return backup.restore(target, generation)


def test_f1_what_is_restored_says_what_was_saved(saved: Path, ledger: Ledger, target: str) -> None:
    again = restored(saved, target)
    assert content_of(again) == content_of(ledger)
    assert again.verify() == []
    assert again.head_hash() == ledger.head_hash()
    commit(again, "zinc", create(place(80, slug="zinc")), minutes=9)
    assert again.verify() == []
    again.close()


def test_f1_a_backup_of_one_database_is_restored_into_the_other(
    saved: Path, ledger: Ledger, tmp_path: Path, url: str
) -> None:
    """From SQLite or PostgreSQL to SQLite, and back to the database that it came from."""
    between = restored(saved, f"sqlite:///{tmp_path / 'between.sqlite'}")
    file = tmp_path / "again.zip"
    write(between, file, None, NOW)
    before = content_of(ledger)
    ledger.close()
    tables = ("held", "quarantine", "state", "change", "harvest", "source", "meta")
    run(url, *(f"DROP TABLE {table}" for table in tables))
    back = restored(file, url, "")
    assert content_of(back) == before
    assert back.verify() == []
    assert back.generation() == GENERATION  # as in the ledger that was saved
    between.close()
    back.close()


def test_f1_only_a_restoration_begins_a_new_stream(
    saved: Path, ledger: Ledger, tmp_path: Path
) -> None:
    assert ledger.generation() == ""
    same = restored(saved, f"sqlite:///{tmp_path / 'same.sqlite'}", "")
    anew = restored(saved, f"sqlite:///{tmp_path / 'anew.sqlite'}")
    assert (same.generation(), anew.generation()) == ("", GENERATION)
    run(f"sqlite:///{tmp_path / 'anew.sqlite'}", "UPDATE meta SET value = '2' || value "
        "WHERE key = 'generation'")  # fmt: skip
    assert anew.verify() == ["meta generation: its row was altered (hash differs)"]
    for opened in (same, anew):
        opened.close()


def test_f1_nothing_is_overwritten(saved: Path, ledger: Ledger, target: str, url: str) -> None:
    with pytest.raises(UsageError, match="never overwrites"):
        write(ledger, saved, None, NOW)
    before = content_of(ledger)
    with pytest.raises(LedgerError, match="is there already"):
        restored(saved, url)
    assert content_of(ledger) == before
    Ledger.open(target).close()  # empty: a service that was started too early made it
    restored(saved, target).close()


def test_f1_a_backup_is_readable_by_its_owner_alone(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in saved.parent.glob(".*")] == []


def test_f1_a_backup_of_a_ledger_in_use_is_one_state_of_it(
    url: str, ledger: Ledger, tmp_path: Path
) -> None:
    filled(ledger, 40)
    stop, numbers = threading.Event(), count(100)

    def harvests() -> None:
        writer = Ledger.open(url)
        while not stop.is_set():
            commit(writer, "arsenic", *(create(place(next(numbers))) for _ in range(7)))
        writer.close()

    thread = threading.Thread(target=harvests)
    thread.start()
    heads = []
    try:
        for number in range(6):
            file = tmp_path / f"{number}.zip"
            heads.append(write(ledger, file, None, NOW).head)
            again = restored(file, f"sqlite:///{tmp_path / f'{number}.sqlite'}")
            assert again.verify() == []
            assert again.head() == heads[-1]
            again.close()
    finally:
        stop.set()
        thread.join()
    assert heads == sorted(heads)
    assert heads[0] < heads[-1]


def test_f1_a_damaged_ledger_is_not_saved_over_what_was_saved_well(
    url: str, ledger: Ledger, tmp_path: Path
) -> None:
    rich(ledger)
    run(url, "UPDATE change SET kind = 'delete' WHERE seq = 1")
    with pytest.raises(BackupError, match="damaged"):
        write(ledger, tmp_path / "b.zip", None, NOW)
    assert list(tmp_path.glob("*b.zip*")) == []


@pytest.mark.parametrize("position", range(24))
def test_f1_a_flipped_byte_is_found_or_means_nothing(
    saved: Path, ledger: Ledger, target: str, position: int
) -> None:
    content = bytearray(saved.read_bytes())
    content[len(content) * position // 24] ^= 0x20
    saved.write_bytes(content)
    try:
        again = restored(saved, target)
    except BackupError:
        return  # it names the file; nothing was restored
    assert content_of(again) == content_of(ledger)
    again.close()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"SQLite format 3\x00", b"not a backup" * 100]
)
def test_f1_what_is_no_backup_is_refused(tmp_path: Path, target: str, content: bytes) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(content)
    with pytest.raises(BackupError, match="no whole backup"):
        restored(file, target)


def test_f1_another_zip_file_is_refused(tmp_path: Path, target: str) -> None:
    file = tmp_path / "x.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("backup.json", '{"format": "another/1"}')
    with pytest.raises(BackupError, match="another/1"):
        restored(file, target)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_f1_a_backup_of_a_later_form_is_told_as_such(
    tmp_path: Path, target: str, lang: str
) -> None:
    file = tmp_path / "x.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("backup.json", '{"format": "maillage-backup/2", "new": 1}')
    with pytest.raises(BackupError) as content_of:
        restored(file, target)
    said = {"fr": "plus récente de Maillage (maillage-backup/2", "en": "later version of Maillage"}
    assert said[lang] in content_of.value.message(lang)


def forged(saved: Path, change: dict[str, object], part: str = "", text: str = "") -> Path:
    """A backup whose sums are right and whose content is another."""
    import hashlib

    file = saved.with_name("forged.zip")
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(file, "w") as new:
        contents = json.loads(old.read("backup.json")) | change
        for name in old.namelist():
            if name == "backup.json":
                continue
            data = text.encode() if name == part else old.read(name)
            contents["sha256"][name] = hashlib.sha256(data).hexdigest()
            new.writestr(name, data)
        new.writestr("backup.json", json.dumps(contents))
    return file


def lines(saved: Path, part: str) -> list[str]:
    with zipfile.ZipFile(saved) as archive:
        return archive.read(part).decode().splitlines(keepends=True)


@pytest.mark.parametrize("table", ["change", "state", "harvest", "source", "quarantine", "held"])
def test_f1_rows_left_out_are_noticed_though_every_sum_is_right(
    saved: Path, target: str, table: str
) -> None:
    part = f"ledger/{table}.jsonl"
    file = forged(saved, {}, part, "".join(lines(saved, part)[:-1]))
    with pytest.raises(LedgerError):
        restored(file, target)
    empty = Ledger.open(target)
    assert (empty.head(), empty.sources(), empty.last_harvest()) == (0, (), 0)
    empty.close()


@pytest.mark.parametrize("text", ["[1]\n", "{}\n", "nothing\n", '["a", 2, null]\n'])
def test_f1_rows_that_are_none_are_refused(saved: Path, target: str, text: str) -> None:
    with pytest.raises(MaillageError):
        restored(forged(saved, {}, "ledger/state.jsonl", text), target)


def test_f1_a_backup_of_an_earlier_schema_is_brought_up_to_date(
    saved: Path, ledger: Ledger, target: str
) -> None:
    """Made by a program that knew no options and kept no held deliveries."""
    with zipfile.ZipFile(saved) as archive:
        columns = json.loads(archive.read("backup.json"))["columns"]
    at = columns["source"].index("options")
    del columns["source"][at], columns["held"], columns["act"]
    rows = [json.loads(line) for line in lines(saved, "ledger/source.jsonl")]
    kept = "".join(json.dumps([*row[:at], *row[at + 1 :]]) + "\n" for row in rows)
    file = forged(saved, {"columns": columns}, "ledger/source.jsonl", kept)
    marks = dict(json.loads(line) for line in lines(saved, "ledger/meta.jsonl"))
    marks |= {"schema": "1"}
    del marks["held_hash"], marks["act_hash"]
    meta = "".join(json.dumps(pair) + "\n" for pair in marks.items())
    file = forged(file.rename(saved), {"columns": columns}, "ledger/meta.jsonl", meta)
    again = restored(file, target)
    assert again.sources() == ledger.sources()
    assert list(again.changes()) == list(ledger.changes())
    assert again.held("arsenic") is None
    assert again.verify() == []
    engine = sa.create_engine(target)
    indexes = {index["name"] for index in sa.inspect(engine).get_indexes("change")}
    engine.dispose()
    assert indexes == {"change_by_subject"}
    again.close()


def test_f1_a_backup_of_a_later_program_is_refused(saved: Path, target: str) -> None:
    marks = "".join(lines(saved, "ledger/meta.jsonl")).replace('"schema","4"', '"schema","99"')
    with pytest.raises(LedgerVersionError):
        restored(forged(saved, {}, "ledger/meta.jsonl", marks), target)
    with zipfile.ZipFile(saved) as archive:
        columns = json.loads(archive.read("backup.json"))["columns"]
    for strange in ({"new": ["a"]}, {"source": [*columns["source"], "new"]}):
        with pytest.raises(LedgerError, match="new"):
            restored(forged(saved, {"columns": columns | strange}), target)


@pytest.fixture(autouse=True)
def _no_leftovers(tmp_path: Path) -> Iterator[None]:
    yield
    assert list(tmp_path.glob("*.writing")) == []
