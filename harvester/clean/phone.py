"""Telephone numbers in international form, with the prefix of the territory they really ring in.

Overseas numbers are known by their own first digits (0596… is Martinique wherever it is written);
short numbers (3949) are kept as they are, for they equal no other.
"""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata
from phonenumbers.shortnumberinfo import is_valid_short_number_for_region

from harvester.clean.tracked_text import TrackedText
from harvester.clean.types import CellList, Note
from vocab.text import fold

NATIONAL = re.compile(r"(?:\+33|\+590|\+594|\+262|\+596|\+269|\+687|\+689|\+508|\+681)\d{6,9}")
_REGIONS = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT",
    "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
# First digits of a nine-digit French number -> prefix of the territory that holds them (ARCEP).
_OVERSEAS = {
    "590": "+590", "690": "+590", "691": "+590", "594": "+594", "694": "+594",
    "596": "+596", "696": "+596", "697": "+596", "262": "+262", "692": "+262",
    "693": "+262", "269": "+262", "639": "+262",
}  # fmt: skip
_PLAN_9 = frozenset(("FR", *_OVERSEAS, "GP", "MQ", "GF", "RE", "YT", "BL", "MF"))
_GAP = r"[\s.\-–_]{0,3}"
_ABROAD = rf"(?:\(?(?:\+|\b00)\s?\d{{2,3}}\)?{_GAP}(?:\(0\))?(?:{_GAP}\d){{6,10}})"
_AT_HOME = rf"(?<!\d)0(?:{_GAP}\d){{9}}(?!\d)"
_NUMBER = re.compile(f"{_ABROAD}|{_AT_HOME}")
_SHORT = re.compile(
    r"(?<![\d+])(?<!poste )(?:3\d[\s.]?\d{2}|10\d{2}|11[2-9]|11[68][\s.]?\d{3})(?![\s.]?\d|\s?h)"
)
_WORD = re.compile(r"[^\W\d_]{2,}|\d{2,}")
_JOINING = frozenset(["ou", "et", "tel", "telephone", "fixe", "mobile", "portable", "poste"])


def prepare() -> None:
    """Load the plan of every country, which is else done when one of its numbers is met."""
    PhoneMetadata.load_all()
    PhoneMetadata.short_metadata_for_region("FR")


@lru_cache(maxsize=16384)
def clean_phones(column: str, text: str, departement: str | None = None) -> CellList:
    """Return the numbers of a cell: those in E.164 form in the order written, then short numbers.

    Args:
        column: column that the notes name.
        text: what was written, already through :func:`harvester.clean.text.clean_text`.
        departement: code of the place's département, which gives local numbers their country.
    """
    tracked = TrackedText(column, text)
    if not text or _is_right(text, departement):
        return CellList((text,) if text else ())
    region = _REGIONS.get(departement or "", "FR")
    written = [found[0] for found in _NUMBER.finditer(text)]
    short = _short_numbers(text, written)
    written = written or ([] if short else _bare(text))
    numbers = {number: piece for piece in written if (number := _e164(piece, region))}
    if not numbers and not short:
        tracked.drop(_reason(text))
        return CellList((), tuple(tracked.notes))
    _report_leftovers(tracked, [*written, *short])
    notes = list(tracked.notes)
    for number, piece in numbers.items():
        notes += _repair_notes(column, piece.strip() if len(numbers) > 1 or short else text, number)
    notes += [Note(column, "phone-short-number", "warning", one, _plain(one)) for one in short]
    return CellList((*numbers, *map(_plain, short)), tuple(notes))


def _short_numbers(text: str, written: list[str]) -> list[str]:
    """The short numbers (115, 3949, 118 712) that stand beside the long ones."""
    rest = _without(text, written)
    return [found[0] for found in _SHORT.finditer(rest) if _is_short(found[0])]


def _is_short(piece: str) -> bool:
    parsed = phonenumbers.parse(_plain(piece), "FR")
    return bool(is_valid_short_number_for_region(parsed, "FR"))


def _plain(piece: str) -> str:
    return re.sub(r"\D", "", piece)


def _without(text: str, pieces: list[str]) -> str:
    for piece in pieces:
        text = text.replace(piece, " ", 1)
    return text


def _is_right(text: str, departement: str | None) -> bool:
    if not NATIONAL.fullmatch(text) or not _valid(text):
        return False
    return not (text.startswith("+33") and text[3:6] in _OVERSEAS)


def _valid(number: str) -> bool:
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(number)))
    except NumberParseException:
        return False


def _bare(text: str) -> list[str]:
    """A text that is nothing but one number, in a form that only its territory explains."""
    plain = re.sub(r"(?<=\d{6})\.0$", "", text.lstrip("'").strip())  # written as a float
    return [plain] if re.fullmatch(r"\+?[\d\s.\-]+", plain) else []


def _e164(piece: str, region: str) -> str | None:
    digits = re.sub(r"\(0\)|\D", "", piece)
    if "+" in piece or digits.startswith("00"):
        digits = digits.removeprefix("00")
        if region == "YT" and len(digits) == 9 and digits.startswith("269"):
            return _french(digits)  # 0269 61 40 19 in Mayotte, with a plus put before
        return _from_abroad(digits)
    if len(digits) == 11 and digits.startswith("33"):
        return _french(digits[2:])
    if region in _PLAN_9 or digits.startswith("0508"):
        if len(digits) == 10 and digits[0] == "0":
            return _french(digits[1:])
        return _french(digits) if len(digits) == 9 and digits[0] != "0" else None
    return _local(digits, region)


def _french(nine: str) -> str | None:
    """Number of the French plan without its zero; overseas digits choose their own prefix."""
    if nine[0] == "0" or len(set(nine)) == 1:
        return None
    if nine.startswith("508"):  # Saint-Pierre-et-Miquelon, dialled with its own prefix and a zero
        return f"+{nine}"
    return _OVERSEAS.get(nine[:3], "+33") + nine


def _from_abroad(digits: str) -> str | None:
    if digits.startswith("269") and digits[3:6] in ("269", "639") and len(digits) == 12:
        return (
            "+262" + digits[3:]
        )  # Mayotte under the prefix of the Comoros, whose numbers are short
    for code in ("33", "590", "594", "596", "262"):
        rest = digits.removeprefix(code)
        if not digits.startswith(code) or len(rest) not in (6, 9, 10):
            continue
        if len(rest) == 10 and rest[0] == "0":
            rest = rest[1:]
        if len(rest) == 6 and code != "33":  # "+596797732" is 0596 79 77 32 with a plus put before
            rest = code + rest
        if len(rest) == 9:
            return _french(rest) if rest[:3] in _OVERSEAS else f"+{code}{rest}"
    number = f"+{digits}"
    return number if _valid(number) else None


def _local(digits: str, region: str) -> str | None:
    try:
        parsed = phonenumbers.parse(digits, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _repair_notes(column: str, written: str, number: str) -> tuple[Note, ...]:
    tracked = TrackedText(column, written)
    digits = _plain(written)
    if not number.startswith("+33") and digits in ("33" + number[4:], "269" + number[4:]):
        tracked.change(number, "phone-overseas-prefix")
    elif len(digits) == 9 and number.endswith(digits[-6:]) and number != f"+{digits}":
        tracked.change(number, "phone-zero-restored")
    else:
        tracked.change(number, "phone-to-international")
    if not NATIONAL.fullmatch(number):
        tracked.warn("phone-outside-standard")
    elif not _valid(number):
        tracked.warn("phone-not-attributed")
    return tuple(tracked.notes)


def _report_leftovers(tracked: TrackedText, written: list[str]) -> None:
    rest = _without(tracked.text, written)
    words = [word for word in _WORD.findall(rest) if fold(word) not in _JOINING]
    if words:
        tracked.note("phone-text-left-out", "loss", " ".join(rest.split()))


def _reason(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if digits and not digits.strip("0"):
        return "phone-placeholder"
    return "phone-unreadable"
