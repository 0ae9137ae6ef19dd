"""A node with accounts does not start unsafe, and says what to do; nothing is begun anew."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from registry.accounts.backup import lines as lines_of
from registry.accounts.backup import restore
from registry.accounts.database import Database
from registry.accounts.errors import DamagedAccountsError, UnsafeError
from registry.accounts.secret import check_safe, make_secret, secret_of
from registry.accounts.store import Accounts
from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.ledger.ledger import Ledger
from registry.node import Node
from registry.settings.config import Config, load
from registry.web.app import create_app
from vocab.errors import UsageError

GOOD = "q7Vt-2mXh9_LwZ4cKd8RnPy3BsGfTu6A"
HTTPS = "https://maillage.example/"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as opened:
        yield opened


def config(folder: Path, base_url: str = HTTPS, secret: str = "") -> Config:
    return Config(data=folder, base_url=base_url, accounts_enabled=True, accounts_secret=secret)


@pytest.mark.parametrize(
    ("base_url", "secret", "said"),
    [
        ("http://maillage.example/", GOOD, "is not https"),
        ("http://10.0.0.7/", GOOD, "is not https"),
        ("http://localhost.example/", GOOD, "is not https"),
        (HTTPS, "", "no secret to seal forms with"),
        (HTTPS, "changeme", "short, simple or an example"),
        (HTTPS, "x" * 64, "short, simple or an example"),
        (HTTPS, GOOD[:-1], "short, simple or an example"),
        (HTTPS, "exemple-" + GOOD, "short, simple or an example"),
    ],
)
def test_an_unsafe_node_does_not_start(
    tmp_path: Path, base_url: str, secret: str, said: str
) -> None:
    unsafe = config(tmp_path, base_url, secret)
    with pytest.raises(UnsafeError, match=said) as told:
        check_safe(unsafe)
    assert not secret or secret not in told.value.message("fr")
    with Node.open(unsafe) as node, pytest.raises(UnsafeError, match=said):
        create_app(node)


@pytest.mark.parametrize(
    "base_url", [HTTPS, "http://127.0.0.1:8000/", "http://localhost/", "http://[::1]:8000/"]
)
def test_a_safe_one_does(tmp_path: Path, base_url: str) -> None:
    check_safe(config(tmp_path, base_url, GOOD))


def test_the_secret_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    assert make_secret(config(tmp_path))
    assert not make_secret(config(tmp_path))
    made = secret_of(config(tmp_path))
    assert len(made) == 64
    assert secret_of(config(tmp_path, secret=GOOD)) == GOOD
    file = tmp_path / "accounts.key"
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    with pytest.raises(UnsafeError, match="chmod 600"):
        check_safe(config(tmp_path))


def test_accounts_that_others_can_read_are_refused(tmp_path: Path, ledger: Ledger) -> None:
    Accounts.open(config(tmp_path), ledger, create=True).close()
    file = tmp_path / "accounts.sqlite"
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o640)
    for unsafe in (lambda: check_safe(config(tmp_path, secret=GOOD)),
                   lambda: Accounts.open(config(tmp_path), ledger)):  # fmt: skip
        with pytest.raises(UnsafeError, match="chmod 600"):
            unsafe()


def test_a_missing_database_is_told_and_not_made(tmp_path: Path, ledger: Ledger) -> None:
    with pytest.raises(UnsafeError, match="maillage account add"):
        Accounts.open(config(tmp_path), ledger)
    assert not (tmp_path / "accounts.sqlite").exists()


@pytest.mark.parametrize("harm", ["noise", "half"])
def test_a_damaged_database_is_told_and_stays(tmp_path: Path, ledger: Ledger, harm: str) -> None:
    Accounts.open(config(tmp_path), ledger, create=True).close()
    file = tmp_path / "accounts.sqlite"
    harmed = (
        b"no database" * 500 if harm == "noise" else file.read_bytes()[:100] + os.urandom(9_000)
    )
    file.write_bytes(harmed)
    with pytest.raises(DamagedAccountsError):
        Accounts.open(config(tmp_path), ledger, create=True)
    assert file.read_bytes() == harmed


def test_another_versions_database_is_told(tmp_path: Path, ledger: Ledger) -> None:
    Accounts.open(config(tmp_path), ledger, create=True).close()
    with closing(sqlite3.connect(tmp_path / "accounts.sqlite")) as base:
        base.execute("UPDATE account_meta SET value = '99'")
        base.commit()
    with pytest.raises(DamagedAccountsError, match="schema version 99"):
        Database.open(config(tmp_path))


def test_a_change_whose_act_cannot_be_written_is_none(tmp_path: Path, ledger: Ledger) -> None:
    with closing(Accounts.open(config(tmp_path), ledger, create=True)) as accounts:
        made = accounts.add("zoe", "Zoé", "", Roles(), "", COMMAND, "test")
        with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as base:
            base.execute("DROP TABLE act")
            base.commit()
        with pytest.raises(Exception, match="act"):
            accounts.set_roles(made.number, Roles(is_operator=True), COMMAND, "test")
        assert accounts.by_login("zoe") == made


def test_accounts_come_back_from_a_backup_without_sessions(tmp_path: Path, ledger: Ledger) -> None:
    (tmp_path / "new").mkdir()
    roles = Roles(is_operator=True, poles=frozenset({"zinc", "ping"}))
    with closing(Accounts.open(config(tmp_path), ledger, create=True)) as accounts:
        accounts.add("zoe", "Zoé", "z@pole.example", roles, "", COMMAND, "test")
        lines = list(lines_of(accounts))
        before = accounts.all()
    assert restore(config(tmp_path / "new"), ledger, lines) == 1
    with closing(Accounts.open(config(tmp_path / "new"), ledger)) as again:
        assert again.all() == before
    with pytest.raises(DamagedAccountsError, match="already"):
        restore(config(tmp_path / "new"), ledger, lines)


@pytest.mark.parametrize(
    "lines",
    [[b"x"], [b'{"schema": 99}\n'], [b'{"schema": 1}\n', b'{"poles": []}\n'], [b"[]"]],
    ids=["noise", "later", "half", "list"],
)
def test_what_is_no_backup_of_accounts_is_refused(
    tmp_path: Path, ledger: Ledger, lines: list[bytes]
) -> None:
    with pytest.raises(DamagedAccountsError, match="cannot be read"):
        restore(config(tmp_path), ledger, lines)
    with closing(Accounts.open(config(tmp_path), ledger)) as accounts:
        assert accounts.all() == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[accounts]\nenable = true\n", "do you mean enabled"),
        ("[accounts]\nenabled = 'yes'\n", "true or false"),
        ("[accounts]\nsecret = 'x'\n", "unknown setting"),
        ("[node]\naccounts_secret = 'x'\n", "unknown setting"),
        ("[mail]\nsender = 'a@b.example'\n", "needs host"),
        ("[mail]\nhost = 'mail.example'\n", "sender ''"),
        ("[mail]\nhost = 'a b'\nsender = 'a@b.example'\n", "host 'a b'"),
        ("[mail]\nhost = 'mail.example'\nsender = 'a@b.example'\ntls = 'none'\n", "this machine"),
        ("[mail]\nhost = 'mail.example'\nsender = 'a@b.example'\ntls = 'ssl'\n", "use one of"),
        ("[mail]\nhost = 'mail.example'\nsender = 'a@b\\nBcc: c'\n", "give a mail address"),
        ("[mail]\nhost = 'mail.example'\nsender = 'a@b.example'\nuser = 'a'\n", "go together"),
        ("[mail]\nhost = 'mail.example'\nsender = 'a@b.example'\nuser = 'a'\n"
         "password_variable = 'hunter2'\n", "begins with MAILLAGE_CREDENTIALS_"),
        ("[mail]\npassword = 'x'\n", "unknown setting"),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "maillage.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said) as told:
        load(file, {}, data=tmp_path)
    assert "hunter2" not in str(told.value)


def test_settings_of_accounts_and_mail_are_read(tmp_path: Path) -> None:
    file = tmp_path / "maillage.toml"
    file.write_text(
        "[accounts]\nenabled = true\n[mail]\nhost = 'mail.example'\nsender = 'a@b.example'\n"
        "user = 'a'\npassword_variable = 'MAILLAGE_CREDENTIALS_MAIL'\n", encoding="utf-8",
    )  # fmt: skip
    found = load(file, {"MAILLAGE_ACCOUNTS_SECRET": GOOD, "MAILLAGE_MAIL_PORT": "2525"})
    assert found.accounts_enabled
    assert (found.accounts_secret, found.mail.port, found.mail.tls) == (GOOD, 2525, "starttls")
    assert GOOD not in repr(found)
