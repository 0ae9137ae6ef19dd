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
from registry.find.prepositions import LINKS
from registry.find.words import Span

Words = Sequence[str]
_SURELY = frozenset({"rue", "avenue", "boulevard", "bd", "blvd", "impasse", "quai", "faubourg"})
"""What names a street with or without a number."""
_AFTER_A_NUMBER = _SURELY | {
    "av", "ave", "bld", "chemin", "imp", "allee", "allees", "square", "esplanade", "fbg", "ruelle",
    "lotissement", "hameau", "venelle", "sentier", "promenade", "montee", "traverse", "cite",
    "residence", "place", "pl", "cours", "route", "rte", "passage", "voie", "parvis", "mail",
    "pont", "port", "parc", "clos", "rond", "villa",
}  # fmt: skip
"""What names a street after its number, and much else without one."""
_REPEATED = frozenset({"bis", "ter", "quater", "b", "t"})
_LONGEST_NUMBER = 4
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


def is_of_street(words: Words) -> bool:
    """Return whether what follows some words is the rest of a street: « 12 rue de » Paris."""
    end = len(words)
    while end and words[end - 1] in LINKS:
        end -= 1
    return end > 0 and (words[end - 1] in _SURELY or begins_street(words, max(0, end - 2)))


def begins_street(words: Words, at: int) -> bool:
    """Whether a street begins at a word: « 12 rue », « 12 bis, place », « avenue Foch »."""
    word, after = words[at], list(words[at + 1 : at + 3])
    if word in _SURELY:
        return bool(after)
    if not word.isdecimal() or len(word) > _LONGEST_NUMBER:
        return False
    if len(after) > 1 and after[0] in _REPEATED:
        del after[0]
    return bool(after) and after[0] in _AFTER_A_NUMBER
