"""E-mail addresses: one or several, out of labels, separators and masks against robots."""

import re
from functools import lru_cache

from harvester.clean.tracked_text import TrackedText
from harvester.clean.types import CellList

_RIGHT = re.compile(
    r"[A-Za-z0-9_%+'&=~-]+(?:\.[A-Za-z0-9_%+'&=~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
_ACCENTED = re.compile(r"[\w.%+'-]+@(?:[\w-]+\.)+[^\W\d_]{2,24}")
_MASKED_AT = re.compile(
    r"\s?(?:\[(?:a|at|arobase|@)\]|\((?:a|at|arobase|@)\)|@{2,})\s?", re.IGNORECASE
)
_DOMAIN_COMMA = re.compile(r"(@[\w.-]+)[,;](?=(?:gouv|asso|fr|com|org|net|eu|re|nc|corsica)\b)")
_ENDS = re.compile(r"^(?:mailto:|[\s.:<('\"-])+|(?:%A0|[\s.:>)'\",-])+$", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[|;,\n]\s*|\s+[/–-]\s*|\s*/\s+|\s+(?:ou|et)\s+|/(?=\S+@)")
_LIST = re.compile(r"[|;]")  # the separators of the two versions of the standard
_LABEL = re.compile(r"[^@:|;\n]{0,80}:\s*(?=\S+@)")
_WEB = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


@lru_cache(maxsize=16384)
def clean_emails(column: str, text: str) -> CellList:
    """Return the distinct addresses of a cell, in order.

    Letter case is kept: the part before ``@`` belongs to its own server. An address with a space
    inside is lost and noted: taking the half that still looks like one could write to others.
    """
    if not text or _RIGHT.fullmatch(text):
        return CellList((text,) if text else ())
    tracked = TrackedText(column, text)
    tracked.change(_MASKED_AT.sub("@", tracked.text), "email-at-sign-restored")
    repaired = tracked.text
    for _ in range(3):  # prenom@service,gouv,fr
        repaired = _DOMAIN_COMMA.sub(r"\1.", repaired)
    tracked.change(repaired, "email-comma-in-domain")
    found: list[str] = []
    for piece in _SEPARATOR.split(tracked.text):
        _take(tracked, piece, found)
    if found and not tracked.notes and found != [part.strip() for part in _LIST.split(text)]:
        tracked.note("email-ornaments-removed", "repair", text, "|".join(found))
    return CellList(tuple(found), tuple(tracked.notes))


def _take(tracked: TrackedText, written: str, found: list[str]) -> None:
    piece = written.strip()
    if not piece.strip("/-–"):
        return
    address = _ENDS.sub("", _LABEL.sub("", piece))
    if not _RIGHT.fullmatch(address):
        several = address.split()
        if len(several) > 1 and all(_RIGHT.fullmatch(_ENDS.sub("", one)) for one in several):
            for one in several:
                _take(tracked, one, found)
            return
        if not _ACCENTED.fullmatch(address):
            rule = "email-is-web-address" if _WEB.search(piece) else "email-unreadable"
            tracked.note(rule, "loss", piece)
            return
        tracked.note("email-not-ascii", "warning", piece, address)
    if address != piece:
        tracked.note("email-ornaments-removed", "repair", piece, address)
    if address.casefold() in {one.casefold() for one in found}:
        tracked.note("repeated-value-removed", "repair", address)
    else:
        found.append(address)
