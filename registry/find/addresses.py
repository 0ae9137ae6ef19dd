"""Postal addresses among other words: which words belong to a postcode or to a street.

« aide impôts 83300 » holds a need and a postcode, « 12 rue de Paris 83300 » an address. Words
beside a postcode belong to it only where they name its commune, or begin a street.
"""

from collections.abc import Sequence
from dataclasses import replace

from registry.find.areas import Located
from registry.find.needs import is_our_word
from registry.find.places import bears, exactly, locate
from registry.find.postal import postcode_in, without_cedex
from registry.find.streets import begins_street
from registry.find.words import Span

Words = Sequence[str]
_LONGEST_NAME = 6
"""Words of the longest name that is looked for beside a postcode."""


def address_in(words: Words) -> tuple[Span, Located] | None:
    """Return the words of a postcode with its name and street, or of a street with its town.

    Args:
        words: folded words of a need.
    """
    return _around_postcode(words) or _street_and_town(words)


def _around_postcode(words: Words) -> tuple[Span, Located] | None:
    found = postcode_in(words)
    if found is None:
        return None
    postcode, before, after = found
    last = len(words) - len(after) + _name_first(postcode, after)
    first = len(before) - _name_last(postcode, before)
    located = exactly(without_cedex(words[first:last]))
    if located is None:
        return None
    street = _street(words[:first])
    if said := " ".join(words[street:first]):
        located = replace(located, unused=said)
    return Span(street, last), located


def _name_first(postcode: str, words: Words) -> int:
    """Return how many of the words after a postcode name what it serves."""
    counts = range(min(_LONGEST_NAME, len(words)), 0, -1)
    return next((count for count in counts if _names(postcode, words[:count])), 0)


def _name_last(postcode: str, words: Words) -> int:
    """Return how many of the words before a postcode name what it serves."""
    starts = range(max(0, len(words) - _LONGEST_NAME), len(words))
    return next((len(words) - at for at in starts if _names(postcode, words[at:])), 0)


def _names(postcode: str, words: Words) -> bool:
    plain = without_cedex(words)
    return bool(plain) and bears(postcode, plain, forgives=not any(map(is_our_word, plain)))


def _street_and_town(words: Words) -> tuple[Span, Located] | None:
    """Read « 98 rue de Rivoli Paris » as the field of the place does."""
    at = _street(words)
    located = locate(" ".join(words[at:])) if at < len(words) else None
    if located is None or located.here or located.abroad:
        return None
    return Span(at, len(words)), replace(located, corrected="")


def _street(words: Words) -> int:
    """Return where a street begins that goes on to the last of some words; their count if none."""
    return next((at for at in range(len(words)) if begins_street(words, at)), len(words))
