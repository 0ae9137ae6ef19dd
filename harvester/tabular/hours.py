"""Opening hours spread over columns, brought back to one text that cleaning understands."""

import re
from collections.abc import Mapping

from harvester.tabular.mapping import Hours
from vocab.text import fold

DAYS = {
    "monday": "Lundi",
    "tuesday": "Mardi",
    "wednesday": "Mercredi",
    "thursday": "Jeudi",
    "friday": "Vendredi",
    "saturday": "Samedi",
    "sunday": "Dimanche",
}
_TIME = re.compile(r"\d{1,2}\s*[:hH]\s*\d{0,2}(:00)?")
_OSM = re.compile(r"(?:Mo|Tu|We|Th|Fr|Sa|Su)\b")
_PARTS = re.compile(r" ?[;|] ?(?=.)|;$")
_EVEN, _ODD = ("week 02-52/2", "Semaine paire :"), ("week 01-53/2", "Semaine impaire :")


def hours_text(hours: Hours, cells: Mapping[str, str]) -> str:
    """Return the week as one French text, such as ``Lundi : 09:00-12:00 ; Mardi : 14h à 18h``.

    A day whose text means closed is left out, as OSM opening hours do. A semicolon parts days
    alone, so that what one cell says is not read as said of the whole week.
    """
    days = []
    for day, columns in hours.days.items():
        text = _day(columns, cells, hours.closed)
        if text:
            days.append(f"{DAYS[day]} : {text}")
    week = " ; ".join(days) or next((cells[column] for column in hours.text if column in cells), "")
    return _in_weeks(week, hours, cells) if week else ""


def _day(columns: tuple[str, ...], cells: Mapping[str, str], closed: frozenset[str]) -> str:
    written = (" ".join(cells[column].split()) for column in columns if column in cells)
    found = [_PARTS.sub(" / ", text) for text in written if fold(text) not in closed]
    paired = len(columns) > 1 and len(found) % 2 == 0
    if paired and found and all(_TIME.fullmatch(text) for text in found):
        pairs = zip(found[::2], found[1::2], strict=True)
        return ", ".join(f"{opens}-{closes}" for opens, closes in pairs)
    return " / ".join(found)


def _in_weeks(week: str, hours: Hours, cells: Mapping[str, str]) -> str:
    """Say that the hours hold in even or odd weeks only: in OSM when they are, else in words."""
    weeks = fold(cells.get(hours.weeks, "")) if hours.weeks else ""
    if weeks not in hours.even | hours.odd:
        return week
    osm, words = _EVEN if weeks in hours.even else _ODD
    if not _OSM.match(week):
        return f"{words} {week}"
    rules = [rule.strip() for rule in week.split(";") if rule.strip()]
    return "; ".join(f"{osm} {rule}" if _OSM.match(rule) else rule for rule in rules)
