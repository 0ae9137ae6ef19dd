"""Telephone numbers as people write them, from the international form that records hold."""

_DIALLED = ("+33", "+262", "+590", "+594", "+596")
_NATIONAL_DIGITS = 9
_SHORT_DIGITS = 4
_OWN_PREFIXES = ("+508", "+681", "+687", "+689")
"""Prefixes of lands whose numbers are dialled with it from elsewhere, without a zero at home."""


def as_dialled(number: str) -> str:
    """Return a French number in pairs: ``+33180059880`` becomes ``01 80 05 98 80``.

    So do those of the départements overseas, whose prefix is that of the national number
    (+262 262 … is 02 62 …); where there is no national number, the prefix stays (+687 44 10 80).
    A short number is dialled as it is: 39 39.
    """
    if len(number) == _SHORT_DIGITS and number.isdigit():
        return _in_pairs(number)
    if (prefix := number[:4]) in _OWN_PREFIXES and (rest := number[4:]).isdigit():
        return f"{prefix} {_in_pairs(rest)}"
    national = next((number[len(one) :] for one in _DIALLED if number.startswith(one)), "")
    if len(national) != _NATIONAL_DIGITS or not national.isdigit():
        return number
    return _in_pairs(f"0{national}")


def as_recorded(digits: str) -> tuple[str, ...]:
    """Return the international forms that a number may have in records, from its digits as typed.

    >>> as_recorded("0494671587")[:2], as_recorded("0033494671587")
    (('+33494671587', '+262494671587'), ('+33494671587',))
    """
    if digits.startswith("0") and len(digits) == _NATIONAL_DIGITS + 1:
        return tuple(f"{prefix}{digits[1:]}" for prefix in _DIALLED)
    return (f"+{digits.removeprefix('00')}",)


def _in_pairs(digits: str) -> str:
    return " ".join(digits[start : start + 2] for start in range(0, len(digits), 2))
