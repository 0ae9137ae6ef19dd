"""Comparing what people typed: whole words and terms, never parts of them."""

import re

from vocab.schemes import fold

_AROUND = ' \t\r\n\xa0,;"'
_WORD = re.compile(r"\w+")


def words(text: str) -> str:
    """Give the folded words of a text between spaces, so that ``" fab "`` is never in fablab.

    >>> words("le fab-lab (EPN)")
    ' le fab lab epn '
    """
    return f" {' '.join(_WORD.findall(fold(text)))} "


def has_words(text: str, sought: str) -> bool:
    """Tell whether the words sought occur in the text, whole and in a row."""
    return words(sought) in words(text)


def split(text: str, separators: tuple[str, ...]) -> list[str]:
    """Give the parts of a text between any of the separators, without the empty ones.

    Spaces, commas, semicolons and quotes around a part are left out: forms leave them behind.
    """
    parts = [text]
    for separator in separators:
        parts = [piece for part in parts for piece in part.split(separator)]
    bare = (part.strip(_AROUND) for part in parts)
    return [part for part in bare if part]
