"""What people write, in one form to compare: the only folding of text.

Case, accents, ligatures, and which apostrophe, dash or space was typed never make two texts differ.
Each function below builds on the one before it; what compares text takes the one that it needs.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

_SAME = str.maketrans(
    dict.fromkeys("’‘ʼ`´′", "'")
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"œ": "oe", "æ": "ae", "…": "..."}
)
_COMMON_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
"""The accents of European languages; U+034F, in their midst, joins graphemes and is no mark."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_WORD = re.compile(r"[^\W_]+")
_IN_FULL = {"st": "saint", "ste": "sainte"}


def base_letters(text: str, form: Literal["NFD", "NFKD"] = "NFKD") -> str:
    """Return a text in lower case, without accents or ligatures, its blanks as they are.

    Args:
        text: as people write it.
        form: normal form of Unicode; ``NFD`` leaves ``²`` and ``º`` as they are.

    >>> base_letters("L’Œuvre de la Médiathèque – 2º étage")
    "l'oeuvre de la mediatheque - 2o etage"
    """
    text = text.casefold()
    if text.isascii():
        return text.replace("`", "'") if "`" in text else text
    decomposed = unicodedata.normalize(form, text.translate(_SAME)).casefold()
    plain = _COMMON_MARKS.sub("", decomposed)
    return plain if plain.isascii() else _NOT_ASCII.sub(_without_marks, plain)


def _without_marks(found: re.Match[str]) -> str:
    return "".join([char for char in found[0] if not unicodedata.combining(char)])


def fold(text: str, form: Literal["NFD", "NFKD"] = "NFKD") -> str:
    """Return the form under which two spellings of a value are the same: base letters, one space.

    >>> fold(" Point d’accès\u00a0 numérique CAF ") == fold("POINT D'ACCES NUMERIQUE CAF")
    True
    """
    return " ".join(base_letters(text, form).split())


def words(text: str) -> list[str]:
    """Return the words of a text, folded, *Saint* and *Sainte* in full.

    >>> words("Médiathèque de L’Haÿ-les-Roses (ST-Just)")
    ['mediatheque', 'de', 'l', 'hay', 'les', 'roses', 'saint', 'just']
    """
    return [_IN_FULL.get(word, word) for word in _WORD.findall(base_letters(text))]


@lru_cache(maxsize=16_384)
def name_key(text: str) -> str:
    """Return the form under which two spellings of a name or a commune are the same, and sort.

    >>> name_key("ST-PIERRE-SUR-L’ORTHE") == name_key("Saint Pierre sur l'Orthe")
    True
    """
    return " ".join(words(text))


def capitalised(text: str) -> str:
    """Return a text that begins with a capital; the rest of it stays as it is.

    >>> capitalised("égalité, CAF")
    'Égalité, CAF'
    """
    return text[:1].upper() + text[1:]


def one_line(text: str) -> str:
    r"""Return a text for a terminal or a settings file: what cannot be printed is a blank.

    >>> one_line(" Pôle\n\x1b[31m Zinc ")
    'Pôle [31m Zinc'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
