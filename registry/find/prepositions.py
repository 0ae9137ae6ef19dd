"""What French and English people write before a place, folded."""

from collections.abc import Sequence

Words = Sequence[str]
_OF = ("de", "du", "des", "d")
NEAR = (
    *((*before, of) for before in (("pres",), ("autour",), ("proche",)) for of in _OF),
    *((*before, of) for before in (("a", "cote"), ("aux", "environs")) for of in _OF),
    *((*before, of) for before in (("a", "proximite"), ("aux", "alentours")) for of in _OF),
    *((*before, of) for before in (("pas", "loin"), ("non", "loin")) for of in _OF),
    *(("vers",), ("not", "far", "from"), ("close", "to"), ("next", "to"), ("near", "to")),
    *(("close", "by"), ("near",), ("nearby",), ("around",)),
)
"""Before places alone."""
AT = (("a",), ("au",), ("aux",))
"""Before places and much else."""
IN = (
    *(("dans", "le"), ("dans", "la"), ("dans", "les"), ("dans", "l"), ("dans",), ("en",)),
    *(("in", "the"), ("in",), ("within",)),
)
"""Before départements and régions, and much else."""
ALONE = (*NEAR, *AT, ("in",), ("in", "the"))
"""Before a place of which nothing is said: « à Nantes », "in Brest"."""
_UNITS = frozenset(
    {"minutes", "minute", "min", "mn", "km", "kilometres", "kilometers", "h", "heure", "heures"}
)
CONTRACTED = {"au": "le", "du": "le", "aux": "les", "des": "les"}
"""Words that hold the article of the name after them: au Havre."""
LINKS = frozenset({*_OF, "en", "dans", "sur", "par", "pour"})
"""Words that say nothing at the end of a need, and with which no name begins."""
_EVERYWHERE = frozenset(
    {"partout", "partout en", "toute la", "n importe ou", "anywhere", "everywhere"}
)
_HERE = frozenset({"moi", "chez moi", "ici", "ma position", "me"})


def how_far(words: Words) -> int:
    """Return how many words first say how far from a place: « à 10 minutes de », « 20 km de ».

    >>> how_far(["a", "10", "minutes", "de", "brignoles"]), how_far(["a", "brignoles"])
    (4, 0)
    """
    first = 1 if tuple(words[:1]) in (("a",), ("at",)) else 0
    measure, following = words[first : first + 2], tuple(words[first + 2 : first + 3])
    if len(measure) < 2 or not measure[0].isdecimal() or measure[1] not in _UNITS:
        return 0
    return first + 3 if following and following[0] in (*_OF, "from") else 0


def is_here(words: Words) -> bool:
    """Return whether words mean where the person is, as in "près de chez moi"."""
    return " ".join(words) in _HERE


def is_everywhere(words: Words) -> bool:
    """Return whether words mean the whole of France, as "partout" and "toute la France" do."""
    bare = without_country(after_preposition(words))
    return bool(words) and (not bare or " ".join(bare) in _EVERYWHERE)


def after_preposition(words: Words) -> Words:
    """Return a place without what is written before it; the words as they are without.

    >>> after_preposition(["autour", "de", "nantes"])
    ['nantes']
    """
    for before in (*NEAR, *IN, *AT, ("sur",), ("at",)):
        if tuple(words[: len(before)]) == before and len(words) > len(before):
            return words[len(before) :]
    return words


def without_country(words: Words) -> Words:
    """Return a place without France after it; nothing for the whole of it."""
    if tuple(words[-2:]) == ("france", "entiere"):
        return words[:-2]
    if words[-2:-1] and words[-2] in _OF:  # the name of a région goes on: Hauts-de-France
        return words
    return words[:-1] if words and words[-1] == "france" else words
