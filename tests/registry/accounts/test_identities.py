"""Which account an identity opens, on each database; older ones and their backups as well."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from registry.accounts.authorizations import Authorization, Purpose
from registry.accounts.backup import lines, restore
from registry.accounts.errors import AccountsError, AlreadyBoundError
from registry.accounts.store import Accounts
from registry.accounts.types import Account, Identity, Roles
from registry.ledger.acts import COMMAND
from registry.ledger.ledger import Ledger
from registry.settings.config import Config

NOW = 1_772_622_000.0
PASSWORD = "trombone cyan 84 lune"  # noqa: S105  of tests
ONE, OTHER = "https://one.example", "https://other.example"
ASKED = Authorization("n" * 43, "v" * 64, Purpose.BIND, "en", "/en/espace", account="7")


@pytest.fixture
def ledger(settings: Config) -> Iterator[Ledger]:
    with closing(Ledger.open(settings.ledger_address)) as opened:
        yield opened


@pytest.fixture
def accounts(settings: Config, ledger: Ledger) -> Iterator[Accounts]:
    with closing(Accounts.open(settings, ledger, create=True)) as opened:
        yield opened


def made(accounts: Accounts, login: str) -> Account:
    return accounts.add(login, login.title(), "", Roles(), PASSWORD, COMMAND, "test")


def test_issuer_and_subject_together_are_one_person(accounts: Accounts) -> None:
    zoe, ali = made(accounts, "zoe"), made(accounts, "ali")
    accounts.bind(zoe.number, Identity(ONE, "1"), NOW)
    accounts.bind(ali.number, Identity(OTHER, "1"), NOW)
    for found, login in (
        (Identity(ONE, "1"), "zoe"), (Identity(OTHER, "1"), "ali"),
        (Identity(ONE, "2"), ""), (Identity(f"{ONE}/", "1"), ""), (Identity(ONE, "1 "), ""),
    ):  # fmt: skip
        opened = accounts.identified(found, NOW)
        assert (opened.login if opened else "") == login


def test_an_identity_opens_one_account_and_an_account_has_one_of_a_provider(
    accounts: Accounts,
) -> None:
    zoe, ali = made(accounts, "zoe"), made(accounts, "ali")
    accounts.bind(zoe.number, Identity(ONE, "1"), NOW)
    for number, found in ((ali.number, Identity(ONE, "1")), (zoe.number, Identity(ONE, "2"))):
        with pytest.raises(AlreadyBoundError):
            accounts.bind(number, found, NOW)
    accounts.unbind(zoe.number, ONE)
    accounts.bind(ali.number, Identity(ONE, "1"), NOW)
    accounts.unbind(zoe.number, ONE)  # nothing to do, nothing to tell


def test_subjects_are_compared_as_they_are_written(accounts: Accounts) -> None:
    zoe = made(accounts, "zoe")
    accounts.bind(zoe.number, Identity(ONE, "aB"), NOW)
    assert accounts.identified(Identity(ONE, "Ab"), NOW) is None


def test_a_request_is_taken_once_by_its_browser_in_time(accounts: Accounts) -> None:
    waiting = accounts.authorizations
    for state in ("a", "b"):
        waiting.begin(ASKED, state, "browser", NOW)
    assert waiting.take("a", "another", NOW) is None
    assert waiting.take("a", "browser", NOW + 1) == ASKED
    assert waiting.take("a", "browser", NOW + 1) is None
    assert waiting.take("b", "browser", NOW + 601) is None


def test_requests_that_nobody_answers_are_forgotten(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.accounts.authorizations._MOST", 3)
    waiting = accounts.authorizations
    for number in range(5):
        waiting.begin(ASKED, str(number), "browser", NOW + number)
    taken = [waiting.take(str(number), "browser", NOW + 5) for number in range(5)]
    assert [each is not None for each in taken] == [False, False, True, True, True]


def test_identities_come_back_from_a_backup(
    accounts: Accounts, ledger: Ledger, tmp_path: Path
) -> None:
    zoe = made(accounts, "zoe")
    accounts.bind(zoe.number, Identity(ONE, "1"), NOW)
    kept, before = list(lines(accounts)), accounts.all()
    again = Config(data=tmp_path / "again")
    again.data.mkdir()
    assert restore(again, ledger, kept) == 1
    with closing(Accounts.open(again, ledger)) as restored:
        assert restored.all() == before
        assert restored.identified(Identity(ONE, "1"), NOW) == before[0]


def test_a_backup_of_the_first_schema_is_read(
    accounts: Accounts, ledger: Ledger, tmp_path: Path
) -> None:
    made(accounts, "zoe")
    head, *rows = (json.loads(line) for line in lines(accounts))
    head["schema"] = 1
    for row in rows:
        del row["identities"]
    again = Config(data=tmp_path / "again")
    again.data.mkdir()
    assert restore(again, ledger, [json.dumps(each).encode() for each in (head, *rows)]) == 1


def test_a_database_of_the_first_schema_is_taken_along(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    with closing(Ledger.open(config.ledger_address)) as ledger:
        with closing(Accounts.open(config, ledger, create=True)) as accounts:
            zoe = made(accounts, "zoe")
            token = accounts.sessions.begin(zoe.number, "", NOW)
        with closing(sqlite3.connect(tmp_path / "accounts.sqlite")) as base:
            base.execute("ALTER TABLE account_session DROP COLUMN id_token")
            base.execute("DROP TABLE account_identity")
            base.execute("DROP TABLE account_authorization")
            base.execute("UPDATE account_meta SET value = '1' WHERE key = 'schema'")
            base.commit()
        with closing(Accounts.open(config, ledger)) as accounts:
            assert accounts.by_login("zoe") == zoe
            found = accounts.sessions.find(token, NOW)
            assert found is not None
            assert found.id_token == ""
            accounts.bind(zoe.number, Identity(ONE, "1"), NOW)


def test_the_last_way_in_is_not_taken_away(accounts: Accounts) -> None:
    token, _ = accounts.links.invite("a@b.example", Roles(is_operator=True), COMMAND, NOW)
    hashed = accounts.check_acceptable(token, "zoe", "Zoé", NOW)
    zoe = accounts.accept_identity(hashed, "zoe", "Zoé", Identity(ONE, "1"), NOW)
    assert zoe.can_sign_in
    with pytest.raises(AccountsError, match="no password yet"):
        accounts.unbind(zoe.number, ONE)
    accounts.set_password(zoe.number, PASSWORD, COMMAND, "test")
    accounts.unbind(zoe.number, ONE)
    assert accounts.identified(Identity(ONE, "1"), NOW) is None
