"""Codes that follow a password: six digits of an application (RFC 6238), or one of a printed list.

An application counts thirty seconds from the epoch and shows HMAC-SHA-1 of the count, as all of
them do. The code before and the one after are taken as well: clocks differ.
"""

import re
import secrets

import pyotp

STEP_S = 30
DRIFT = 1
"""Steps before and after the present one whose codes are taken."""
RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without 0, 1, I, L and O, which one reads for each other on paper."""
_LENGTH, _GROUP = 12, 4
"""Of a recovery code: 59 random bits."""
_CODE = re.compile(r"[0-9]{6}\Z")
_RECOVERY = re.compile(rf"[{_ALPHABET}]{{{_LENGTH}}}\Z")
_BETWEEN = re.compile(r"[\s\u200b-\u2015_.-]+")
"""What people type between groups: blanks of any kind, hyphens and dashes."""
_LONGEST_ISSUER = 40


def new_secret() -> str:
    """Return 160 random bits in base32, as RFC 4226 advises."""
    return pyotp.random_base32(32)


def in_groups(code: str) -> str:
    """Return a secret or a code in groups of four, to be read and typed.

    >>> in_groups("ABCDEFGHJK")
    'ABCD EFGH JK'
    """
    return " ".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def address_of(secret: str, login: str, title: str) -> str:
    """Return what an application reads from the QR code (``otpauth://``).

    Args:
        secret: in base32.
        login: of the account; named in the application.
        title: of the site; likewise.
    """
    issuer = " ".join(title.replace(":", " ").split())[:_LONGEST_ISSUER]
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=login, issuer_name=issuer)


def normal(typed: str) -> str:
    """Return what was typed without what stands between groups, in capitals.

    >>> normal(" 123 456 "), normal("abcd-efgh-jkmn")
    ('123456', 'ABCDEFGHJKMN')
    """
    return _BETWEEN.sub("", typed).upper()


def step_of(secret: str, typed: str, now: float) -> int | None:
    """Return the time step whose code was typed; None where it is no code of now.

    The library compares in constant time.

    Args:
        secret: in base32.
        typed: as it was.
        now: the moment, in seconds of the epoch.
    """
    code = normal(typed)
    if not _CODE.match(code):
        return None
    try:
        totp = pyotp.TOTP(secret, interval=STEP_S)
        return totp.verify_and_get_timecode(code, for_time=now, valid_window=DRIFT)
    except pyotp.OTPVerificationError:
        return None


def is_recovery_code(typed: str) -> bool:
    """Whether what was typed looks like a recovery code."""
    return bool(_RECOVERY.match(normal(typed)))


def new_recovery_codes() -> list[str]:
    """Return ten codes in groups of four."""
    return [
        "-".join(in_groups("".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))).split())
        for _ in range(RECOVERY_CODES)
    ]
