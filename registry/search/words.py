"""Words as the index compares them: folded, then without their French endings.

The stemmer is Snowball's for French (https://snowballstem.org/algorithms/french/stemmer.html).
It reads folded words, as not everybody types accents: it only has to be the same on both sides.
"""

from functools import lru_cache

import snowballstemmer

from vocab.text import words

MAX_WORDS = 12
_KINDS_OF_STREET = "rue avenue boulevard impasse allee allees chemin quai square faubourg"
_SHORTEST_BEGINNING = 4
_LONGEST = 40
"""Letters of the longest word that is stemmed: the time it takes grows faster than the word."""


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return a folded word without its ending.

    >>> stem("bibliotheques") == stem("bibliotheque"), stem("locaux"), stem("75011")
    (True, 'local', '75011')
    """
    if len(word) > _LONGEST or not word.isalpha():
        return word
    # A stemmer keeps the word that it works on, so threads cannot share one.
    return str(snowballstemmer.stemmer("french").stemWord(word))


_STREETS = frozenset(map(stem, _KINDS_OF_STREET.split()))


@lru_cache(maxsize=65_536)
def _stems_of_piece(piece: str) -> str:
    return " ".join(map(stem, words(piece)))


def stems(text: str) -> str:
    """Return the stems of a text, in order, separated by spaces: what the index stores."""
    return " ".join(filter(None, map(_stems_of_piece, text.split())))


def _with_street(found: list[str]) -> list[str]:
    """The words of a street stand together: « rue de la République » is no rue and a République."""
    at = next((n for n, word in enumerate(found[:-1]) if word in _STREETS), None)
    return found if at is None else [*found[:at], " ".join(found[at:])]


def match_expressions(text: str, *, whole: bool = False) -> tuple[str, ...]:
    """Return one FTS5 expression for each word of ``text``, all of which must match.

    Words are quoted, so nothing that a visitor types is read as FTS5 syntax. The last word may
    be unfinished, unless all are said to be ``whole``.

    >>> match_expressions("ateliers OR numér")
    ('"ateli"', '"or"', '"num"*')
    """
    typed = words(text)[:MAX_WORDS]
    found = _with_street([stem(word) for word in typed])
    if not found:
        return ()
    if whole:
        return tuple(f'"{word}"' for word in found)
    if " " in found[-1]:
        return tuple(f'"{word}"' for word in found)
    # A short word begins too many others: « vit » is not Vitry.
    is_long = len(typed[-1]) >= _SHORTEST_BEGINNING
    last = f'"{found[-1]}"*' if is_long else f'"{found[-1]}"'
    return (*(f'"{word}"' for word in found[:-1]), last)
