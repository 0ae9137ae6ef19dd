"""Words as the index compares them: no case, no accents, French endings taken off.

The stemmer is Savoy's minimal one for French (Jacques Savoy, "A stemming procedure and stopword
list for general French corpora", JASIS 50(10), 1999, as in the UniNE distribution), applied after
accents are folded. It only has to be the same on both sides.
"""

import re
import unicodedata
from functools import lru_cache

MAX_WORDS = 12
_WORD = re.compile(r"[^\W_]+")
_COMMON_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
"""The accents of European languages; U+034F, in their midst, joins graphemes and is no mark."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_ENDINGS = ("s", "r", "e")


def fold(text: str) -> str:
    """Lower-case, without accents or ligatures.

    >>> fold("Médiathèque Œuvre")
    'mediatheque oeuvre'
    """
    text = text.casefold()
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("æ", "ae"))
    plain = _COMMON_MARKS.sub("", decomposed)
    return plain if plain.isascii() else _NOT_ASCII.sub(_without_marks, plain)


def _without_marks(found: re.Match[str]) -> str:
    return "".join([char for char in found[0] if not unicodedata.combining(char)])


def name_key(text: str) -> str:
    """Give the key by which names sort and communes are compared: folded words, one space apart.

    >>> name_key("L’Haÿ-les-Roses")
    'l hay les roses'
    """
    return " ".join(_WORD.findall(fold(text)))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Take the ending off a folded word.

    >>> stem("bibliotheques") == stem("bibliotheque"), stem("locaux"), stem("75011")
    (True, 'local', '75011')
    """
    if len(word) < 5 or not word.isalpha():
        return word
    if word.endswith("x"):
        return word[:-3] + "al" if word.endswith("aux") else word[:-1]
    for ending in _ENDINGS:
        word = word.removesuffix(ending)
    return word[:-1] if len(word) > 2 and word[-1] == word[-2] else word


def stems(text: str) -> str:
    """Give the stems of a text, in order, separated by spaces: what the index stores."""
    return " ".join([stem(word) for word in _WORD.findall(fold(text))])


def match_expressions(text: str) -> tuple[str, ...]:
    """Give one FTS5 expression for each word of ``text``, all of which must match.

    Words are quoted, so nothing that a visitor types is read as FTS5 syntax. The last word may
    be unfinished.

    >>> match_expressions("ateliers OR numér")
    ('"atelier"', '"or"', '"nume"*')
    """
    found = [stem(word) for word in _WORD.findall(fold(text))][:MAX_WORDS]
    if not found:
        return ()
    last = f'"{found[-1]}"*' if len(found[-1]) > 1 else f'"{found[-1]}"'
    return (*(f'"{word}"' for word in found[:-1]), last)
