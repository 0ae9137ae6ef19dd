"""A cell written anew: all of it, or the one of its values that was doubtful."""

import re
from collections.abc import Mapping

from vocab.order import SEPARATOR

_STRONG = re.compile(r"\s*[|;\n]\s*")
_WEAK = re.compile(r"\s*[,/]\s*")
_SAID_AGAIN = 5
"""How often what somebody typed may have been mended again."""


def with_meanings(cell: str, meant: Mapping[str, str]) -> str:
    """Return a cell with what its values were said to mean, and what that was said to mean since.

    >>> with_meanings("Gratis, wifi", {"Gratis": "Gratuit"})
    'Gratuit|wifi'
    """
    for _ in range(_SAID_AGAIN):
        found = _with_meanings(cell, meant)
        if found == cell:
            break
        cell = found
    return cell


def _with_meanings(cell: str, meant: Mapping[str, str]) -> str:
    whole = _flat(cell)
    if whole in meant:
        return meant[whole]
    pieces = _pieces(cell, meant)
    found = [meant.get(piece, piece) for piece in pieces]
    return cell if found == pieces else SEPARATOR.join(filter(None, found))


def rewritten(cell: str, before: str, text: str) -> str:
    """Return a cell with another text in the place of one of its values; else in place of all.

    >>> rewritten("04 94 / 12", "12", "04 94 00 00 00"), rewritten("x", "", "y")
    ('04 94|04 94 00 00 00', 'y')
    """
    if not before or before == _flat(cell):
        return text
    found = with_meanings(cell, {before: text})
    return found if found != cell else text


def _pieces(cell: str, meant: Mapping[str, str]) -> list[str]:
    """Return the values of a cell; parted by commas and slashes where that gives one meant."""
    found: list[str] = []
    for piece in map(_flat, _STRONG.split(cell)):
        smaller = [_flat(one) for one in _WEAK.split(piece)]
        is_known = piece not in meant and any(one in meant for one in smaller)
        found += smaller if is_known else [piece]
    return found


def _flat(text: str) -> str:
    return " ".join(text.split())
