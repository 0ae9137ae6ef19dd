"""Sessions as they are kept: random, hashed, bounded, gone when they are over."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.accounts.schema import session
from registry.accounts.sessions import LONGEST_S, MOST, RENEWED_S
from registry.accounts.store import Accounts
from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.ledger.ledger import Ledger
from registry.settings.config import Config

NOW = 1_772_622_000.0


@pytest.fixture
def accounts(settings: Config) -> Iterator[Accounts]:
    with (
        closing(Ledger.open(settings.ledger_address)) as ledger,
        closing(Accounts.open(settings, ledger, create=True)) as opened,
    ):
        yield opened


@pytest.fixture
def number(accounts: Accounts) -> str:
    return accounts.add("zoe", "Zoé", "", Roles(), "", COMMAND, "test").number


def test_ids_are_random_and_kept_as_hashes(accounts: Accounts, number: str, tmp_path: Path) -> None:
    ids = [accounts.sessions.begin(number, "", NOW) for _ in range(5)]
    assert len(set(ids)) == 5
    assert all(len(one) == 43 for one in ids)
    held = b"".join(file.read_bytes() for file in tmp_path.glob("accounts.sqlite*"))
    assert not any(one.encode() in held for one in ids)


def test_an_id_that_was_signed_out_opens_nothing(accounts: Accounts, number: str) -> None:
    one = accounts.sessions.begin(number, "", NOW)
    found = accounts.sessions.find(one, NOW)
    assert found
    accounts.sessions.end(found.name)
    assert accounts.sessions.find(one, NOW) is None


def test_one_session_too_many_ends_the_oldest(accounts: Accounts, number: str) -> None:
    ids = [accounts.sessions.begin(number, "", NOW + n) for n in range(MOST + 1)]
    is_open = [accounts.sessions.find(one, NOW + 20) is not None for one in ids]
    assert is_open == [False] + [True] * MOST


def test_two_requests_at_once_replace_an_id_once(accounts: Accounts, number: str) -> None:
    one = accounts.sessions.begin(number, "", NOW)
    later = NOW + RENEWED_S + 1
    first, second = (accounts.sessions.find(one, later) for _ in range(2))
    assert first
    assert second
    assert first.renewed
    assert not second.renewed
    assert (first.name, first.csrf) == (second.name, second.csrf)
    assert len(accounts.sessions.of(number, later)) == 1


def test_a_clock_that_ran_ahead_keeps_no_session_open(accounts: Accounts, number: str) -> None:
    one = accounts.sessions.begin(number, "", NOW + 86_400)
    assert accounts.sessions.find(one, NOW) is None


def test_what_is_over_leaves_nothing(accounts: Accounts, number: str) -> None:
    accounts.sessions.begin(number, "Browser\r\n\x1b[31m" + "x" * 900, NOW)
    (shown,) = accounts.sessions.of(number, NOW)
    assert shown.browser.isprintable()
    assert len(shown.browser) == 200
    accounts.sessions.begin(number, "", NOW + LONGEST_S + 1)
    with accounts.database.reading() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(session)).scalar()
    assert count == 1
