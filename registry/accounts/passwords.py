"""Passwords: which are taken, and how they are kept (argon2id) and compared.

Comparing takes 19 MiB and some 20 ms (OWASP Password Storage, argon2id m=19456, t=2, p=1): two at
once in each process, so that a flood of sign-ins takes no more memory than that.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from registry.accounts.errors import BusyError, PasswordError
from vocab.text import fold

SHORTEST, LONGEST = 12, 128
MEMORY_KIB, ROUNDS, LANES = 19_456, 2, 1
AT_ONCE = 2
_WAIT_S = 10.0
_LEAST_SCORE = 3
"""Of zxcvbn's 0 to 4: "safely unguessable", a hundred million tries."""
_EXAMINED = 72
"""Characters that zxcvbn looks at: what comes after can only make it stronger."""
_CONTEXT = (
    "maillage", "mediation", "médiation", "numerique", "numérique", "annuaire", "pole", "pôle",
    "motdepasse", "azerty", "conseiller", "inclusion", "france", "services", "bonjour",
)  # fmt: skip
"""Words that anybody would try here first; those of the account and the node come on top."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_slots = threading.BoundedSemaphore(AT_ONCE)


class Passwords:
    """Keeps and compares passwords, with the costs that it is given."""

    def __init__(self, memory_kib: int = MEMORY_KIB, rounds: int = ROUNDS) -> None:
        self._hasher = PasswordHasher(rounds, memory_kib, LANES, type=Type.ID)

    def hash(self, password: str) -> str:
        """Return what is kept of a password."""
        with _slot():
            return self._hasher.hash(password)

    def is_right(self, kept: str, password: str) -> bool:
        """Compare a password with what is kept of it.

        The same work is done where nothing is kept: how long it takes tells nobody whether an
        account exists. No password has more than :data:`LONGEST` characters; a longer text is
        compared by its beginning, and never right.
        """
        known = kept or self._nobodys
        with _slot():
            try:
                self._hasher.verify(known, password[:LONGEST])
            except (VerificationError, InvalidHashError):
                return False
        return bool(kept) and len(password) <= LONGEST

    def is_outdated(self, kept: str) -> bool:
        """Whether what is kept was made with other costs than today's."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _nobodys(self) -> str:
        """What is compared with where there is no account."""
        return self._hasher.hash("no account has this password")


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=_WAIT_S):
        raise BusyError("too many people sign in at once: try again in a moment")
    try:
        yield
    finally:
        _slots.release()


def check(password: str, *known: str) -> None:
    """Refuse a password that would be guessed.

    Args:
        password: exactly as it was typed; any characters.
        known: what a stranger knows of the account and the node: login, name, mail, pole, title.

    Raises:
        PasswordError: it is too short, too long, or among the first that anybody would try.
    """
    if len(password) < SHORTEST:
        raise PasswordError(
            "the password is too short: take {least} characters at least, such as four words that "
            "have nothing to do with each other",
            least=SHORTEST,
        )
    if len(password) > LONGEST:
        raise PasswordError("the password is too long: {most} characters at most", most=LONGEST)
    if _SURROGATES.search(password):
        raise PasswordError("the password is no text in UTF-8: type it again")
    # It brings a hundred thousand words, which only who chooses a password needs.
    from zxcvbn import zxcvbn

    words = [fold(part) for text in known for part in (text, *text.replace("@", " ").split())]
    found = zxcvbn(password[:_EXAMINED], user_inputs=[*_CONTEXT, *words])
    if int(found["score"]) < _LEAST_SCORE:
        raise PasswordError(
            "this password is among the first that a program would try: take another, such as four "
            "words that have nothing to do with each other"
        )
