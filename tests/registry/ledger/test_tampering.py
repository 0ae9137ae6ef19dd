"""Whatever is altered in the ledger's file, verifying says so."""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from registry.ledger.cursor import Cursor
from registry.ledger.errors import LedgerVersionError
from registry.ledger.ledger import Ledger
from registry.ledger.types import Held, Outcome
from tests.registry.ledger.builders import commit, create, delete, filled, iri, place, refusal

TABLES = ("source", "harvest", "change", "state", "quarantine", "held", "act", "meta")
TRIES = 100


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    ledger = Ledger.open(f"sqlite:///{path}")
    filled(ledger, 12)
    commit(ledger, "zinc", create(place(70, slug="zinc")), minutes=4)
    kept = Held((delete(iri(3)),), (refusal(4),), (), Cursor({"etag": "x"}), {iri(3): "hash"})
    commit(ledger, "arsenic", minutes=5, outcome=Outcome.HELD, held=kept)
    commit(ledger, "zinc", minutes=6, outcome=Outcome.HELD, held=kept)
    commit(ledger, "zinc", minutes=7, outcome=Outcome.DISCARDED)
    for number in range(3):
        ledger.record_act("account.made", "first of all", "command", f"{number:016x}")
    assert ledger.verify() == []
    ledger.close()
    return path


def altered(value: object, rng: random.Random) -> object:
    if isinstance(value, int):
        return value + 1000
    if isinstance(value, bytes):
        place_of_bit = rng.randrange(len(value) * 8)
        changed = bytearray(value)
        changed[place_of_bit // 8] ^= 1 << place_of_bit % 8
        return bytes(changed)
    if isinstance(value, str) and value:
        at = rng.randrange(len(value))
        return (
            value[:at] + rng.choice("xyz0é") * (1 if value[at] not in "xyz0é" else 2) + value[at:]
        )
    return "1"


def tamper(base: sqlite3.Connection, rng: random.Random) -> str:
    table = rng.choice(TABLES)
    rowid, *_ = rng.choice(base.execute(f"SELECT rowid FROM {table}").fetchall())  # noqa: S608 - a name of ours
    if rng.random() < 0.2:
        base.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))  # noqa: S608 - a name of ours
        return f"{table} {rowid} deleted"
    columns = [row[1] for row in base.execute(f"PRAGMA table_info({table})")]
    column = rng.choice(columns)
    where = f"FROM {table} WHERE rowid = ?"
    (value,) = base.execute(f'SELECT "{column}" {where}', (rowid,)).fetchone()
    new = altered(value, rng)
    base.execute(f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?', (new, rowid))  # noqa: S608 - names of ours
    return f"{table}.{column} {value!r} -> {new!r}"


def findings(path: Path) -> list[str]:
    try:
        ledger = Ledger.open(f"sqlite:///{path}")
    except LedgerVersionError as refusal:
        return [str(refusal)]
    found = ledger.verify()
    ledger.close()
    return list(found)


@pytest.mark.parametrize("seed", range(TRIES))
def test_every_tampering_is_found(pristine: Path, tmp_path: Path, seed: int) -> None:
    path = tmp_path / "ledger.sqlite"
    shutil.copy(pristine, path)
    base = sqlite3.connect(path)
    what = tamper(base, random.Random(seed))
    base.commit()
    base.close()
    assert findings(path) != [], what


def test_swapped_bodies_are_found(pristine: Path, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    shutil.copy(pristine, path)
    base = sqlite3.connect(path)
    (one,), (two,) = base.execute("SELECT body FROM change WHERE seq IN (1, 2) ORDER BY seq")
    base.execute("UPDATE change SET body = ? WHERE seq = 1", (two,))
    base.execute("UPDATE change SET body = ? WHERE seq = 2", (one,))
    base.commit()
    base.close()
    ledger = Ledger.open(f"sqlite:///{path}")
    assert len(ledger.verify()) == 2
    ledger.close()
