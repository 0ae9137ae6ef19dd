"""Opening hours: OSM ``opening_hours`` kept, repaired or made out of French; else kept verbatim."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from opening_hours import (  # type: ignore[attr-defined]  # its stub forgets the error
    OpeningHours,
    ParserError,
)

from harvester.clean.hours.cursor import CLOCK, names_day
from harvester.clean.hours.endings import with_ending
from harvester.clean.hours.parse import french_to_osm, read_day
from harvester.clean.hours.week import Block, render
from harvester.clean.hours.words import words_of
from harvester.clean.text import is_filler
from harvester.clean.types import Note
from vocab.opening_hours import has_doubtful_range, names_no_day
from vocab.text import fold

MAX_CHARACTERS = 600  # no week needs more; longer texts are not parsed
_LINES = re.compile(r"\s*[;\n]\s*")
_ONE_DAY = re.compile(r"([^\W\d_]+)\s*:\s*(.+)")
_FRENCH = re.compile(r"\d\s*h|di\b|[éèà]|\b(?:lu|ma|me|je|ve|du|de|et|au)\b", re.IGNORECASE)
# What OpenStreetMap and French both write, for another thing: March and mardi, Wednesday and
# week-end. A day or month of OpenStreetMap's own beside it settles the question.
_FRENCH_TOO = re.compile(r"\b(?:[Mm][Aa][Rr]|WE|wE|we)\b")
_ENGLISH_ONLY = re.compile(
    r"\b(?:mo|tu|th|fr|su|ph|sh|jan|feb|apr|may|jun|jul|aug|sep|oct|nov|dec|week)\b|\d{4}",
    re.IGNORECASE,
)
# "WE" in capitals after "Mo-Fr" is the week-end, among days in capitals it may be Wednesday.
_WE = re.compile(r"\b(?:WE|wE|we)\b")
_CAPITALISED = re.compile(r"\b(?:Mo|Tu|Th|Fr|Su)\b")
_OVER_WEDNESDAY = re.compile(r"\b(?:mo|tu) *- *(?:th|fr|sa|su)\b", re.IGNORECASE)


# « Voir site internet » says where the hours are, not when: it would stand among the hours.
_ELSEWHERE = re.compile(
    r"^(?:a )?(?:voir|cf|consulter|consultez|nous consulter|nous contacter|nous appeler|contacter"
    r"|contactez|se renseigner|renseignements?|se reporter"
    r"|horaires? sur(?! (?:demande|mesure))|see|on our)\b"
)
_SAYS_WHEN = re.compile(
    r"\d|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|matin|midi|apres|soir|semaine"
    r"|mois|jours?|rdv|rendez|ferme|ferie|vacances|scolaires?|saison|ete|hiver"
    r"|lun|mar|mer|jeu|ven|sam|dim)\b"
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Cleaned opening hours.

    Attributes:
        osm: a valid ``opening_hours`` text; empty when there is none.
        verbatim: the hours as they were written, when they could not become OSM.
        notes: what was done.
    """

    osm: str = ""
    verbatim: str | None = None
    notes: tuple[Note, ...] = ()


@lru_cache(maxsize=16384)
def clean_hours(column: str, text: str) -> Hours:
    """Return the OSM form of hours, or the hours as written with a warning."""
    if not text:
        return Hours()
    if len(text) <= MAX_CHARACTERS and not _may_be_week_end(text):
        if is_osm(text):
            return _osm(column, text)
        osm = _day_by_day(text) or french_to_osm(text) or with_ending(text)
        if osm and is_osm(osm):
            rule = "hours-french-to-osm" if _FRENCH.search(text) else "hours-osm-mended"
            return Hours(osm, None, (Note(column, rule, "repair", text, osm),))
    if _ELSEWHERE.search(fold(text)) and not _SAYS_WHEN.search(fold(text)):
        return Hours("", None, (Note(column, "hours-said-elsewhere", "loss", text, ""),))
    return Hours("", text, (Note(column, _what_lacks(text), "warning", text, text),))


def _what_lacks(text: str) -> str:
    """Return the rule that says why a text stays one: no days, no times, or not understood."""
    kinds = {word.kind for word in words_of(text) or ()} if len(text) <= MAX_CHARACTERS else set()
    has_days, has_times = any(map(names_day, kinds)), bool(kinds & CLOCK)
    if has_times and not has_days and "everyday" not in kinds:
        return "hours-text-without-days"
    return "hours-text-without-times" if has_days and not has_times else "hours-kept-verbatim"


def week_from_days(days: Mapping[str, str]) -> str | None:
    """Return the OSM form of hours that a file holds in one column a day.

    Args:
        days: day (``lundi``, ``Mo``, ``samedi``…) -> times as written. A day that is empty or
            says that the place is closed counts as closed.

    Returns:
        None unless every day was understood, or when no day is open.
    """
    blocks: list[Block] = []
    for name, text in days.items():
        read = _day(name, text.strip())
        if read is None:
            return None
        blocks += read
    osm = render(blocks) if blocks else None
    return osm if osm and is_osm(osm) else None


def is_osm(text: str) -> bool:
    """Does the text follow the ``opening_hours`` grammar of OpenStreetMap?"""
    try:
        OpeningHours(text)
    except ParserError:
        return False
    return True


def _may_be_week_end(text: str) -> bool:
    """May "WE" be the week-end though it stands among days in OpenStreetMap's words?"""
    mixed_case = _CAPITALISED.search(text) or _OVER_WEDNESDAY.search(text)
    return bool(_WE.search(text) and mixed_case)


def _day_by_day(text: str) -> str | None:
    """Read "Lundi : …; Mardi : …" one day at a time: what one day says is not said of another."""
    found = [_ONE_DAY.fullmatch(line) for line in _LINES.split(text.strip(" ;\n"))]
    days = {one[1].lower(): one[2] for one in found if one}
    return week_from_days(days) if len(days) == len(found) else None


def _osm(column: str, text: str) -> Hours:
    """Keep hours that follow the grammar, unless what they say cannot be what they mean."""
    if has_doubtful_range(text):
        return Hours("", text, (Note(column, "hours-range-doubtful", "warning", text, text),))
    if _FRENCH_TOO.search(text) and not _ENGLISH_ONLY.search(text):
        return Hours("", text, (Note(column, "hours-kept-verbatim", "warning", text, text),))
    if names_no_day(text):
        return Hours(text, None, (Note(column, "hours-without-days", "warning", text, text),))
    return Hours(text)


def _day(name: str, text: str) -> tuple[Block, ...] | None:
    words = words_of(name)
    if not words or len(words) != 1 or words[0].day is None:
        return None
    if not text or is_filler(text) or text.lower() in ("non", "x"):
        return ()
    return read_day(words[0].day, text)
