"""Values written in another datatype than the contract's: a number as text, a day with its time.

What means the same is rewritten; what does not is left for the shapes to name. Nothing is guessed:
a year is no day, ``NaN`` is no latitude.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import unquote

from harvester.clean.date import clean_date
from harvester.clean.records.statements import Statement
from vocab.namespaces import DCT, MED, NOT_IN_IRI, ORG, SCHEMA, XSD
from vocab.ntriples import is_day, is_decimal, is_valid_iri, literal, typed
from vocab.urls import as_iri

DECIMAL, DATE, STRING = f"{XSD}decimal", f"{XSD}date", f"{XSD}string"
_NUMBER = re.compile(r"[+-]?(?:\d{1,20}(?:[.,]\d{0,20})?|[.,]\d{1,20})(?:[eE][+-]?\d{1,2})?")
_ZONED_DAY = re.compile(r"-?\d{4,}-\d{2}-\d{2}(?:Z|[+-]\d{2}:\d{2})?")
_LONG_CLOCK = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,40})?)?"
    r"|(?P<end>24:00(?::00(?:\.0{1,40})?)?))(?:Z|[+-]\d{2}:\d{2})?"
)
_NUMBERS = frozenset(
    XSD + name
    for name in (
        "integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger", "unsignedInt",
        "unsignedLong", "unsignedShort", "byte", "unsignedByte", "negativeInteger",
        "nonPositiveInteger", "decimal", "double", "float",
    )
)  # fmt: skip
_DAYS = frozenset({DATE, f"{XSD}dateTime", f"{XSD}dateTimeStamp"})
_TEXTS = frozenset(
    {f"{SCHEMA}{name}" for name in ("Text", "Number", "Float", "Integer", "Date", "DateTime")}
    | {STRING, f"{DCT}W3CDTF"}
)
"""Datatypes of other vocabularies, whose texts are written as those of the XML Schema are."""
IRI = "IRI"
_ADDRESSES = {f"{SCHEMA}telephone": "tel:", f"{SCHEMA}email": "mailto:"}
_WEB = re.compile(
    r"https?://(?:[\w.-]+|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?" + rf"(?:[/?#][^\s{NOT_IN_IRI}]*)?",
    re.IGNORECASE,
)
_POSTCODE = f"{SCHEMA}postalCode"


def _is_text(datatype: str) -> bool:
    """Whether a datatype leaves to the text what it means: a string, a language, schema:Number."""
    return datatype in _TEXTS or datatype.startswith("@")


def plain_number(text: str, datatype: str) -> str | None:
    """Return the digits of a decimal; also of a number that JSON-LD made an ``xsd:double``."""
    plain = text.strip().replace("\u2212", "-")
    if not _NUMBER.fullmatch(plain) or not (_is_text(datatype) or datatype in _NUMBERS):
        return None
    return plain if is_decimal(plain) else format(Decimal(plain.replace(",", ".")), "f")


def _number(text: str, datatype: str) -> str | None:
    number = plain_number(text, datatype)
    return None if number is None else typed(number, DECIMAL)


def _day(text: str, datatype: str) -> str | None:
    """Return the day of a date and time, or of a text that says one."""
    if datatype == DATE and _ZONED_DAY.fullmatch(text):
        return None  # a date already, with its zone
    if not (_is_text(datatype) or datatype in _DAYS):
        return None
    if found := _LONG_CLOCK.fullmatch(text.strip()):
        text = _day_after(found.group(1)) if found["end"] else found.group(1)
    day = text.strip() if is_day(text.strip()) else clean_date("date_maj", text.strip()).value
    return typed(day, DATE) if day else None


def _day_after(day: str) -> str:
    """Return the next day: 24:00 is its first instant (XML Schema 1.1, part 2, 3.3.7)."""
    with suppress(ValueError, OverflowError):
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    return day


def _string(text: str, datatype: str) -> str | None:
    """Return a plain text; a whole number that JSON-LD wrote as one."""
    if datatype in _NUMBERS and _NUMBER.fullmatch(text):
        number = Decimal(text.replace(",", "."))
        whole = number.to_integral_value()
        return literal(f"{whole:f}") if number == whole else None
    return f'"{text}"'


def _postcode(text: str, datatype: str) -> str | None:
    """Return a postcode; a number lost the 0 in front of 01000."""
    found = _string(text, datatype)
    short = found is not None and datatype in _NUMBERS and re.fullmatch(r'"\d{4}"', found)
    return f'"0{found[1:]}' if found and short else found


def _web(text: str, _: str) -> str | None:
    """Return the IRI that a text gives as an address on the web, whatever its datatype."""
    iri = as_iri(text.strip()) if _WEB.fullmatch(text.strip()) else ""
    return f"<{iri}>" if iri and is_valid_iri(iri) else None


def _address(statement: Statement) -> Statement:
    """Return the number of ``tel:+33…``, the address of ``mailto:a@b.fr``, as a text."""
    scheme = _ADDRESSES.get(statement.predicate, "")
    text = statement.text
    if not scheme or not text.lower().startswith(scheme):
        return statement
    plain = unquote(text[len(scheme) :].partition("?")[0])
    if plain.startswith("+"):
        plain = re.sub("[-. ()]", "", plain)  # visual separators (RFC 3966, section 5.1.1)
    return Statement(statement.subject, statement.predicate, literal(plain))


def _text(text: str, datatype: str) -> str | None:
    """Return a text in no language, out of any datatype but a language."""
    return None if datatype.startswith("@") else f'"{text}"'


Rewrite = Callable[[str, str], str | None]
_REWRITES: dict[str, tuple[str, Rewrite]] = {
    f"{SCHEMA}latitude": (DECIMAL, _number),
    f"{SCHEMA}longitude": (DECIMAL, _number),
    f"{MED}share": (DECIMAL, _number),
    f"{DCT}modified": (DATE, _day),
    f"{MED}availableFrom": (DATE, _day),
    f"{MED}availableThrough": (DATE, _day),
    f"{DCT}identifier": (STRING, _string),
    _POSTCODE: (STRING, _postcode),
    f"{ORG}identifier": (STRING, _string),
    f"{SCHEMA}telephone": (STRING, _string),
    f"{SCHEMA}email": (STRING, _string),
    f"{SCHEMA}openingHours": (STRING, _string),
    f"{SCHEMA}url": (IRI, _web),
    f"{SCHEMA}name": ("", _text),
    f"{SCHEMA}description": ("", _text),
    f"{SCHEMA}streetAddress": ("", _text),
    f"{SCHEMA}addressLocality": ("", _text),
}
_TEXT = r'"(?:[^"\\]++|\\.)*+"'
_RIGHT = {
    DECIMAL: rf'"[+-]?[0-9]*+\.?[0-9]*+"\^\^<{re.escape(DECIMAL)}> ',
    DATE: rf'"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"\^\^<{re.escape(DATE)}> ',
    STRING: rf"{_TEXT} ",
    "": rf"{_TEXT}[ @]",
}


def wrong_values() -> dict[str, str]:
    """Return each predicate with the pattern of what follows it where its literal is not right.

    It is matched with many others in one walk over a record: nearly all are right.
    """
    found = {
        path: '> "' if wanted == IRI else rf'> (?=")(?!{_RIGHT[wanted]})'
        for path, (wanted, _) in _REWRITES.items()
    }
    for path, scheme in _ADDRESSES.items():
        found[path] = rf'(?:{found[path]}|> [<"](?i:{scheme}))'
    return found


def rewritten(statement: Statement) -> Statement:
    """Return a statement with its value in the datatype of the contract, if it can be."""
    statement = _address(statement)
    wanted, rewrite = _REWRITES.get(statement.predicate, ("", None))
    if rewrite is None or not statement.is_literal:
        return statement
    datatype = statement.datatype
    if datatype == wanted and wanted != DATE and (wanted != DECIMAL or is_decimal(statement.text)):
        return statement
    if not wanted and datatype in {STRING, ""}:
        return statement
    value = rewrite(statement.text, datatype)
    if value is None or value == statement.value:
        return statement
    return Statement(statement.subject, statement.predicate, value)
