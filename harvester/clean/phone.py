"""Telephone numbers in international form, with the prefix of the territory they really ring in.

Overseas numbers are known by their own first digits (0596… is Martinique wherever it is written);
short numbers (3949) are never turned into something else.
"""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException

from harvester.clean.trail import Trail
from harvester.clean.types import Cell

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
_SHORT = re.compile(r"(?<!\d)(?:1\d{1,2}|1\d{3}|3\d(?:[\s.]?\d{2}))(?!\d)")
_WORD = re.compile(r"[^\W\d_]{2,}|\d{2,}")
_JOINING = frozenset(
    (
        "ou",
        "et",
        "tel",
        "tél",
        "tel.",
        "telephone",
        "téléphone",
        "fixe",
        "mobile",
        "portable",
        "poste",
    )
)


@lru_cache(maxsize=16384)
def clean_phone(column: str, text: str, departement: str | None = None) -> Cell:
    """Give one number in E.164 form.

    Args:
        column: column that the notes name.
        text: what was written, already through :func:`harvester.clean.text.clean_text`.
        departement: code of the place's département, which gives local numbers their country.
    """
    trail = Trail(column, text)
    if not text or _is_right(text, departement):
        return trail.cell()
    region = _REGIONS.get(departement or "", "FR")
    written = [found[0] for found in _NUMBER.finditer(text)] or _bare(text)
    numbers = [(piece, number) for piece in written if (number := _e164(piece, region))]
    if not numbers:
        trail.lose(_reason(text))
        return trail.cell()
    _say_leftovers(trail, written, numbers)
    _say_mend(trail, numbers[0][1], region)
    return trail.cell()


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
    plain = text.lstrip("'").strip()
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
    if region in _PLAN_9:
        if len(digits) == 10 and digits[0] == "0":
            return _french(digits[1:])
        return _french(digits) if len(digits) == 9 and digits[0] != "0" else None
    return _local(digits, region)


def _french(nine: str) -> str | None:
    """Number of the French plan without its zero; overseas digits choose their own prefix."""
    if nine[0] == "0" or len(set(nine)) == 1:
        return None
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


def _say_mend(trail: Trail, number: str, region: str) -> None:
    digits = re.sub(r"\D", "", trail.text)
    if not number.startswith("+33") and digits in ("33" + number[4:], "269" + number[4:]):
        trail.become(number, "phone-overseas-prefix")
    elif len(digits) == 9 and number.endswith(digits[-6:]):
        trail.become(number, "phone-zero-restored")
    else:
        trail.become(number, "phone-to-international")
    if not NATIONAL.fullmatch(number):
        trail.warn("phone-outside-standard")
    elif not _valid(number):
        trail.warn("phone-not-attributed")


def _say_leftovers(trail: Trail, written: list[str], numbers: list[tuple[str, str]]) -> None:
    for piece, number in numbers[1:]:
        if number != numbers[0][1]:
            trail.say("phone-others-left-out", "loss", piece.strip())
    rest = trail.text
    for piece in written:
        rest = rest.replace(piece, " ", 1)
    words = [word for word in _WORD.findall(rest) if word.lower() not in _JOINING]
    if words:
        trail.say("phone-text-left-out", "loss", " ".join(rest.split()))


def _reason(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if digits and not digits.strip("0"):
        return "phone-placeholder"
    if _SHORT.search(text) and len(digits) <= 6:
        return "phone-short-number"
    return "phone-unreadable"
