"""The street of an address: one line, without the town that other fields already say."""

import re
from functools import lru_cache

from harvester.clean.trail import Trail
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


def clean_street(trail: Trail, postcode: str, commune: str) -> None:
    """Mend the address that ``trail`` follows, knowing the place's postcode and commune."""
    if trail.text == "0":
        trail.become("", "filler-emptied")
    one_line = re.sub(r"\s*\n\s*", ", ", trail.text)
    trail.become(re.sub(r",\s*(?:,\s*)+", ", ", one_line), "address-on-one-line")
    trail.become(_NULL.sub("", trail.text), "address-null-removed")
    trail.become(_NUMBER_ZERO.sub("", trail.text), "address-number-zero")
    _drop_town(trail, postcode, commune)
    trail.become(trail.text.strip(" ,;-"), "address-ornaments-removed")
    if trail.text and (trail.text == postcode or _NO_STREET.fullmatch(trail.text)):
        trail.lose("address-without-street")


def _drop_town(trail: Trail, postcode: str, commune: str) -> None:
    tail = _TAIL.search(trail.text)
    if tail is None or tail[1] != postcode or not commune:
        return
    named, *around = _CEDEX.sub("", tail[2]).split(",")
    if name_key(named) not in ("", name_key(commune)):
        return
    if all(name_key(part) in _surroundings() for part in around):
        trail.become(trail.text[: tail.start()].rstrip(" ,;–-"), "address-town-removed")


@lru_cache(maxsize=1)
def _surroundings() -> frozenset[str]:
    names = {name for one in departements() for name in (one.name, one.region.name)}
    return frozenset({"", *_COUNTRIES, *(name_key(name) for name in names)})
