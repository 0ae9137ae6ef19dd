"""How passwords are kept, compared and chosen."""

import threading
import time

import pytest

from registry.accounts import passwords
from registry.accounts.errors import BusyError, PasswordError
from registry.accounts.passwords import Passwords, check

GOOD = "trombone cyan 84 lune"


@pytest.fixture
def cheap() -> Passwords:
    return Passwords(8, 1)


def test_a_password_is_kept_by_argon2id_with_the_costs_of_owasp() -> None:
    assert Passwords().hash(GOOD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [
        (GOOD, True),
        (GOOD.upper(), False),
        (f" {GOOD}", False),
        (GOOD[:-1], False),
        ("", False),
        (GOOD * 100, False),
        ("\0", False),
    ],
)
def test_it_is_compared_exactly_as_typed(cheap: Passwords, typed: str, is_right: bool) -> None:
    assert cheap.is_right(cheap.hash(GOOD), typed) is is_right


def test_128_characters_are_compared_to_the_last(cheap: Passwords) -> None:
    longest = "é" * 127 + "a"
    kept = cheap.hash(longest)
    assert cheap.is_right(kept, longest)
    assert not cheap.is_right(kept, "é" * 127 + "b")
    assert not cheap.is_right(kept, longest + "b")


@pytest.mark.parametrize("kept", ["", "x", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
def test_what_is_kept_of_nobody_is_never_right(cheap: Passwords, kept: str) -> None:
    assert not cheap.is_right(kept, "no account has this password")


def test_an_unknown_account_costs_the_same() -> None:
    slow = Passwords(2_048, 20)
    kept = slow.hash(GOOD)
    slow.is_right("", GOOD)  # what it is compared with is made once

    def cost_s(known: str) -> float:
        begun = time.thread_time()
        slow.is_right(known, "wrong")
        return time.thread_time() - begun

    known, unknown = (min(cost_s(each) for _ in range(5)) for each in (kept, ""))
    assert 0.5 < known / unknown < 2.0


def test_other_costs_are_noticed(cheap: Passwords) -> None:
    assert not cheap.is_outdated(cheap.hash(GOOD))
    assert cheap.is_outdated(Passwords(16, 1).hash(GOOD))


def test_two_are_compared_at_once(cheap: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_WAIT_S", 0.05)
    begun, go_on = threading.Barrier(3), threading.Event()

    def hold() -> None:
        with passwords._slot():
            begun.wait(10)
            go_on.wait(10)

    threads = [threading.Thread(target=hold) for _ in range(passwords.AT_ONCE)]
    for thread in threads:
        thread.start()
    begun.wait(10)
    with pytest.raises(BusyError):
        cheap.hash(GOOD)
    go_on.set()
    for thread in threads:
        thread.join()
    assert cheap.hash(GOOD)


@pytest.mark.parametrize(
    "password",
    [GOOD, "cheval agrafe pile", "k" * 3 + "9Wq-été-zinc-1987-quai", "12 rue du Port, 3e étage !",
     "日本語のパスワードはここにあります", "x7" + "-Lq" * 40 + "Zm!w9"],
)  # fmt: skip
def test_any_composition_is_taken(password: str) -> None:
    check(password, "zinc", "Zinc")


@pytest.mark.parametrize(
    "password",
    ["password1234", "123456789012", "qwertyuiop12", "azertyuiop12", "aaaaaaaaaaaa",
     "motdepasse12", "mediation2026", "Maillage2026", "zinczinczinc", "unbelievable",
     "marie.curie1", "bonjourbonjour", "\ud800" * 12],
)  # fmt: skip
def test_what_anybody_would_try_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordError):
        check(password, "zinc", "Marie Curie", "marie.curie@pole.example")
