"""Opening hours as a sentence, for what has no room for the week: « lundi à vendredi 9 h – 12 h ».

What people write is said in words: days, those of a month, periods, dates, remarks; the rest of
OpenStreetMap's language is shown as it is written, since half a sentence would be wrong.
https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re
from datetime import date, time

from babel.dates import format_date, get_day_names, get_month_names

from registry.hours.closure import Closure, closure_of, dated
from registry.hours.reading import period_of
from registry.hours.schedule import DAYS, LONGEST_MONTHS, MONTHS, Period, YearDay
from registry.locales import locale_of
from vocab.messages import Message, translate

_DAY_AND_MONTH = "d MMMM"
_FIRST = Message("d MMMM", "first of the month")
_LEAP_YEAR = 2024
_DAY = f"(?:{'|'.join(DAYS)})"
_FORWARD = "|".join(rf"{one} ?- ?{end}" for one in range(1, 5) for end in range(one + 1, 6))
_NUMBER = f"(?:{_FORWARD}|[1-5]|-[12])"
"""Which days of a month have words; of the others the whole is shown as it is written."""
_NTH = rf"\[ ?{_NUMBER}(?: ?, ?{_NUMBER})* ?\]"
_ITEM = rf"(?:{_DAY}(?:{_NTH}| ?- ?{_DAY})?|PH|SH)"
_CLOCK = r"(?:[01]?\d|2[0-4]):[0-5]\d"
_RANGE = rf"{_CLOCK}(?: ?- ?{_CLOCK}|\+)"
_RULE = re.compile(
    rf"(?P<days>{_ITEM}(?: ?, ?{_ITEM})*)?:? *"
    rf"(?P<times>off|closed|{_RANGE}(?: ?, ?{_RANGE})*)?(?: *\"(?P<remark>[^\"]*)\")?"
)
_MONTH = f"(?:{'|'.join(MONTHS)})"
_IN_A_YEAR = re.compile(
    rf"(?P<first>\d{{4}} {_MONTH} \d\d?)(?: ?- ?(?P<last>(?:\d{{4}} )?{_MONTH} \d\d?))?"
    r"(?::? +(?P<rest>.*))?"
)
_VARIES = re.compile(rf"\[|\b(?:{_MONTH}|week|easter|SH|\d{{4}})\b|\"")
"""What makes a week unlike the next one, or says more than times; not public holidays."""
_NUMBERS = {
    1: Message("1st"), 2: Message("2nd"), 3: Message("3rd"), 4: Message("4th"),
    5: Message("5th"), -1: Message("last"), -2: Message("last but one"),
}  # fmt: skip


def hours_words(hours: str, lang: str) -> str:
    """Return hours in words, in a language; what is not plain comes back as it is.

    Hours of the clock of the place, as they are written.
    """
    rest, closure = closure_of(hours)
    if closure is None:
        return _plain(hours, lang)
    said = [_plain(rest, lang), closure_words(closure, lang)]
    return translate("; ", lang).join(part for part in said if part)


def varies(hours: str) -> bool:
    """Whether one week does not show all that hours say."""
    return bool(_VARIES.search(hours))


def closure_end(closure: Closure, lang: str) -> str:
    """Return until when a place is closed, and why: « Fermé jusqu'au 15 mars 2027 : travaux »."""
    day = _date(closure.last, lang) if closure.last else ""
    if closure.words and day:
        said = Message("Closed until {day}: {why}", day=day, why=closure.words)
    elif day:
        said = Message("Closed until {day}", day=day)
    elif closure.words:
        said = Message("Closed until further notice: {why}", why=closure.words)
    else:
        said = Message("Closed until further notice")
    return said.message(lang)


def closure_words(closure: Closure, lang: str) -> str:
    """Return from when to when a place is closed, and why: « fermé du … au … (travaux) »."""
    first = _date(closure.first, lang)
    if closure.last is None:
        said = Message("closed from {day} on", day=first)
    elif closure.last == closure.first:
        said = Message("closed on {day}", day=first)
    else:
        said = Message("closed from {first} to {last}", first=first, last=_date(closure.last, lang))
    words = said.message(lang)
    return f"{words} ({closure.words})" if closure.words else words


def _plain(hours: str, lang: str) -> str:
    if hours.strip() == "24/7":
        return translate("day and night, every day", lang)
    said = [_said(part.strip(), lang) for part in hours.split(";") if part.strip()]
    return translate("; ", lang).join(map(str, said)) if said and all(said) else hours


def _said(rule: str, lang: str) -> str | None:
    """Return a rule in words; None where it is not plain."""
    split = _when_and_rest(rule, lang)
    found = _RULE.fullmatch(split[1]) if split else None
    if split is None or found is None or not (found["times"] or found["remark"]):
        return None
    when, days, times = split[0], found["days"], found["times"] or ""
    if when and not days and times in {"off", "closed"}:
        words = translate("closed", lang)
    else:
        words = _rule(days, times, lang)
    remark = found["remark"]
    if remark:
        words = f"{words} ({remark})" if times else ", ".join(filter(None, (words, remark)))
    return Message("{when}: {hours}", when=when, hours=words).message(lang) if when else words


def _when_and_rest(rule: str, lang: str) -> tuple[str, str] | None:
    """Return when a rule holds, in words, and what follows that; None where it is not plain."""
    if found := _IN_A_YEAR.fullmatch(rule):
        start = found["first"]
        end = found["last"] or start
        first, last = dated(start), dated(end if end[0].isdigit() else f"{start[:4]} {end}")
        if first is None or last is None or last < first:
            return None
        return _between(_date(first, lang), _date(last, lang), lang), found["rest"] or ""
    split = period_of(rule)
    return (_when(split[0], lang), split[1]) if split else None


def _between(first: str, last: str, lang: str) -> str:
    if first == last:
        return Message("on {day}", day=first).message(lang)
    return Message("from {first} to {last}", first=first, last=last).message(lang)


def _when(period: Period, lang: str) -> str:
    """Return when hours hold, in words; empty for always."""
    if period.kind == "odd":
        return translate("in odd weeks", lang)
    if period.kind == "even":
        return translate("in even weeks", lang)
    if period.kind == "always":
        return ""
    (first, day), (last, last_day) = period.first, period.last
    if day == 1 and last_day == LONGEST_MONTHS[last - 1]:
        names = get_month_names(locale=locale_of(lang))
        if first == last:
            return Message("in {month}", month=names[first]).message(lang)
        return Message("{first} to {last}", first=names[first], last=names[last]).message(lang)
    return _between(_year_day(period.first, lang), _year_day(period.last, lang), lang)


def _year_day(day: YearDay, lang: str) -> str:
    return _dated(date(_LEAP_YEAR, *day), _DAY_AND_MONTH, lang)


def _date(day: date, lang: str) -> str:
    return _dated(day, f"{_DAY_AND_MONTH} y", lang)


def _dated(day: date, form: str, lang: str) -> str:
    if day.day == 1:  # an ordinal in some languages
        form = form.replace(_DAY_AND_MONTH, _FIRST.message(lang))
    return str(format_date(day, form, locale=locale_of(lang)))


def hour(moment: time, lang: str) -> str:
    """Return a time of the day, such as ``9:05``; in French ``9 h 05``, and ``9 h`` on the hour."""
    return _hour(moment.hour, moment.minute, lang)


def closing_hour(moment: time, lang: str) -> str:
    """Return an end of opening; that of a day is 24:00: "0:00 – 0:00" would say nothing."""
    return hour(moment, lang) if moment != time() else _hour(24, 0, lang)


def _hour(hour: int, minute: int, lang: str) -> str:
    if minute:
        return Message("{hour}:{minute}", hour=hour, minute=f"{minute:02}").message(lang)
    return Message("{hour}:00", hour=hour).message(lang)


def _rule(days: str | None, times: str, lang: str) -> str:
    is_closed = times in {"off", "closed"}
    named = days or ("Mo-Su" if is_closed else "")
    listed = [_days(item, lang) for item in re.findall(_ITEM, named)]
    if is_closed:
        return Message("{days}: closed", days=", ".join(listed)).message(lang)
    spans = [_span(one, lang) for one in times.split(",") if one]
    return " ".join(", ".join(part) for part in (listed, spans) if part)


def _span(text: str, lang: str) -> str:
    start, _dash, end = text.strip().removesuffix("+").partition("-")
    opens = hour(_time(start), lang)
    return (
        f"{opens} – {closing_hour(_time(end), lang)}"
        if end
        else Message("from {time} on", time=opens).message(lang)
    )


def _nth_days(day: str, numbers: str, lang: str) -> str:
    """Return which days of a month are meant, such as the first and the third Saturday."""
    found: list[int] = []
    for part in re.findall(_NUMBER, numbers):
        ends = [int(one) for one in re.findall(r"^-?\d|\d$", part)]
        found += range(ends[0], ends[-1] + 1) if part[0] != "-" else ends[:1]
    words = [_NUMBERS[one].message(lang) for one in dict.fromkeys(found)]
    listed = ", ".join(words[:-1])
    if listed:
        listed = Message("{first} and {last}", first=listed, last=words[-1]).message(lang)
    named = {"which": listed or words[0], "day": _name(day, lang)}
    return Message("{which} {day} of the month", **named).message(lang)


def _days(item: str, lang: str) -> str:
    day, bracket, numbers = item.partition("[")
    if bracket:
        return _nth_days(day, numbers, lang)
    if item == "PH":
        return translate("public holidays", lang)
    if item == "SH":
        return translate("school holidays", lang)
    first, _dash, last = (part.strip() for part in item.partition("-"))
    if last:
        ends = {"first": _name(first, lang), "last": _name(last, lang)}
        return Message("{first} to {last}", **ends).message(lang)
    return _name(first, lang)


def _name(day: str, lang: str) -> str:
    return str(get_day_names(locale=locale_of(lang))[DAYS.index(day)])


def _time(text: str) -> time:
    hours, minutes = text.strip().split(":")
    return time(int(hours) % 24, int(minutes))
