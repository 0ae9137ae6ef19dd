"""Short names in lower-case ASCII: of nodes, of sources, of the ids that a sheet is given.

One way to make them from what people write. It is not the way in which `[id] slug = true` of a
mapping file writes an id (:mod:`harvester.tabular.apply`): those are published, and stay as they
are.
"""

import hashlib
import re

from vocab.text import fold

MOST = 40
"""Longest short name, in characters."""
VALID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t"}
)
"""Latin letters that Unicode does not take apart, and :func:`vocab.text.fold` leaves."""
_WORD = re.compile(r"[a-z0-9]+")
_ELIDED = re.compile(r"(?:\b(?:[dlnsjmtc]|qu)')(?=\w)")
_LITTLE = frozenset(
    ("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sur")
)
_DIGEST = 6


def slug_of(text: str, fallback: str, most: int = MOST) -> str:
    """Return a short name for a text: its words without accents, ligatures and little words.

    The little words of a compound (Île-de-France) stay. A long name ends after a whole word. A text
    without any Latin letter or digit gets the fallback with a digest of the text, so that two such
    texts get two names.

    Args:
        text: as people write it.
        fallback: a short name.
        most: longest name, in characters.

    >>> slug_of("Pôle numérique de l’Île-de-France", "pole")
    'pole-numerique-ile-de-france'
    >>> slug_of("L'Œuvre & la Straße n° 3", "pole"), slug_of("Les", "pole")
    ('oeuvre-strasse-n-3', 'les')
    >>> slug_of("图书馆", "file")
    'file-266e6c'
    """
    words = _words(text)
    if not words:
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_DIGEST]
        return f"{fallback}-{digest}" if text.strip() else fallback
    name = words[0][:most]
    for word in words[1:]:
        longer = f"{name}-{word}"
        if len(longer) > most:
            break
        name = longer
    return name


def _words(text: str) -> list[str]:
    """Return the words of a text without the little ones, unless there is nothing else."""
    plain = fold(text).translate(_LETTERS)
    compounds = [found for part in _ELIDED.sub("", plain).split() if (found := _WORD.findall(part))]
    chosen = [words for words in compounds if "".join(words) not in _LITTLE]
    return [word for words in chosen or compounds for word in words]
