"""Identifiers of the organisation that carries a place: SIRET, SIREN, RNA, RIDET.

Zeros mean "unknown" (the national file holds nothing else): they are no value and no loss.
"""

import re
from functools import lru_cache

from stdnum.fr import siren, siret

from harvester.clean.tracked_text import TrackedText
from harvester.clean.types import Cell

_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_RNA = re.compile(r"W[0-9A-Z]{3}\d{6}")
_RIDET = re.compile(r"\d{9,10}")


@lru_cache(maxsize=8192)
def clean_pivot(column: str, text: str, departement: str | None) -> Cell:
    """Return the identifier without its ornaments, and a doubt or a loss when its check fails."""
    tracked = TrackedText(column, text)
    if not text or re.fullmatch(r"[0\s]+(?:\.0)?", text):
        return Cell()
    if _ROUNDED.fullmatch(text):
        tracked.drop("pivot-rounded-by-spreadsheet")
        return tracked.cell()
    tracked.change(re.sub(r"(?<=\d)\.0$", "", text), "pivot-ornaments-removed")
    tracked.change(re.sub(r"[\s.\-_/']", "", tracked.text).upper(), "pivot-ornaments-removed")
    _restore_zero(tracked)
    _check(tracked, departement)
    return tracked.cell()


def _restore_zero(tracked: TrackedText) -> None:
    padded = "0" + tracked.text
    if len(tracked.text) in (8, 13) and tracked.text.isascii() and tracked.text.isdigit():
        check = siren if len(padded) == 9 else siret
        if check.is_valid(padded):
            tracked.change(padded, "pivot-zero-restored")


def _check(tracked: TrackedText, departement: str | None) -> None:
    number = tracked.text
    if _RNA.fullmatch(number):
        return
    if departement == "988" and _RIDET.fullmatch(number):
        return
    if not re.fullmatch(r"\d{9}|\d{14}", number):
        tracked.drop("pivot-unreadable")
    elif len(number) == 9:
        tracked.warn("pivot-siren-only" if siren.is_valid(number) else "pivot-check-digit")
    elif number.endswith("00000"):
        tracked.drop("pivot-rounded-by-spreadsheet")
    elif not siret.is_valid(number):
        tracked.warn("pivot-check-digit")
