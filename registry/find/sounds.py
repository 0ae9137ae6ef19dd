"""Names as they are heard: « Bordo » is Bordeaux, « tulouz » Toulouse.

A rough French pronunciation, good enough to tell some thousand towns apart.
"""

import re
from collections import defaultdict
from functools import cache

from registry.find.gazetteer import by_population
from vocab.territory import Commune, current_communes
from vocab.text import name_key

_KNOWN_FROM = 10_000
"""Inhabitants of the smallest town that is recognised by its sound alone."""
_SHORTEST = 3
_RULES = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"\b(?:le|la|les|l) ", ""),
        (r"[^a-z0-9]", ""),
        (r"ph", "f"),
        (r"ti(?=on)", "si"),
        (r"s?ch", "H"),  # kept from the rule for silent letters
        (r"eille?s?$|e[iy]$", "E"),
        (r"eaux?|aux?", "o"),
        (r"[ae][iy](?![nm])", "e"),
        (r"ou|oo", "u"),
        (r"[ea][iy]?[nm](?=[^aeiouy]|$)", "A"),  # an, en, ain: one to a stranger's ear
        (r"[iy][nm](?=[^aeiouy]|$)", "A"),
        (r"y", "i"),
        (r"iers?$", "ie"),
        (r"c(?=[ei])", "s"),
        (r"g(?=[ei])e?", "j"),
        (r"gu(?=[ei])", "g"),
        (r"qu?|k|c", "c"),
        (r"[zx]", "s"),
        (r"w", "v"),
        (r"h", ""),
        (r"(?<=[nA])t(?=[bcdfgmp])", ""),
        (r"(.)\1+", r"\1"),
        (r"[estdpg]+$", ""),
    )
)


def sound(key: str) -> str:
    """Return about how a folded name is said in French.

    >>> sound("bordo") == sound("bordeaux"), sound("lille") == sound("lyon")
    (True, False)
    """
    for pattern, said in _RULES:
        key = pattern.sub(said, key)
    return key


def towns_that_sound(key: str) -> tuple[Commune, ...]:
    """Return the towns that are said as a folded name is, the most populated first."""
    said = sound(key)
    return _towns().get(said, ()) if len(said) >= _SHORTEST else ()


@cache
def _towns() -> dict[str, tuple[Commune, ...]]:
    found: dict[str, list[Commune]] = defaultdict(list)
    for one in current_communes():
        if one.population >= _KNOWN_FROM:
            found[sound(name_key(one.name))].append(one)
    return {said: by_population(some) for said, some in found.items()}
