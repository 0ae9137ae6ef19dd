"""The typography of a language, put into the text of a page that is ready.

One pass over the text between tags, and over the attributes that are read or heard as text; code,
scripts and what people type in are left as they are. What is written already comes back unchanged,
so that a page may pass twice. English takes its apostrophes, French its spaces, apostrophes and
ordinals. The rules of French are those of the Imprimerie nationale (Lexique des règles
typographiques, 2002): a narrow space before ``; ? !``, a whole one before ``: » %`` and after
``«``, neither of which breaks.
"""

import re
from collections.abc import Callable
from functools import lru_cache

_UNITS = (
    "h|min|s|ms|m|km|o|ko|Mo|Go|€|an|ans|jours?|mois|heures?|minutes?|secondes?|lieux?|fiches?|"
    "pôles?|communes?|départements?|habitants?|hab|valeurs?|pages?"
)
_TEXTS = 16_384
_LEFT_ALONE = ("script", "style", "pre", "code", "textarea", "kbd")
_PLAIN = ("title", "option", "text")
"""Elements whose text takes spaces, but no elements."""
_NAME = re.compile(r"[a-z]+")
_READ = re.compile(
    r'(?P<name>\s(?:title|aria-label|aria-description|alt|placeholder|label|data-text-[a-z-]+)=")'
    r'(?P<text>[^"]*)"'
)
"""Attributes that are read or heard; those whose names begin so are texts for scripts to show."""
_DESCRIPTION = re.compile(r'(?P<name>\scontent=")(?P<text>[^"]*)"')
_DESCRIBES = ('meta name="description"', 'meta property="og:')
_FIRST = re.compile(r"\b1er\b")
_ANY = re.compile(r"[ \n\u00a0\u202f][;?!:»%]|['«]|&#39;|\b1er\b|\d [a-zMGpé€]|n°|M\. |Mme ")
"""Whether some rule may apply: most texts need none."""
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])(?:'|&#39;)(?=[^\W\d_])")
_RULES = (
    (re.compile(r"\b(\d\d?) h 00\b"), r"\1 h"),
    (re.compile(r"[ \n\u00a0\u202f]+(?=[;?!](?:[\s»).]|$))"), "\u202f"),
    (re.compile(r"[ \n\u202f]+(?=[:»%](?:[\s»).,;]|$))"), "\u00a0"),
    (re.compile(r"«[ \n\u202f]+"), "«\u00a0"),
    (re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?!\w))"), "\u00a0"),
    (re.compile(r"(?<=\d.h) (?=\d\d(?!\d))"), "\u00a0"),
    (re.compile(r"(?<!\w)(n°|M\.|Mme) (?=\w)"), "\\1\u00a0"),
    (_APOSTROPHE, "’"),
)


def french(page: str) -> str:
    """Return a page in HTML with the typography of French in its text, and nowhere else.

    >>> french("<p>le 1er, l'entrée</p>")
    '<p>le 1<sup>er</sup>, l’entrée</p>'
    """
    return _typeset(page, _marked, _spaced)


def english(page: str) -> str:
    """Return a page in HTML with the apostrophes of English in its text, and nowhere else.

    >>> english("<p>It isn't <code>'here'</code>.</p>")
    "<p>It isn’t <code>'here'</code>.</p>"
    """
    return _typeset(page, _curled, _curled)


def french_words(text: str) -> str:
    """Return a text that is no HTML with the spaces and apostrophes of French.

    >>> french_words("l'après-midi")
    'l’après-midi'
    """
    return _spaced(text) if _ANY.search(text) else text


def english_words(text: str) -> str:
    """Return a text that is no HTML with the apostrophes of English."""
    return _curled(text)


def _typeset(page: str, words: Callable[[str], str], plain_words: Callable[[str], str]) -> str:
    """Write each text of a page with ``words``, or where it takes no elements ``plain_words``."""
    pieces = page.split("<")
    end = ""  # of the element that is left alone
    for number, piece in enumerate(pieces[1:], 1):
        if end and not piece.startswith(end):
            continue
        end = ""
        tag, closes, text = piece.partition(">")
        tag = _with_attributes(tag, plain_words)
        if piece.startswith(_LEFT_ALONE):
            name = _NAME.match(piece)
            end = f"/{name[0]}" if name else ""
        elif text and not text.isspace():
            write = plain_words if tag.startswith(_PLAIN) else words
            text = write(text)
        pieces[number] = f"{tag}{closes}{text}"
    return "<".join(pieces)


def _with_attributes(tag: str, words: Callable[[str], str]) -> str:
    """A tag with its attributes that are read or heard written with ``words``."""
    if '="' not in tag:
        return tag
    found = _DESCRIPTION if tag.startswith(_DESCRIBES) else _READ
    return found.sub(lambda each: f'{each["name"]}{words(each["text"])}"', tag)


def _curled(text: str) -> str:
    return _APOSTROPHE.sub("’", text)


@lru_cache(maxsize=_TEXTS)
def _marked(text: str) -> str:
    return _FIRST.sub("1<sup>er</sup>", _spaced(text)) if _ANY.search(text) else text


@lru_cache(maxsize=_TEXTS)
def _spaced(text: str) -> str:
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text
