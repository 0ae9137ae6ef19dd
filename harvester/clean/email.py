"""E-mail addresses: one or several, out of labels, separators and masks against robots."""

import re
from functools import lru_cache

from harvester.clean.trail import Trail
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
    """Give the distinct addresses of a cell, in order.

    Letter case is kept: the part before ``@`` belongs to its own server. An address with a space
    inside is lost and said so: taking the half that still looks like one would write to a stranger.
    """
    if not text or _RIGHT.fullmatch(text):
        return CellList((text,) if text else ())
    trail = Trail(column, text)
    trail.become(_MASKED_AT.sub("@", trail.text), "email-at-sign-restored")
    mended = trail.text
    for _ in range(3):  # prenom@service,gouv,fr
        mended = _DOMAIN_COMMA.sub(r"\1.", mended)
    trail.become(mended, "email-comma-in-domain")
    found: list[str] = []
    for piece in _SEPARATOR.split(trail.text):
        _take(trail, piece, found)
    if found and not trail.notes and found != [part.strip() for part in _LIST.split(text)]:
        trail.say("email-ornaments-removed", "repair", text, "|".join(found))
    return CellList(tuple(found), tuple(trail.notes))


def _take(trail: Trail, written: str, found: list[str]) -> None:
    piece = written.strip()
    if not piece.strip("/-–"):
        return
    address = _ENDS.sub("", _LABEL.sub("", piece))
    if not _RIGHT.fullmatch(address):
        several = address.split()
        if len(several) > 1 and all(_RIGHT.fullmatch(_ENDS.sub("", one)) for one in several):
            for one in several:
                _take(trail, one, found)
            return
        if not _ACCENTED.fullmatch(address):
            rule = "email-is-web-address" if _WEB.search(piece) else "email-unreadable"
            trail.say(rule, "loss", piece)
            return
        trail.say("email-not-ascii", "warning", piece, address)
    if address != piece:
        trail.say("email-ornaments-removed", "repair", piece, address)
    if address.casefold() in {one.casefold() for one in found}:
        trail.say("repeated-value-removed", "repair", address)
    else:
        found.append(address)
