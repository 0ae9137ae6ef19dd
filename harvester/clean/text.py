"""Any cell as clean text: encodings repaired, HTML taken out, fillers emptied, spaces put in order.

U+FFFD stands for a character that is gone for good: it is reported, never guessed.
"""

import html
import re
import unicodedata
from functools import lru_cache

from harvester.clean.tracked_text import TrackedText
from harvester.clean.types import Cell

LOST = "\ufffd"
_WORD = r"[A-Za-z0-9àâäçéèêëîïôöùûüÿœæÀÄÇÉÈÊËÎÏÔÖÙÛÜŒÆ'’.,:;!?()/+@%°«»\"=#*–—|\[\]_-]+"
_PLAIN = re.compile(rf"{_WORD}(?:[ \n]{_WORD})*")  # the common case: nothing to repair
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_TAGS = (
    "a|abbr|address|article|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|font|footer|form|"
    "h[1-6]|head|header|hr|html|i|iframe|img|input|label|li|link|main|meta|nav|object|ol|option|p|"
    "pre|q|s|script|section|select|small|span|strong|style|sub|sup|svg|table|tbody|td|textarea|"
    "tfoot|th|thead|title|tr|u|ul|video"
)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*|/)?>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br\s*/?|/p|/div|/li|/tr|/h[1-6])\s*>", re.IGNORECASE)
_HIDDEN = re.compile(r"<(script|style)\b[^<>]*>[^<]*</\1\s*>", re.IGNORECASE)
_LINK = re.compile(
    r"""<a\s[^<>]*?href=["']{0,2}([^"'\s<>]+)[^<>]*>([^<>]*)</a\s*>""", re.IGNORECASE
)
_ESCAPED_BYTE = re.compile(r"(?<=\w)<([c-f][0-9a-f])>")
_MOJIBAKE = re.compile(
    "[ÂÃÅ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014"
    "\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
    "|â[€‚\u0080\u0082][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
_CONTROL_1 = re.compile("[\u0080-\u009f]")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# Between two words they stood for a blank or a line; XML can hold none but the last of them.
_CONTROL_0 = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\u007f]")
_ODD_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_PUNCTUATION_ONLY = re.compile(r"[\s\-–—_./?*#,;:!'\"]+")
_FILLERS = frozenset(
    line.strip()
    for line in """
    #n/d|#n/a|#nd|#ref!|#valeur!|#value!|#nom?|#name?|#div/0!|#nombre!|#num!|#nul!|#null!|#spill!
    #propagation!|#calc!|n/d|n/a|n.d.|n.a.|n.c.|n/c|nc|na|nd
    nr|nsp|null|none|nan|nil|undefined|[object object]|néant|neant|vide|(vide)|(blank)|aucun|aucune
    non renseigné|non renseigne|non communiqué|non communique|non disponible|non défini|indéfini
    sans objet|à compléter|a completer|à renseigner
    """.replace("\n", "|").split("|")
    if line.strip()
)
_ERROR = re.compile(
    r"err ?: ?5\d\d|#(?:nom|name|ref|valeur|value|nombre|num|nul|null|div/0|calc) [!?]",
    re.IGNORECASE,
)
"""Errors of LibreOffice (Err:502), and of others with the blank that French puts before a mark."""
MAX_DECODINGS = 4  # real text is not escaped more often; this bounds decompression bombs


def clean_text(column: str, raw: str) -> Cell:
    """Return the text of a cell that holds one line (name, address, list, number…)."""
    return _clean(column, raw, False)


def clean_prose(column: str, raw: str) -> Cell:
    """Return the text of a cell that may hold paragraphs: line breaks and typography are kept."""
    return _clean(column, raw, True)


@lru_cache(maxsize=16384)
def _clean(column: str, raw: str, prose: bool) -> Cell:
    if not raw:
        return Cell()
    tracked = TrackedText(column, raw)
    for _ in range(MAX_DECODINGS):
        before = tracked.text
        if not _PLAIN.fullmatch(before):
            _repair_encoding(tracked)
            _repair_markup(tracked)
        if tracked.text == before:
            break
    _repair_spaces(tracked, prose)
    if is_filler(tracked.text):
        tracked.change("", "filler-emptied")
    if LOST in tracked.text:
        tracked.warn("characters-lost")
    return tracked.cell()


def is_filler(text: str) -> bool:
    """Does the text only say that there is nothing to say (``NC``, ``#N/D``, ``--``)?

    >>> is_filler("#N/D"), is_filler("Nancy")
    (True, False)
    """
    return bool(text) and (
        text.lower() in _FILLERS
        or _PUNCTUATION_ONLY.fullmatch(text) is not None
        or _ERROR.fullmatch(text) is not None
    )


def _repair_encoding(tracked: TrackedText) -> None:
    tracked.change(_ESCAPED_BYTE.sub(_from_byte, tracked.text), "escaped-byte-decoded")
    tracked.change(_MOJIBAKE.sub(_from_mojibake, tracked.text), "mojibake-decoded")
    tracked.change(_CONTROL_1.sub(_from_cp1252, tracked.text), "windows-character-decoded")
    tracked.change(_CONTROL_0.sub(" ", tracked.text), "spaces-normalised")
    tracked.change(INVISIBLE.sub("", tracked.text), "invisible-characters-removed")
    tracked.change(unicodedata.normalize("NFC", tracked.text), "accents-composed")


def _from_byte(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _from_mojibake(found: re.Match[str]) -> str:
    octets = bytearray()
    for character in found[0]:
        try:
            octets += character.encode("cp1252")
        except UnicodeEncodeError:
            octets += character.encode("latin-1", "replace")
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return found[0]


def _from_cp1252(found: re.Match[str]) -> str:
    return found[0].encode("latin-1").decode("cp1252", "ignore")


def _repair_markup(tracked: TrackedText) -> None:
    if "&" in tracked.text:
        tracked.change(_ENTITY.sub(_from_entity, tracked.text), "html-entities-decoded")
    if "<" in tracked.text:
        tracked.change(_without_tags(tracked.text), "html-removed")


def _from_entity(found: re.Match[str]) -> str:
    text = html.unescape(found[0]) or " "  # nothing comes of a control character
    return INVISIBLE.sub("", _CONTROL_0.sub(" ", text))


def _without_tags(text: str) -> str:
    text = _HIDDEN.sub("", text)
    text = _LINK.sub(_link_text, text)
    return _TAG.sub("", _BREAK.sub("\n", text))


def _link_text(found: re.Match[str]) -> str:
    address, label = found[1], found[2].strip()
    return address if label in ("", address) else f"{label} ({address})"


def _repair_spaces(tracked: TrackedText, prose: bool) -> None:
    text = tracked.text
    if prose:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = "\n".join(re.sub(r"[ \t]{2,}|\t", " ", line).strip() for line in text.split("\n"))
        tracked.change(re.sub(r"\n{3,}", "\n\n", text).strip(), "spaces-normalised")
        return
    text = _ODD_SPACES.sub(" ", text) if not text.isascii() or "\t" in text else text
    if "  " in text or "\n" in text or "\r" in text:
        text = "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
    tracked.change(text.strip(), "spaces-normalised")
