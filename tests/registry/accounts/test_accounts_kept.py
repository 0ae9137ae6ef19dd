"""What is kept of accounts, on each database: roles, links, failures, a schema that is known."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from registry.accounts.database import is_there
from registry.accounts.errors import AccountsError, UnsafeError
from registry.accounts.links import hash_of
from registry.accounts.passwords import Passwords
from registry.accounts.store import Accounts
from registry.accounts.types import Roles
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


def test_it_is_made_by_who_asks_for_it(settings: Config, ledger: Ledger) -> None:
    assert not is_there(settings)
    with pytest.raises(UnsafeError, match="maillage account add"):
        Accounts.open(settings, ledger)
    Accounts.open(settings, ledger, create=True).close()
    assert is_there(settings)
    with closing(Accounts.open(settings, ledger)) as again:
        assert again.all() == []


def test_roles_are_given_and_taken_one_by_one(accounts: Accounts, ledger: Ledger) -> None:
    made = accounts.add("Zoe", " Zoé  D. ", "", Roles(poles=frozenset({"a", "b"})), PASSWORD,
                        COMMAND, "test")  # fmt: skip
    assert (made.login, made.name) == ("zoe", "Zoé D.")
    accounts.set_roles(made.number, Roles(True, frozenset({"b", "c"})), COMMAND, "moved")
    found = accounts.by_number(made.number)
    assert found
    assert found.roles == Roles(True, frozenset({"b", "c"}))
    said = [(act.what, act.why) for act in ledger.acts(3)]
    assert said == [("role.taken", "editor of a: moved"), ("role.given", "operator: moved"),
                    ("role.given", "editor of c: moved")]  # fmt: skip
    accounts.set_roles(made.number, found.roles, COMMAND, "nothing new")
    assert len(ledger.acts()) == 6
    with pytest.raises(AccountsError, match="last operator"):
        accounts.set_roles(made.number, Roles(), COMMAND, "test")
    assert ledger.verify() == []


def test_a_login_is_taken_once_whatever_its_case(accounts: Accounts) -> None:
    accounts.add("zoe", "Zoé", "", Roles(), "", COMMAND, "test")
    with pytest.raises(AccountsError, match="is taken"):
        accounts.add(" ZOE ", "Zoé", "", Roles(), "", COMMAND, "test")


def test_one_signs_in_and_the_password_is_kept_with_todays_costs(accounts: Accounts) -> None:
    accounts.add("zoe", "Zoé", "", Roles(), PASSWORD, COMMAND, "test")
    assert accounts.authenticate("ZOE ", PASSWORD, NOW)
    dearer = Accounts(accounts.database, accounts._ledger, Passwords(16, 1))
    assert dearer.authenticate("zoe", PASSWORD, NOW)
    assert not dearer._passwords.is_outdated(kept(accounts))
    assert accounts.authenticate("zoe", f"{PASSWORD} ", NOW) is None


def kept(accounts: Accounts) -> str:
    with accounts.database.reading() as connection:
        return str(connection.exec_driver_sql("SELECT password FROM account").scalar())


def test_a_link_is_used_once_even_at_the_same_time(accounts: Accounts) -> None:
    token, _ = accounts.links.invite("z@pole.example", Roles(True), COMMAND, NOW)
    with accounts.database.writing() as connection:
        accounts.links.use(connection, hash_of(token), NOW)
    with pytest.raises(AccountsError), accounts.database.writing() as connection:
        accounts.links.use(connection, hash_of(token), NOW)
    with pytest.raises(AccountsError):
        accounts.accept(token, "zoe", "Zoé", PASSWORD, NOW)
    assert accounts.all() == []


def test_a_link_of_one_kind_opens_nothing_of_the_other(accounts: Accounts) -> None:
    made = accounts.add("zoe", "Zoé", "", Roles(), PASSWORD, COMMAND, "test")
    recovery = accounts.links.recover(made.number, COMMAND, NOW)
    invitation, _ = accounts.links.invite("z@pole.example", Roles(), COMMAND, NOW)
    with pytest.raises(AccountsError):
        accounts.links.invitation(recovery, NOW)
    with pytest.raises(AccountsError):
        accounts.recover(invitation, PASSWORD, NOW)


def test_failures_are_counted_by_hour(accounts: Accounts, ledger: Ledger) -> None:
    for hour in (0, 0, 1, 3):
        accounts.authenticate("nobody", "wrong", NOW + 3_600 * hour)
    failed = [act.why for act in ledger.acts() if act.what == "sign-in.failed"]
    assert [why.partition(" ")[0] for why in failed] == ["1", "2"]


def test_a_disabled_account_has_no_link_and_no_session(accounts: Accounts) -> None:
    made = accounts.add("zoe", "Zoé", "", Roles(), PASSWORD, COMMAND, "test")
    token = accounts.links.recover(made.number, COMMAND, NOW)
    one = accounts.sessions.begin(made.number, "", NOW)
    accounts.set_disabled(made.number, disabled=True, by=COMMAND, why="left")
    assert accounts.sessions.find(one, NOW) is None
    assert accounts.authenticate("zoe", PASSWORD, NOW) is None
    with pytest.raises(AccountsError):
        accounts.links.recovery(token, NOW)
    accounts.set_disabled(made.number, disabled=False, by=COMMAND, why="back")
    assert accounts.authenticate("zoe", PASSWORD, NOW)
