"""Identifiers of the organisation that carries a place: SIRET, SIREN, RNA, RIDET.

Zeros mean "unknown" (the national file holds nothing else): they are no value and no loss.
"""

import re
from functools import lru_cache

from stdnum.fr import siren, siret

from harvester.clean.trail import Trail
from harvester.clean.types import Cell

_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_RNA = re.compile(r"W[0-9A-Z]{3}\d{6}")
_RIDET = re.compile(r"\d{9,10}")


@lru_cache(maxsize=8192)
def clean_pivot(column: str, text: str, departement: str | None) -> Cell:
    """Give the identifier without its ornaments, and a doubt or a loss when its check fails."""
    trail = Trail(column, text)
    if not text or re.fullmatch(r"[0\s]+(?:\.0)?", text):
        return Cell()
    if _ROUNDED.fullmatch(text):
        trail.lose("pivot-rounded-by-spreadsheet")
        return trail.cell()
    trail.become(re.sub(r"(?<=\d)\.0$", "", text), "pivot-ornaments-removed")
    trail.become(re.sub(r"[\s.\-_/']", "", trail.text).upper(), "pivot-ornaments-removed")
    _restore_zero(trail)
    _judge(trail, departement)
    return trail.cell()


def _restore_zero(trail: Trail) -> None:
    padded = "0" + trail.text
    if len(trail.text) in (8, 13) and trail.text.isascii() and trail.text.isdigit():
        check = siren if len(padded) == 9 else siret
        if check.is_valid(padded):
            trail.become(padded, "pivot-zero-restored")


def _judge(trail: Trail, departement: str | None) -> None:
    number = trail.text
    if _RNA.fullmatch(number):
        return
    if departement == "988" and _RIDET.fullmatch(number):
        return
    if not re.fullmatch(r"\d{9}|\d{14}", number):
        trail.lose("pivot-unreadable")
    elif len(number) == 9:
        trail.warn("pivot-siren-only" if siren.is_valid(number) else "pivot-check-digit")
    elif number.endswith("00000"):
        trail.lose("pivot-rounded-by-spreadsheet")
    elif not siret.is_valid(number):
        trail.warn("pivot-check-digit")
