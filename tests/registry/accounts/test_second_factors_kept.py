"""What is kept of second factors, on each database: used once, in backups, in older databases."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pyotp
import pytest

from registry.accounts.backup import lines, restore
from registry.accounts.errors import AccountsError
from registry.accounts.passwords import Passwords
from registry.accounts.pending import WAITING_S
from registry.accounts.store import Accounts
from registry.accounts.types import Account, Roles
from registry.ledger.acts import COMMAND
from registry.ledger.ledger import Ledger
from registry.settings.config import Config

NOW = 1_772_622_000.0
PASSWORD = "trombone cyan 84 lune"  # noqa: S105  of tests


@pytest.fixture
def ledger(settings: Config) -> Iterator[Ledger]:
    with closing(Ledger.open(settings.ledger_address)) as opened:
        yield opened


@pytest.fixture
def accounts(settings: Config, ledger: Ledger) -> Iterator[Accounts]:
    with closing(Accounts.open(settings, ledger, create=True)) as opened:
        yield Accounts(opened.database, ledger, Passwords(8, 1))


@pytest.fixture
def zoe(accounts: Accounts) -> Account:
    return accounts.add("zoe", "Zoé", "", Roles(), PASSWORD, COMMAND, "test")


def turned_on(accounts: Accounts, number: str) -> tuple[str, list[str]]:
    factors = accounts.second_factors
    factors.offer(number, "here", NOW)
    secret = factors.offered(number, "here", NOW)
    return secret, factors.enable(number, "here", pyotp.TOTP(secret).at(NOW), NOW)


def at_once(work: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(8) as pool:
        return [each.result() for each in [pool.submit(work) for _ in range(8)]]


def test_a_code_is_used_once_even_at_the_same_time(accounts: Accounts, zoe: Account) -> None:
    secret, codes = turned_on(accounts, zoe.number)
    later = NOW + 60
    code = pyotp.TOTP(secret).at(later)
    factors = accounts.second_factors
    assert sorted(map(bool, at_once(lambda: factors.takes(zoe.number, code, later)))) == (
        [False] * 7 + [True]
    )
    used = at_once(lambda: factors.takes_recovery(zoe.number, codes[0]))
    assert used.count(True) == 1
    assert factors.state(zoe.number).codes_left == 9


def test_what_waits_is_taken_once_even_at_the_same_time(accounts: Accounts, zoe: Account) -> None:
    accounts.pending.begin("browser", zoe.number, "/espace", NOW)
    assert at_once(lambda: accounts.pending.take("browser", NOW)).count(True) == 1


@pytest.mark.parametrize(
    ("after", "waits"), [(0.0, True), (WAITING_S, True), (WAITING_S + 1, False), (-3_600.0, False)]
)
def test_what_waits_ends(accounts: Accounts, zoe: Account, after: float, waits: bool) -> None:
    accounts.pending.begin("browser", zoe.number, "/espace", NOW)
    found = accounts.pending.find("browser", NOW + after)
    assert (found is not None) is waits
    assert accounts.pending.find("another", NOW) is None
    assert accounts.pending.take("browser", NOW + after) is waits


def test_two_offers_make_one_secret(accounts: Accounts, zoe: Account) -> None:
    factors = accounts.second_factors
    factors.offer(zoe.number, "there", NOW)
    first = factors.offered(zoe.number, "there", NOW)
    turned_on(accounts, zoe.number)
    assert factors.offered(zoe.number, "there", NOW) == ""
    with pytest.raises(AccountsError, match="shown too long ago"):
        factors.enable(zoe.number, "there", pyotp.TOTP(first).at(NOW), NOW)
    with pytest.raises(AccountsError, match="on already"):
        factors.offer(zoe.number, "here", NOW)


def test_recovery_codes_are_kept_by_argon2id(accounts: Accounts, zoe: Account) -> None:
    """ASVS 5.0, 6.5.2: below 112 bits, a password's digest with a salt of its own."""
    _secret, codes = turned_on(accounts, zoe.number)
    (line,) = [json.loads(each) for each in lines(accounts)][1:]
    kept = line["second_factor"]["recovery_codes"]
    assert len(kept) == len(codes) == 10
    assert all(one.startswith("$argon2id$") for one in kept)
    assert len({one.split("$")[4] for one in kept}) == 10


def test_it_comes_back_from_a_backup(accounts: Accounts, ledger: Ledger, tmp_path: Path) -> None:
    zoe = accounts.add("zoe", "Zoé", "", Roles(), PASSWORD, COMMAND, "test")
    secret, codes = turned_on(accounts, zoe.number)
    kept = list(lines(accounts))
    again = Config(data=tmp_path / "again")
    again.data.mkdir()
    assert restore(again, ledger, kept) == 1
    with closing(Accounts.open(again, ledger)) as opened:
        restored = Accounts(opened.database, ledger, Passwords(8, 1))
        found = restored.by_login("zoe")
        assert found is not None
        assert found.has_second_factor
        used, new = (pyotp.TOTP(secret).at(NOW + by) for by in (0, 60))
        assert not restored.second_factors.takes(found.number, used, NOW)
        assert restored.second_factors.takes(found.number, new, NOW + 60)
        assert restored.second_factors.takes_recovery(found.number, codes[0])


def test_a_backup_of_the_second_schema_is_read(
    accounts: Accounts, ledger: Ledger, tmp_path: Path, zoe: Account
) -> None:
    head, *rows = (json.loads(line) for line in lines(accounts))
    head["schema"] = 2
    for row in rows:
        del row["second_factor"]
    again = Config(data=tmp_path / "again")
    again.data.mkdir()
    assert restore(again, ledger, [json.dumps(each).encode() for each in (head, *rows)]) == 1


def test_a_database_of_the_second_schema_is_taken_along(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    with closing(Ledger.open(config.ledger_address)) as ledger:
        with closing(Accounts.open(config, ledger, create=True)) as accounts:
            zoe = accounts.add("zoe", "Zoé", "", Roles(), PASSWORD, COMMAND, "test")
        with closing(sqlite3.connect(tmp_path / "accounts.sqlite")) as base:
            for table in ("second_factor", "second_factor_offer", "recovery_code",
                          "pending_sign_in"):  # fmt: skip
                base.execute(f"DROP TABLE account_{table}")
            base.execute("UPDATE account_meta SET value = '2' WHERE key = 'schema'")
            base.commit()
        with closing(Accounts.open(config, ledger)) as accounts:
            assert accounts.by_login("zoe") == zoe
            assert len(turned_on(accounts, zoe.number)[1]) == 10
