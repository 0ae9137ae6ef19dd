"""Ends of hours that say less than a week: closed every year, one day that ends earlier.

Each stands last and alone after hours that are understood whole without it; what could be read in
two ways is not read here (docs/decisions/0031).
"""

import re
from dataclasses import replace

from harvester.clean.hours.cursor import NotUnderstood
from harvester.clean.hours.parse import french_to_osm, french_week
from harvester.clean.hours.week import Block, Span, render
from harvester.clean.hours.words import words_of
from vocab.text import base_letters

_FRENCH_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre",
    "octobre", "novembre", "decembre",
)  # fmt: skip
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTH = f"(?:{'|'.join(_FRENCH_MONTHS)})"
_DAY = r"(?:1er|\d{1,2})"
_CLOSED = (
    r"(?:(?:est\s+)?ferme(?:e|s|es)?(?:\s+annuellement)?"
    r"|(?:fermeture|conges?)(?:\s+annuel(?:le)?s?)?)"
)
_YEARLY = re.compile(
    rf"(?P<rest>.*?\S)(?P<between>[\s,;.–-]*)(?P<open>\()?\s*\b{_CLOSED}\s*:?\s*"
    rf"(?:(?:en|(?:au|le|du)\s+mois\s+(?:de\s+|d['’]\s?))?\s*(?P<month>{_MONTH})"
    rf"(?:\s+et\s+(?:en\s+)?(?P<next>{_MONTH}))?"
    rf"|du\s+(?P<first>{_DAY})(?:\s+(?P<start>{_MONTH}))?\s+au\s+(?P<last>{_DAY})\s+(?P<end>{_MONTH}))"
    r"\s*(?P<close>\))?\s*\.?",
    re.DOTALL,
)
_RULE_BEHIND = re.compile(
    rf"(?P<rest>.*\S)\s*;\s*(?P<rule>(?:\d{{4}} )?(?:{'|'.join(_MONTHS)})\b[^;\"]*"
    r"(?:off|closed)(?: \"[^\"]*\")?)",
    re.DOTALL,
)
"""A closure in OpenStreetMap's words behind hours in French, as a form adds it."""
_STRONG = re.compile(r"[.;\n]")
_EARLIER = re.compile(
    r"(?P<rest>.*\d.*?)\s*\((?:sauf\s+)?(?:(?P<time>\d{1,2}\s?h\s?(?:[0-5]\d)?)\s+le\s+(?P<day>[a-z]+)"
    r"|(?:le\s+)?(?P<day2>[a-z]+)\s*:?\s*(?:jusqu'?\s?a\s+)?(?P<time2>\d{1,2}\s?h\s?(?:[0-5]\d)?))\)",
    re.DOTALL,
)


def with_ending(text: str) -> str | None:
    """Return the ``opening_hours`` of a text with such an end; None for any other text."""
    if found := _RULE_BEHIND.fullmatch(text.strip()):
        before = french_to_osm(found["rest"]) or with_ending(found["rest"])
        return f"{before}; {found['rule']}" if before else None
    plain = base_letters(text.strip().lower(), "NFD")
    return _closed_yearly(text.strip(), plain) or _ending_earlier(text.strip(), plain)


def _closed_yearly(text: str, plain: str) -> str | None:
    """Read "lundi au vendredi 9h-12h, fermé en août"."""
    found = _YEARLY.fullmatch(plain)
    if found is None or len(plain) != len(text) or bool(found["open"]) != bool(found["close"]):
        return None
    dates, before = _dates(found), text[: found.end("rest")]
    week = french_to_osm(before) or _ending_earlier(before, plain[: found.end("rest")])
    if not week or not dates:
        return None
    is_of_all = bool(_STRONG.search(found["between"])) or _is_one_statement(before)
    return f"{week}; {dates} off" if is_of_all else None


def _is_one_statement(text: str) -> bool:
    """Whether an end can be of nothing but the whole: of a list it may be of the last part."""
    week = french_week(text)
    return week is None or len(week[0]) == 1


def _dates(found: re.Match[str]) -> str | None:
    if month := found["month"]:
        first = _FRENCH_MONTHS.index(month)
        if found["next"] is None:
            return _MONTHS[first]
        last = _FRENCH_MONTHS.index(found["next"])
        return f"{_MONTHS[first]}-{_MONTHS[last]}" if last == (first + 1) % 12 else None
    end = _FRENCH_MONTHS.index(found["end"])
    start = _FRENCH_MONTHS.index(found["start"]) if found["start"] else end
    ends = [int(found[name].removesuffix("er")) for name in ("first", "last")]
    is_possible = all(
        1 <= day <= _LONGEST[month] for day, month in zip(ends, (start, end), strict=True)
    )
    if not is_possible or (start == end and ends[0] >= ends[1]):
        return None
    return f"{_MONTHS[start]} {ends[0]:02}-{_MONTHS[end]} {ends[1]:02}"


def _ending_earlier(text: str, plain: str) -> str | None:
    """Read "lundi-vendredi 9h-12h, 13h-17h (16h30 le vendredi)": the last hours of that day."""
    found = _EARLIER.fullmatch(plain)
    if found is None or len(plain) != len(text):
        return None
    week = french_week(text[: found.end("rest")])
    named = words_of(found["day"] or found["day2"])
    clock = words_of((found["time"] or found["time2"]).replace(" ", ""))
    if week is None or not named or len(named) != 1 or not clock or len(clock) != 1:
        return None
    blocks, closed = week
    if len(blocks) != 1 or closed or named[0].day is None:
        return None
    try:
        return render(_parted(blocks[0], named[0].day, clock[0].minutes))
    except NotUnderstood:
        return None


def _parted(block: Block, day: int, end: int) -> list[Block]:
    """Return a block without a day, and that day, whose last opening ends earlier."""
    others = tuple(pair for pair in block.days if pair[0] != day)
    last = block.spans[-1]
    if (day, ()) not in block.days or not others or not last.start < end < last.end:
        raise NotUnderstood
    spans = (*block.spans[:-1], Span(last.start, end))
    return [replace(block, days=others), replace(block, days=((day, ()),), spans=spans)]
