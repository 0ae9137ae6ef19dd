"""``maillage account``: the first account, links, roles, and what a backup keeps."""

import os
import re
import threading
import time
from contextlib import closing
from pathlib import Path

import click.testing
import pyotp
import pytest

from maillage.main import cli
from registry.accounts import store
from registry.accounts.passwords import Passwords
from registry.accounts.store import Accounts
from registry.ledger.ledger import Ledger
from registry.settings.config import load
from tests.registry.accounts.test_mail import MailServer

PASSWORD = "trombone cyan 84 lune"  # noqa: S105  of tests
SETTINGS = '[node]\ndata = "data"\nbase_url = "https://a.example/x/"\n[accounts]\nenabled = true\n'


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    class Cheap(Passwords):
        def __init__(self) -> None:
            super().__init__(8, 1)

    monkeypatch.setattr(store, "Passwords", Cheap)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "maillage.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str, typed: str = "", code: int = 0, data: str = "") -> str:
    options = ["--lang", "en", "--config", str(folder / "maillage.toml")]
    options += ["--data", str(folder / data)] if data else []
    done = click.testing.CliRunner().invoke(cli, [*options, *words], input=typed)
    assert done.exit_code == code, done.output
    return done.output


def test_the_first_account_is_made_at_the_terminal(folder: Path) -> None:
    made = run(folder, "account", "add", "Admin", "--operator", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert "Secret made" in made
    assert "Account admin made." in made
    assert PASSWORD not in made
    files = ("accounts.sqlite", "accounts.key")
    if os.name == "posix":
        assert [(folder / "data" / name).stat().st_mode & 0o777 for name in files] == [0o600] * 2
    listed = run(folder, "account", "list").split("\t")
    assert (listed[0], listed[2], listed[3]) == ("admin", "active", "operator")


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("add", "a b"), f"{PASSWORD}\n" * 2, "login 'a b'"),
        (("add", "zoe"), "court\ncourt\n", "too short"),
        (("add", "zoe", "--editor", "../x"), f"{PASSWORD}\n" * 2, "no short name of a pole"),
        (("add", "zoe", "--mail", "x"), f"{PASSWORD}\n" * 2, "is no mail address"),
    ],
)
def test_what_has_no_sense_is_refused(
    folder: Path, words: tuple[str, ...], typed: str, said: str
) -> None:
    assert said in run(folder, "account", *words, typed=typed, code=2)


@pytest.mark.parametrize("word", ["list", "disable", "recover", "roles"])
def test_without_accounts_the_others_say_how_to_begin(folder: Path, word: str) -> None:
    words = [word] if word == "list" else [word, "zoe"]
    assert "maillage account add" in run(folder, "account", *words, code=2)
    assert not (folder / "data" / "accounts.sqlite").exists()


def test_links_lead_to_the_public_address(folder: Path) -> None:
    first = run(folder, "account", "add", "zoe", "--link", "--editor", "zinc")
    assert re.search(r"https://a\.example/x/recuperation/[\w-]{43}\n", first)
    assert re.search(r"/recuperation/[\w-]{43}\n", run(folder, "account", "recover", "zoe"))
    invited = run(folder, "account", "invite", "--editor", "zinc", "a@b.example")
    assert re.search(r"https://a\.example/x/invitation/[\w-]{43}\n", invited)
    assert "an account without a role" in run(folder, "account", "invite", "a@b.example", code=2)
    run(folder, "account", "recover", "nobody", code=2)


def test_roles_and_disabling_have_their_reason_in_the_ledger(folder: Path) -> None:
    run(folder, "account", "add", "admin", "--operator", "--link")
    run(folder, "account", "add", "zoe", "--link")
    run(folder, "account", "roles", "zoe", "--editor", "zinc", "--reason", "now at Zinc")
    run(folder, "account", "disable", "zoe", "--reason", "left")
    assert "disabled\teditor:zinc" in run(folder, "account", "list")
    run(folder, "account", "disable", "zoe", "--undo")
    assert "last operator" in run(folder, "account", "disable", "admin", code=2)
    run(folder, "verify")


def test_a_backup_holds_the_accounts(folder: Path) -> None:
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    run(folder, "account", "add", "admin", "--operator", "--mail", "a@b.example", typed=typed)
    made = run(folder, "backup", str(folder / "saved.zip"))
    assert "secrets of two-step verification" in made
    again = run(folder, "restore", str(folder / "saved.zip"), data="new")
    assert "1 accounts" in again
    assert run(folder, "account", "list", data="new") == run(folder, "account", "list")


def verified(folder: Path, login: str) -> None:
    """Turn two-step verification on for an account."""
    config = load(folder / "maillage.toml")
    with (
        closing(Ledger.open(config.ledger_address)) as ledger,
        closing(Accounts.open(config, ledger)) as accounts,
    ):
        found = accounts.by_login(login)
        assert found
        factors, now = accounts.second_factors, time.time()
        factors.offer(found.number, "here", now)
        secret = factors.offered(found.number, "here", now)
        assert factors.enable(found.number, "here", pyotp.TOTP(secret).at(now), now)


@pytest.mark.parametrize("mail", ["sent", "refused", "no address", "no server"])
def test_two_step_verification_is_removed_and_the_owner_told(folder: Path, mail: str) -> None:
    address = () if mail == "no address" else ("--mail", "zoe@pole.example")
    run(folder, "account", "add", "zoe", *address, typed=f"{PASSWORD}\n{PASSWORD}\n")
    verified(folder, "zoe")
    words = ("account", "reset-second-factor", "zoe", "--reason", "telephone lost")
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        server.refuses = mail == "refused"
        if mail != "no server":
            port = server.server_address[1]
            settings = (
                f'[mail]\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\nsender = "a@b.fr"\n'
            )
            (folder / "maillage.toml").write_text(SETTINGS + settings, encoding="utf-8")
        said = run(folder, *words)
        server.shutdown()
    assert ("tell the owner of the account yourself" in said) is (mail != "sent")
    assert len(server.taken) == (mail == "sent")
    if mail == "sent":
        ((_to, text),) = server.taken
        assert "removed two-step verification" in text.replace("=\r\n", "")
    assert "nothing to remove" in run(folder, *words, code=2)
    config = load(folder / "maillage.toml")
    with closing(Ledger.open(config.ledger_address)) as ledger:
        (act,) = (act for act in ledger.acts() if act.what == "second-factor.reset")
    assert (act.why, act.by) == ("telephone lost", "command")


def test_nothing_is_served_unsafe(folder: Path) -> None:
    assert "no secret" in run(folder, "serve", "--port", "0", code=2)
