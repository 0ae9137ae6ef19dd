"""The words of a text with where they stand in it, so that a page can show and remove each."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from vocab.text import words

LONGEST_TEXT = 200
"""Characters of a field that are read."""
_WORD = re.compile(
    "\\d{1,3}[.,]\\d{1,2}(?=\\s?(?:km|kilom))|[^\\W_](?:[^\\W_]|[\u0300-\u036f])*", re.IGNORECASE
)
"""A word, or a number of kilometres with a comma: 2,5 km; « 1,000 km » is a thousand in English."""


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and the characters of the text that it was read from.

    Attributes:
        folded: lower case, no accents.
        start: offset of its first character.
        end: offset after its last character.
    """

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Span:
    """Some words that follow each other: from index ``first`` up to, not including, ``last``."""

    first: int
    last: int

    def indices(self) -> range:
        """Return the indices of its words."""
        return range(self.first, self.last)


def readable(text: str) -> str:
    """Return what is read of a field: composed characters, at most 200 of them."""
    return unicodedata.normalize("NFC", text[: 4 * LONGEST_TEXT])[:LONGEST_TEXT]


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a readable text, in order.

    >>> [(word.folded, word.start) for word in words_of("St-Denis, l’été")]
    [('saint', 0), ('denis', 3), ('l', 10), ('ete', 12)]
    """
    return tuple(
        Word(folded, found.start(), found.end())
        for found in _WORD.finditer(text)
        for folded in _folded(found[0])
    )


def _folded(typed: str) -> Sequence[str]:
    return [typed.replace(",", ".")] if "," in typed or "." in typed else words(typed)


def extent(found: Sequence[Word], span: Span) -> tuple[int, int]:
    """Return the offsets of the first and after the last character of a span."""
    return found[span.first].start, found[span.last - 1].end
