"""Comparing what people typed: whole words and terms, never parts of them."""

import re

from vocab.text import fold

_AROUND = ' \t\r\n\xa0,;"'
_ONE_WORD = re.compile(r"[\w./\\:@%+=,~-]+")
_WORD = re.compile(r"\w+")


def as_word(path: object) -> str:
    """Return a path as one word of a command to copy, whatever blanks or signs are in it.

    >>> as_word("lieux.csv"), as_word("Lieux (2024).csv")
    ('lieux.csv', '"Lieux (2024).csv"')
    """
    text = str(path)
    return text if _ONE_WORD.fullmatch(text) else f'"{text}"'


def words(text: str) -> str:
    """Return the folded words of a text between spaces, so that ``" fab "`` is never in fablab.

    >>> words("le fab-lab (EPN)")
    ' le fab lab epn '
    """
    # Published ids are made of these words: in them "m²" stays "m²".
    return f" {' '.join(_WORD.findall(fold(text, 'NFD')))} "


def has_words(text: str, wanted: str) -> bool:
    """Whether the wanted words occur in the text, whole and in a row."""
    return words(wanted) in words(text)


def split(text: str, separators: tuple[str, ...]) -> list[str]:
    """Return the parts of a text between any of the separators, without the empty ones.

    Spaces, commas, semicolons and quotes around a part are left out: forms leave them behind.
    """
    parts = [text]
    for separator in separators:
        parts = [piece for part in parts for piece in part.split(separator)]
    bare = (part.strip(_AROUND) for part in parts)
    return [part for part in bare if part]
