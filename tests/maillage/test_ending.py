"""How commands end: one sentence in the language asked, and the exit code as documented."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harvester.run.storage import environment_fault
from registry.settings.config import load
from tests.conftest import ROOT
from tests.maillage.command import ran
from tests.simulator import SimulatedPole, place, raw
from vocab.errors import UsageError

SLOW = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"#" * 9, drip_s=1, pieces=60)


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "maillage", *words]


def run(folder: Path, *words: str) -> tuple[int | None, str]:
    """Return the exit code and what was said on standard error."""
    ended = ran(folder, *words)
    return ended.code, ended.errors


def settings(folder: Path, text: str) -> None:
    (folder / "maillage.toml").write_text(text, encoding="utf-8")


def file_as_data(folder: Path) -> None:
    (folder / "data").write_text("x")


def file_above_data(folder: Path) -> None:
    (folder / "above").write_text("x")
    settings(folder, '[node]\ndata = "above/data"\n')


def ledger_no_database(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "ledger.sqlite").write_text("not a database, whatever its name " * 200)


def ledger_cut(folder: Path) -> None:
    run(folder, "source", "list")
    database = folder / "data" / "ledger.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    database.write_bytes(database.read_bytes()[:6_000])


def postgresql_down(folder: Path) -> None:
    url = "postgresql+psycopg://u:secret-word@127.0.0.1:1/x"
    settings(folder, f'[node]\ndata = "data"\nledger_url = "{url}"\n')


def no_such_driver(folder: Path) -> None:
    settings(folder, '[node]\ndata = "data"\nledger_url = "postgresql+nobody://127.0.0.1/x"\n')


FAULTS: dict[str, tuple[Callable[[Path], None], int, dict[str, str]]] = {
    "the data folder is a file": (
        file_as_data, 3, {"fr": "n'est pas un dossier", "en": "is no folder"}),
    "a folder above it is a file": (
        file_above_data, 3, {"fr": "n'est pas un dossier", "en": "is no folder"}),
    "the ledger is no database": (ledger_no_database, 3, {"fr": "abîmé", "en": "damaged"}),
    "the ledger is cut": (ledger_cut, 3, {"fr": "abîmé", "en": "damaged"}),
    "PostgreSQL is down": (postgresql_down, 3, {"fr": "ne répond pas", "en": "does not answer"}),
    "no such driver": (no_such_driver, 3, {"fr": "n'est pas installé", "en": "is not installed"}),
    "TOML is broken": (lambda folder: settings(folder, "[node\n"), 2, {"fr": "TOML", "en": "TOML"}),
    "a port that is none": (
        lambda folder: settings(folder, '[node]\nport = "x"\n'), 2,
        {"fr": "donnez un nombre entier", "en": "give a whole number"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_f5_a_fault_is_one_sentence(tmp_path: Path, name: str) -> None:
    prepare, code, words = FAULTS[name]
    settings(tmp_path, '[node]\ndata = "data"\n')
    prepare(tmp_path)
    for lang, word in words.items():
        ended, said = run(tmp_path, "--lang", lang, "source", "list")
        assert (ended, "Traceback" in said) == (code, False), said
        assert word in said
        assert said.startswith("maillage: ")
        assert len(said.splitlines()) == 1
        assert "secret-word" not in said


@pytest.mark.parametrize(
    "words", [["harvest", "--all"], ["verify"], ["rebuild"], ["serve"], ["publish"],
              ["revert", "1", "--reason", "x"]]
)  # fmt: skip
def test_f5_every_command_ends_so(tmp_path: Path, words: list[str]) -> None:
    settings(tmp_path, '[node]\ndata = "data"\n')
    file_as_data(tmp_path)
    code, said = run(tmp_path, *words)
    assert (code, "Traceback" in said) == (3, False), said
    assert "n'est pas un dossier" in said


def test_f5_without_the_driver_of_postgresql_it_is_named(tmp_path: Path) -> None:
    postgresql_down(tmp_path)
    (tmp_path / "psycopg.py").write_text("raise ModuleNotFoundError(\"No module named 'psycopg'\")")
    done = subprocess.run(
        command("source", "list"), cwd=tmp_path, capture_output=True, text=True, timeout=60,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}"}, check=False,
    )  # fmt: skip
    said = done.stderr
    assert (done.returncode, "maillage[postgresql]" in said) == (3, True), said
    assert "Traceback" not in said


def test_f5_a_reader_that_leaves_ends_the_command_quietly(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        command("--data", str(tmp_path / "d"), "rebuild"),
        stdout=write, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
    )  # fmt: skip
    os.close(write)
    assert (done.returncode, "Traceback" in done.stderr, "Broken" in done.stderr) == (
        141,
        False,
        False,
    )


def _hear_ctrl_c() -> None:
    """What the background of a shell starts is deaf to Ctrl-C (POSIX, XCU 2.12)."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize(
    ("number", "lang", "word"),
    [(signal.SIGINT, "fr", "interrompu"), (signal.SIGINT, "en", "interrupted"),
     (signal.SIGTERM, "fr", "")],
)  # fmt: skip
def test_f5_signals_end_a_harvest_with_their_code(
    tmp_path: Path, number: signal.Signals, lang: str, word: str
) -> None:
    settings(tmp_path, '[node]\ndata = "data"\n')
    with SimulatedPole() as pole:
        add = ("source", "add", pole.url("/d.nt"), "--kind", "dump", "--slug", "s")
        run(tmp_path, *add, "--allow-private", "--namespace", pole.url("/id/"))
        pole.fail("/d.nt", SLOW, times=9)
        with subprocess.Popen(
            command("--lang", lang, "harvest", "s"),
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=_hear_ctrl_c,
        ) as running:  # fmt: skip
            while not pole.asked("/d.nt"):
                time.sleep(0.05)
            running.send_signal(number)
            _, said = running.communicate(timeout=20)
    assert (running.returncode, "Traceback" in said) == (128 + number, False), said
    assert word in said


LOADING = """
import builtins, os, signal
from maillage.__main__ import main
load = builtins.__import__
def interrupted(name, *more, **named):
    if name == "registry.settings.config":
        os.kill(os.getpid(), signal.SIGINT)
    return load(name, *more, **named)
builtins.__import__ = interrupted
main()
"""


@pytest.mark.parametrize(
    ("more", "told"),
    [((), "interrompu"), (("--lang", "en"), "interrupted"), (("--lang=en",), "interrupted")],
)
def test_f5_ctrl_c_while_the_command_loads(more: tuple[str, ...], told: str) -> None:
    asked = [sys.executable, "-c", LOADING, *more, "source", "list"]
    done = subprocess.run(
        asked, capture_output=True, text=True, timeout=60, preexec_fn=_hear_ctrl_c
    )
    assert (done.returncode, done.stderr) == (130, f"maillage: {told}\n")


BROKEN = """
import registry.node
from maillage.main import main
registry.node.Node.open = None
main()
"""


def test_f5_an_unforeseen_fault_is_told_as_one_of_ours(tmp_path: Path) -> None:
    words = ("--data", str(tmp_path), "--lang", "en", "source", "list")
    asked = [sys.executable, "-c", BROKEN, *words]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (70, 1)
    assert "fault of the program" in done.stderr
    traced = {**os.environ, "MAILLAGE_TRACE": "1"}
    shown = subprocess.run(asked, capture_output=True, text=True, timeout=60, env=traced)
    assert "Traceback" in shown.stderr


def test_f5_a_harvest_enters_though_the_store_is_down(tmp_path: Path) -> None:
    url = "http://127.0.0.1:1/"
    settings(
        tmp_path,
        f'[node]\ndata = "data"\nstore_query_url = "{url}"\nstore_update_url = "{url}"\n',
    )
    with SimulatedPole() as pole:
        pole.put("/d.nt", place(pole, "a").body.encode(), "application/n-triples")
        add = ("source", "add", pole.url("/d.nt"), "--kind", "dump", "--slug", "s")
        run(tmp_path, *add, "--allow-private", "--namespace", pole.url("/id/"))
        done = ran(tmp_path, "harvest", "s")
    assert done.code == 3, done.errors
    assert "s (#1): enregistrée" in done.out
    assert "rattraperont" in done.errors
    assert "Traceback" not in done.errors
    settings(tmp_path, '[node]\ndata = "data"\n')  # the store is there again
    code, said = run(tmp_path, "rebuild")
    assert code == 0, said
    assert run(tmp_path, "verify")[0] == 0


WRONG = [
    '[node]\nport = "x"', "[node]\nport = true", "[node]\nport = 70000", "[node]\ntitle = 3",
    "[node]\ndata = 4", "node = 3", '[node]\nsample_notice = "oui"', "[node]\nquery_seconds = 0",
    "[node]\nquery_seconds = 1.5", "[node]\nhost = []", "[node]\nweb_trials = 3",
    "[node]\nslug = 2026-01-01", '[node]\nbase_url = "http://x:99999/"', "[pole]\nname = 3",
    '[node]\nbase_url = "http://[x/"', '[pole]\nname = "a"\ndepartements = "44"', "import = 3",
    '[pole]\nname = "a"\ndepartements = [44]', '[[import]]\nsource = "a"\nfile = 3',
    "import = [3]", '[node]\ndata = "\\u0000"', "[node]\nstuck_after_s = -1",
    "[node]\nstore_authorization = 12345",
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_f5_a_setting_of_the_wrong_kind_is_named(tmp_path: Path, text: str) -> None:
    settings(tmp_path, text)
    with pytest.raises(UsageError) as told:
        load(tmp_path / "maillage.toml", {})
    for lang in ("fr", "en"):
        assert "donnez" in told.value.message("fr")
        assert "give" in told.value.message("en")
        assert "12345" not in told.value.message(lang)


def test_f5_settings_of_the_right_kind_are_taken(tmp_path: Path) -> None:
    settings(
        tmp_path,
        '[node]\nport = 0\nsample_notice = true\nweb_trials = "off"\nharvest_every_s = 0\n'
        '[pole]\nname = "a"\ndepartements = ["44"]\n[[import]]\nsource = "a"\nfile = "b.csv"\n',
    )
    config = load(tmp_path / "maillage.toml", {})
    assert (config.port, config.sample_notice, config.imports[0].source) == (0, True, "a")


@pytest.mark.parametrize(
    ("code", "number"), [("MED-H415", sqlite3.SQLITE_BUSY), ("MED-H416", sqlite3.SQLITE_CORRUPT),
                         ("MED-H413", sqlite3.SQLITE_READONLY), ("MED-H470", sqlite3.SQLITE_FULL)]
)  # fmt: skip
def test_f5_what_sqlite_says_is_told_by_its_code(code: str, number: int) -> None:
    error = sqlite3.OperationalError("words of SQLite")
    error.sqlite_errorcode = number
    wrapped = RuntimeError("in other words")
    wrapped.__cause__ = error
    told = environment_fault(wrapped, "/data")
    assert told is not None
    assert told.code == code


def test_f5_a_fault_of_ours_is_not_blamed_on_the_system() -> None:
    for error in (TypeError("x"), KeyError("y"), sqlite3.OperationalError("no such table: z")):
        assert environment_fault(error, "/data") is None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PermissionError(13, "Permission denied", "/srv/maillage"), "MED-H413"),
        (OSError(30, "Read-only file system", "/srv/maillage"), "MED-H413"),
        (NotADirectoryError(20, "Not a directory", "/srv/maillage"), "MED-H414"),
        (OSError("IO error: /srv/maillage/LOCK: Permission denied"), "MED-H413"),
        (OSError("Corruption: not an sstable"), "MED-H419"),
        (OSError(24, "Too many open files", "/srv/maillage"), "MED-H419"),
    ],
)
def test_f5_what_the_system_refuses_names_the_place(error: OSError, code: str) -> None:
    told = environment_fault(error, "/data")
    assert told is not None
    assert told.code == code
    assert (error.filename or "/data") in told.message("fr")
