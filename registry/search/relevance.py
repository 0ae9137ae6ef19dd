"""The order of relevance: a word weighs most in the name, then in the address.

All places of an answer hold every word, so the rarity of a word does not rank them. Places
that are equally relevant come by name.
"""

from collections.abc import Iterable, Iterator

_IN_NAME, _IN_LOCALITY = 1, 0  # the powers of two that a word counts for


def tiers(among: int, words: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Split a mask into places that are equally relevant, the most relevant first.

    Args:
        among: the places that hold all words.
        words: for each word, the places that have it in the name, and in the locality.

    >>> [bin(tier) for tier in tiers(0b111, [(0b100, 0b010)])]
    ['0b100', '0b10', '0b1']
    """
    planes: list[int] = []
    for name, locality in words:
        _add(planes, name & among, _IN_NAME)
        _add(planes, locality & among & ~name, _IN_LOCALITY)
    return _split(among, planes)


def _add(planes: list[int], mask: int, power: int) -> None:
    """Add a power of two to the scores of some places; plane ``n`` holds bit ``n`` of each."""
    while mask:
        planes += [0] * (power + 1 - len(planes))
        mask, planes[power] = planes[power] & mask, planes[power] ^ mask
        power += 1


def _split(mask: int, planes: list[int]) -> Iterator[int]:
    if not mask:
        return
    if not planes:
        yield mask
        return
    *lower, top = planes
    yield from _split(mask & top, lower)
    yield from _split(mask & ~top, lower)
