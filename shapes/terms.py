"""The values of literals: whether a lexical form belongs to its datatype, and their order.

Terms stay their canonical N-Triples text (:mod:`vocab.ntriples`), as a record has them: equality is
a comparison of strings, and nothing is parsed that no constraint asks about. Comparison follows the
operators of SPARQL 1.1 (section 17.3): what has no order there has none here, and then the
constraint fails (SHACL 4.3).
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from vocab.namespaces import XSD
from vocab.ntriples import XSD_STRING, literal_parts

XSD_DECIMAL = f"{XSD}decimal"
XSD_BOOLEAN = f"{XSD}boolean"
TRUE = f'"true"^^<{XSD_BOOLEAN}>'

_DECIMAL_END = f'"^^<{XSD_DECIMAL}>'
_INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None), "long": (-(2**63), 2**63 - 1), "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1), "byte": (-128, 127), "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None), "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
    "unsignedLong": (0, 2**64 - 1), "unsignedInt": (0, 2**32 - 1), "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}  # fmt: skip
_ZONE = r"(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_DATE = r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)"
_TIME = r"(\d\d):(\d\d):(\d\d)(\.\d+)?"
_LEXICAL = {
    "integer": re.compile(r"[+-]?\d+", re.ASCII),
    "decimal": re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII),
    "double": re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN", re.ASCII),
    "boolean": re.compile(r"true|false|0|1"),
    "date": re.compile(_DATE + _ZONE, re.ASCII),
    "dateTime": re.compile(f"{_DATE}T{_TIME}{_ZONE}", re.ASCII),
    "time": re.compile(_TIME + _ZONE, re.ASCII),
    "gYear": re.compile(r"-?(?:[1-9]\d{4,8}|\d{4})" + _ZONE, re.ASCII),
    "gYearMonth": re.compile(r"-?(?:[1-9]\d{4,8}|\d{4})-(?:0[1-9]|1[0-2])" + _ZONE, re.ASCII),
}
_LEXICAL["float"] = _LEXICAL["double"]
_is_decimal = _LEXICAL["decimal"].fullmatch


class _Moment(NamedTuple):
    since: timedelta
    zoned: bool


def accepts_all(datatype: str) -> bool:
    """Whether every lexical form belongs to a datatype, as far as is known here."""
    name = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
    return name not in _INTEGERS and name not in _LEXICAL


@lru_cache(maxsize=16_384)
def is_well_formed(lexical: str, datatype: str) -> bool:
    """Whether a lexical form belongs to a datatype; datatypes that are not known accept all."""
    if accepts_all(datatype):
        return True
    name = datatype.removeprefix(XSD)
    if name in _INTEGERS:
        return _is_integer(lexical, *_INTEGERS[name])
    if not _LEXICAL[name].fullmatch(lexical):
        return False
    if name in ("date", "dateTime", "time"):
        return _moment(lexical, name) is not None
    return True


def _is_integer(lexical: str, low: int | None, high: int | None) -> bool:
    if not _LEXICAL["integer"].fullmatch(lexical):
        return False
    value = Decimal(lexical)  # linear in the digits, where int() is not
    return (low is None or value >= low) and (high is None or value <= high)


@lru_cache(maxsize=16_384)
def order_key(term: str) -> tuple[str, object] | None:
    """Return a family and a key that orders the literal inside it; None when it has no order."""
    if term[0] != '"':
        return None
    if term.endswith(_DECIMAL_END):  # coordinates: by far the most compared, and rarely twice
        text = term[1 : -len(_DECIMAL_END)]
        return ("number", Decimal(text)) if _is_decimal(text) else None
    lexical, datatype, _ = literal_parts(term)
    if datatype == XSD_STRING:
        return "string", lexical
    if not datatype.startswith(XSD) or not is_well_formed(lexical, datatype):
        return None
    name = datatype.removeprefix(XSD)
    if name in _INTEGERS or name == "decimal":
        return "number", Decimal(lexical)
    if name in ("double", "float"):
        return "number", float(lexical)
    if name == "boolean":
        return "boolean", lexical in ("true", "1")
    moment = _moment(lexical, name)
    return None if moment is None else (name, moment)


def compare(left: str, right: str) -> int | None:
    """Return -1, 0 or 1 as ``left`` is before, at or after ``right``; None when incomparable."""
    one, two = order_key(left), order_key(right)
    if one is None or two is None or one[0] != two[0]:
        return None
    a, b = one[1], two[1]
    if one[0] == "number":
        return _compare_numbers(a, b)
    if isinstance(a, _Moment) and isinstance(b, _Moment):
        return _compare_moments(a, b)
    return _sign(a < b, a == b)  # type: ignore[operator]  # same family, same type


def _sign(less: bool, equal: bool) -> int:
    return -1 if less else 0 if equal else 1


def _compare_numbers(one: object, two: object) -> int | None:
    if isinstance(one, float) or isinstance(two, float):
        one, two = _as_float(one), _as_float(two)
    if one != one or two != two:  # NaN has no order
        return None
    return _sign(one < two, one == two)  # type: ignore[operator]  # both floats or both decimals


def _as_float(number: object) -> float:
    return number if isinstance(number, float) else float(number)  # type: ignore[arg-type]  # a Decimal


_ZONE_MARGIN = timedelta(hours=14)  # XML Schema 3.2.7.3: how far a moment without zone may lie


def _compare_moments(one: _Moment, two: _Moment) -> int | None:
    if one.zoned != two.zoned and abs(one.since - two.since) <= _ZONE_MARGIN:
        return None
    return _sign(one.since < two.since, one.since == two.since)


def _moment(lexical: str, name: str) -> _Moment | None:
    """Return the instant as time since year 1, and whether it has a zone; None outside 1–9999."""
    pattern = _LEXICAL.get(name)
    match = pattern.fullmatch(lexical) if pattern and name in ("date", "dateTime", "time") else None
    if match is None:
        return None
    parts = list(match.groups())
    zone = parts.pop()
    day = parts[:3] if name != "time" else ["1972", "12", "31"]
    clock = parts[-4:] if name != "date" else ["00", "00", "00", None]
    try:
        since = _since(day, clock)
    except (ValueError, OverflowError):
        return None
    return _Moment(since - _offset(zone), zone is not None)


def _since(day: list[str], clock: list[str | None]) -> timedelta:
    hour, minute, second = (int(part or 0) for part in clock[:3])
    midnight = (hour, minute, second) == (24, 0, 0) and not float(clock[3] or 0)
    moment = time(0 if midnight else hour, minute, second, tzinfo=UTC)
    start = datetime.combine(date(int(day[0]), int(day[1]), int(day[2])), moment)
    fraction = timedelta(microseconds=int((clock[3] or ".0")[1:7].ljust(6, "0")))
    return start - datetime.min.replace(tzinfo=UTC) + fraction + timedelta(days=midnight)


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone == "Z":
        return timedelta()
    span = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return -span if zone[0] == "-" else span
