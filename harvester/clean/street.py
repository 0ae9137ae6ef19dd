"""The street of an address: one line, without the town that other fields already say."""

import re
from functools import lru_cache

from harvester.clean.tracked_text import TrackedText
from vocab.territory import departements
from vocab.text import name_key

_NULL = re.compile(r"^(?:null|none|nan|#n/d)[\s,]+(?=\S)", re.IGNORECASE)
_NUMBER_ZERO = re.compile(r"^0{1,4}[\s,]+(?=[^\W\d])")
_TAIL = re.compile(r"(?:^|[\s,;–-])\s*(\d{5})\b[\s,]*([^\d,]*(?:,[^\d,]*){0,4})$")
_CEDEX = re.compile(r"\bcedex\b.*$", re.IGNORECASE)
_NO_STREET = re.compile(
    r"(?:rue|avenue|place|adresse|\d{1,5}(?:\s*-\s*\d{1,5})?|[\W_]+)", re.IGNORECASE
)
_COUNTRIES = ("france", "fra")


def clean_street(tracked: TrackedText, postcode: str, commune: str) -> None:
    """Clean an address, knowing the place's postcode and commune."""
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
    named, *around = _CEDEX.sub("", tail[2]).split(",")
    if name_key(named) not in ("", name_key(commune)):
        return
    if all(name_key(part) in _surroundings() for part in around):
        tracked.change(tracked.text[: tail.start()].rstrip(" ,;–-"), "address-town-removed")


@lru_cache(maxsize=1)
def _surroundings() -> frozenset[str]:
    names = {name for one in departements() for name in (one.name, one.region.name)}
    return frozenset({"", *_COUNTRIES, *(name_key(name) for name in names)})
