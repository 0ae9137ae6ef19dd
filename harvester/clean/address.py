"""The address of a place: INSEE code, postcode, commune and street, each repaired by the others."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from harvester.clean.commune import (
    current_code,
    name_of,
    same_town,
    town_in_address,
    town_named,
    town_of_postcode,
)
from harvester.clean.tracked_text import TrackedText
from harvester.clean.types import Note
from vocab.territory import (
    Commune,
    communes_named,
    communes_of_postcode,
    departement_of_commune,
    departement_of_postcode,
    departements,
    is_elsewhere,
    of_other_arrondissement,
)
from vocab.territory import commune as commune_of_code
from vocab.text import name_key

_INSEE = re.compile(r"(?:[013-9]\d|2[AB1-9])\d{3}")
_FIVE = re.compile(r"(?<!\d)\d{5}(?!\d)")
_CEDEX = re.compile(r"\s*\b(?:cedex|cdex)\b.*$", re.IGNORECASE | re.DOTALL)
_BOX = re.compile(r"[\s,]+(?:BP|CS|TSA)\s*\d+\s*$")
_CODE_BEFORE = re.compile(r"^(?:F-?)?(\d{5})\b[\s,-]*|[\s,(]+(\d{5})\)?$")
_BRACKETS = re.compile(r"\s*\((?:\d{2,3}|[^()]{4,})\)$")
_TOWN_AFTER_CODE = re.compile(r"(?<!\d)(\d{5})(?!\d)[\s,]+([^\d\n,]{2,60})")
_NULL = re.compile(r"^(?:null|none|nan|#n/d)[\s,]+(?=\S)", re.IGNORECASE)
_NUMBER_ZERO = re.compile(r"^0{1,4}[\s,]+(?=[^\W\d])")
_TAIL = re.compile(r"(?:^|[\s,;–-])\s*(\d{5})\b[\s,]*([^\d,]*(?:,[^\d,]*){0,4})$")
_CEDEX_AFTER_CODE = re.compile(r"\bcedex\b.*$", re.IGNORECASE)
_NO_STREET = re.compile(
    r"(?:rue|avenue|place|adresse|\d{1,5}(?:\s*-\s*\d{1,5})?|[\W_]+)", re.IGNORECASE
)
_COUNTRIES = ("france", "fra")


@dataclass(frozen=True, slots=True)
class Address:
    """Cleaned address fields, and the département that they mean (None when they mean none)."""

    commune: str
    postcode: str
    insee: str
    street: str
    departement: str | None
    notes: tuple[Note, ...]
    refusals: tuple[Note, ...]


@dataclass
class _Draft:
    commune: TrackedText
    postcode: TrackedText
    insee: TrackedText
    street: TrackedText
    refusals: list[Note] = field(default_factory=list)
    town: Commune | None = None

    @property
    def tracked_texts(self) -> tuple[TrackedText, ...]:
        return self.commune, self.postcode, self.insee, self.street


def clean_address(commune: str, postcode: str, insee: str, street: str) -> Address:
    """Return the address that four cells say together, each already through ``clean_text``."""
    draft = _Draft(
        TrackedText("commune", commune),
        TrackedText("code_postal", postcode),
        TrackedText("code_insee", insee),
        TrackedText("adresse", street),
    )
    _repair_insee(draft.insee)
    _repair_postcode(draft.postcode)
    _strip_commune(draft)
    if not draft.postcode.text:
        _postcode_from_street(draft)
    _check_restored_zero(draft)
    _name_town(draft)
    if not draft.commune.text:
        _find_town(draft)
    _fill_codes(draft)
    _warn_of_contradictions(draft)
    _clean_street(draft.street, draft.postcode.text, draft.commune.text)
    return Address(
        commune=draft.commune.text,
        postcode=draft.postcode.text,
        insee=draft.insee.text,
        street=draft.street.text,
        departement=_departement(draft),
        notes=tuple(note for tracked in draft.tracked_texts for note in tracked.notes),
        refusals=tuple(draft.refusals),
    )


def _repair_insee(tracked: TrackedText) -> None:
    if not tracked.text.strip("0. "):
        tracked.change("", "filler-emptied")
        return
    plain = re.sub(r"\.0$|\s", "", tracked.text).upper()
    tracked.change(plain, "insee-ornaments-removed")
    if re.fullmatch(r"\d{4}", plain):
        tracked.change("0" + plain, "insee-zero-restored")
    if not _INSEE.fullmatch(tracked.text):
        tracked.drop("insee-unreadable")
    elif known := commune_of_code(tracked.text):
        tracked.change(known.code, "insee-replaced")


def _repair_postcode(tracked: TrackedText) -> None:
    if not tracked.text or (_FIVE.fullmatch(tracked.text) and tracked.text != "00000"):
        return
    if not tracked.text.strip("0. "):
        tracked.change("", "filler-emptied")
        return
    tracked.change(re.sub(r"\.0$", "", tracked.text), "postcode-decimal-removed")
    if re.fullmatch(r"\d{2}\s\d{3}", tracked.text):
        tracked.change(tracked.text.replace(" ", ""), "postcode-extracted")
    if re.fullmatch(r"[1-9]\d{3}", tracked.text):
        tracked.change("0" + tracked.text, "postcode-zero-restored")
    codes = _FIVE.findall(tracked.text)
    if len(codes) == 1:
        tracked.change(codes[0], "postcode-extracted")
    else:
        tracked.drop("postcode-unreadable")


def _strip_commune(draft: _Draft) -> None:
    tracked = draft.commune
    written = tracked.text
    tracked.change(" ".join(tracked.text.split()), "spaces-normalised")
    tracked.change(_BOX.sub("", _CEDEX.sub("", tracked.text)), "commune-cedex-removed")
    code = _CODE_BEFORE.search(tracked.text)
    if code:
        rest = _CODE_BEFORE.sub("", tracked.text).strip()
        tracked.change(rest, "commune-postcode-removed")
        if not draft.postcode.text:
            draft.postcode.change(code[1] or code[2], "postcode-from-commune-cell")
    if not town_named(tracked.text, draft.postcode.text, draft.insee.text):
        tracked.change(_BRACKETS.sub("", tracked.text), "commune-brackets-removed")
    if tracked.text and not re.search(r"[^\W\d_]", tracked.text):
        tracked.change("", "commune-without-letters", "loss" if written.strip("0 ") else "repair")


def _postcode_from_street(draft: _Draft) -> None:
    """Take the one postcode of the street line that fits the commune, if exactly one does."""
    written, street = draft.commune.text, draft.street.text
    fits = set()
    for code in _FIVE.findall(street):
        if written and communes_of_postcode(code):
            fits.update([code] if town_named(written, code, "") else [])
        elif _named_after(street, code) or town_of_postcode(code):
            fits.add(code)
    if len(fits) == 1:
        draft.postcode.change(fits.pop(), "postcode-from-address")


def _named_after(street: str, code: str) -> Commune | None:
    """The commune written after its postcode in an address (``20224 Calacuccia``)."""
    for name in _names_after(street, code):
        town = town_named(name, code, "")
        if town and town.commune:
            return town.commune
    return None


def _names_after(street: str, code: str) -> list[str]:
    found = _TOWN_AFTER_CODE.finditer(street)
    return [_CEDEX.sub("", one[2]).strip() for one in found if one[1] == code]


def _named_elsewhere(street: str, code: str) -> bool:
    """Does the address put another town after the postcode than those that it serves?"""
    return any(communes_named(name) for name in _names_after(street, code))


def _check_restored_zero(draft: _Draft) -> None:
    """Leave out a postcode of four digits that is not the commune's even with a zero before it.

    1201 of Geneva is no postcode of the Ain, nor 6900 for Lyon one of the Alpes-Maritimes.
    """
    restored = any(note.rule == "postcode-zero-restored" for note in draft.postcode.notes)
    commune, postcode = draft.commune.text, draft.postcode.text
    if restored and commune and town_named(commune, postcode, draft.insee.text) is None:
        draft.postcode.drop("postcode-cut")


def _name_town(draft: _Draft) -> None:
    tracked = draft.commune
    if not tracked.text:
        return
    town = town_named(tracked.text, draft.postcode.text, draft.insee.text)
    if town is None:
        tracked.warn("commune-elsewhere" if _is_elsewhere(draft) else "commune-unknown")
        return
    if town.commune is None and not draft.insee.text:
        tracked.warn("commune-ambiguous")
    draft.town = town.commune
    same = name_key(tracked.text) == name_key(town.name)
    tracked.change(town.name, "commune-official-spelling" if same else "commune-official-name")


def _find_town(draft: _Draft) -> None:
    postcode, street = draft.postcode.text, draft.street.text
    ways = (
        ("commune-from-insee", commune_of_code(draft.insee.text)),
        ("commune-from-address", _named_after(street, postcode)),
        ("commune-from-address", town_in_address(street, postcode)),
        (
            "commune-from-postcode",
            None if _named_elsewhere(street, postcode) else town_of_postcode(postcode),
        ),
    )
    for rule, town in ways:
        if town is not None:
            draft.town = town
            draft.commune.change(name_of(town), rule)
            return
    draft.refusals.append(Note("commune", "commune-missing", "refusal", "", ""))


def _fill_codes(draft: _Draft) -> None:
    if draft.town is None:
        return
    if not draft.postcode.text and len(draft.town.postcodes) == 1:
        draft.postcode.change(draft.town.postcodes[0], "postcode-from-commune")
    if not draft.insee.text:
        draft.insee.change(current_code(draft.town), "insee-derived")
    elif commune_of_code(draft.insee.text) is None:
        draft.insee.change(current_code(draft.town), "insee-replaced")
    else:
        _replace_contradicted_insee(draft)


def _replace_contradicted_insee(draft: _Draft) -> None:
    """Replace a code of another commune than name and postcode give together."""
    known = commune_of_code(draft.insee.text)
    town = town_named(draft.commune.text, draft.postcode.text, "")
    if known is None or town is None or town.commune is None or same_town(known, town.commune):
        return
    if draft.postcode.text in town.commune.postcodes and draft.postcode.text not in known.postcodes:
        draft.town = town.commune
        draft.insee.change(current_code(town.commune), "insee-replaced", "warning")


def _warn_of_contradictions(draft: _Draft) -> None:
    known = commune_of_code(draft.insee.text)
    if draft.insee.text and known is None:
        draft.insee.warn("insee-unknown")
    written = (
        town_named(draft.commune.text, draft.postcode.text, "") if draft.commune.text else None
    )
    if known and written and written.commune and not same_town(known, written.commune):
        draft.insee.warn("insee-commune-mismatch")
    town = draft.town or known
    if any(one and of_other_arrondissement(draft.postcode.text, one) for one in (town, known)):
        draft.postcode.warn("postcode-arrondissement-mismatch")
    elif town and draft.postcode.text and not _serves(draft.postcode.text, town):
        draft.postcode.warn("postcode-commune-mismatch")


def _serves(postcode: str, town: Commune) -> bool:
    """Return whether a postcode may be of a town; CEDEX codes are known by département alone."""
    if postcode in town.postcodes:
        return True
    served = communes_of_postcode(postcode)
    if served:
        return any(same_town(town, one) for one in served)
    return departement_of_postcode(postcode) == town.departement


def _departement(draft: _Draft) -> str | None:
    if draft.town:
        return draft.town.departement
    if known := departement_of_commune(draft.insee.text):
        return known
    return None if _is_elsewhere(draft) else departement_of_postcode(draft.postcode.text)


def _is_elsewhere(draft: _Draft) -> bool:
    """Return whether commune and postcode contradict each other, and no code decides."""
    is_known = commune_of_code(draft.insee.text) is not None
    return not is_known and is_elsewhere(draft.commune.text, draft.postcode.text)


def _clean_street(tracked: TrackedText, postcode: str, commune: str) -> None:
    """Leave one line, without the town that other fields already say."""
    if tracked.text == "0":
        tracked.change("", "filler-emptied")
    one_line = re.sub(r"\s*\n\s*", ", ", tracked.text)
    tracked.change(re.sub(r",\s*(?:,\s*)+", ", ", one_line), "address-on-one-line")
    tracked.change(_NULL.sub("", tracked.text), "address-null-removed")
    tracked.change(_NUMBER_ZERO.sub("", tracked.text), "address-number-zero")
    _drop_town(tracked, postcode, commune)
    tracked.change(tracked.text.strip(" ,;-"), "address-ornaments-removed")
    if tracked.text and (tracked.text == postcode or _NO_STREET.fullmatch(tracked.text)):
        tracked.drop("address-without-street")


def _drop_town(tracked: TrackedText, postcode: str, commune: str) -> None:
    tail = _TAIL.search(tracked.text)
    if tail is None or tail[1] != postcode or not commune:
        return
    named, *around = _CEDEX_AFTER_CODE.sub("", tail[2]).split(",")
    if name_key(named) not in ("", name_key(commune)):
        return
    if all(name_key(part) in _surroundings() for part in around):
        tracked.change(tracked.text[: tail.start()].rstrip(" ,;–-"), "address-town-removed")


@lru_cache(maxsize=1)
def _surroundings() -> frozenset[str]:
    names = {name for one in departements() for name in (one.name, one.region.name)}
    return frozenset({"", *_COUNTRIES, *(name_key(name) for name in names)})
