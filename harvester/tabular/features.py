"""What a row says of a place beyond the national standard, as the vocabulary's own values."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from harvester.clean.types import Cleaned
from harvester.tabular.apply import Draft
from harvester.tabular.result import ReportLine
from harvester.tabular.standard import FORMER
from vocab.mapping import Need, PlaceFeatures
from vocab.schemes import concepts, former, match, scheme

_NEEDS = {f"need_{found.slug.replace('-', '_')}": found.iri for found in concepts("need")}
_ONE_OF = {"permanence": "permanence", "carrier_kind": "carrier-kinds"}
_SOME_OF = {
    "network_kinds": "network-kinds",
    "mediator_kinds": "mediator-kinds",
    "audience_kinds": "audience-kinds",
}
LISTS = _ONE_OF | _SOME_OF
"""Features whose values are a closed list -> the list."""
_TEXTS = ("ban_key", "other_identifiers", "networks")
_DATES = ("available_from", "available_through")
FEATURES = frozenset({*_NEEDS, *_ONE_OF, *_SOME_OF, *_TEXTS, *_DATES})
"""Names that the ``[features]`` of a mapping file may use."""

_FORMER_LISTS = frozenset(name for name in FORMER if scheme(f"v0-1-{name.replace('_', '-')}"))
_SEPARATORS = re.compile(r"[|;]")
_FULL_SHARE = 100
_YES = frozenset({"oui", "x", "true", "vrai", "1"})
_Report = Callable[[str, str], None]


def features_of(draft: Draft, cleaned: Cleaned, lines: list[ReportLine]) -> PlaceFeatures:
    """Give the features of a place; a value that cannot be one is reported as a loss.

    Args:
        draft: what the rows say.
        cleaned: the same after cleaning, for opening hours kept as written.
        lines: the report.
    """

    def lost(name: str, text: str) -> None:
        row = draft.rows[0]
        lines.append(ReportLine(row, draft.local_id, name, "feature-invalid", "loss", text))

    said = draft.features
    one = {name: "".join(_listed(said, name, slug, lost)[:1]) for name, slug in _ONE_OF.items()}
    some = {name: tuple(_listed(said, name, slug, lost)) for name, slug in _SOME_OF.items()}
    dates = {name: _date(said, name, lost) for name in _DATES}
    return PlaceFeatures(
        needs=tuple(_needs(said, lost)),
        opening_hours_text=cleaned.verbatim_hours or "",
        former_values=tuple(_former_values(draft)),
        ban_key=said.get("ban_key", "").strip(),
        other_identifiers=tuple(parts(said.get("other_identifiers", ""))),
        networks=tuple(_networks(said, lost)),
        permanence=one["permanence"],
        carrier_kind=one["carrier_kind"],
        network_kinds=some["network_kinds"],
        mediator_kinds=some["mediator_kinds"],
        audience_kinds=some["audience_kinds"],
        available_from=dates["available_from"],
        available_through=dates["available_through"],
    )


def parts(text: str) -> list[str]:
    """Give the values that a cell holds between ``|`` or ``;``."""
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]


def _listed(said: dict[str, str], name: str, slug: str, lost: _Report) -> list[str]:
    """Give the IRIs of the values that a text names, by their labels or by their slugs."""
    slugs = {value.slug: value for value in concepts(slug)}
    found = []
    for part in parts(said.get(name, "")):
        value = match(slug, part) or slugs.get(part)
        if value:
            found.append(value.iri)
        else:
            lost(name, part)
    return found


def _networks(said: dict[str, str], lost: _Report) -> Iterator[str]:
    for part in parts(said.get("networks", "")):
        if re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", part):
            yield part
        else:
            lost("networks", part)


def _date(said: dict[str, str], name: str, lost: _Report) -> str:
    text = said.get(name, "").strip()
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        lost(name, text)
        return ""


def _needs(said: dict[str, str], lost: _Report) -> Iterator[Need]:
    """Give the categories of need: a share of 0 means that the place does not answer it."""
    for name, category in _NEEDS.items():
        text = said.get(name, "").strip()
        if text.casefold() in _YES - {"1"}:
            yield Need(category)
        elif text:
            share = _share(text)
            if share is None:
                lost(name, text)
            elif share:
                yield Need(category, share)


def _share(text: str) -> Decimal | None:
    try:
        share = Decimal(text.removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        return None
    return share if share.is_finite() and 0 <= share <= _FULL_SHARE else None


def _former_values(draft: Draft) -> Iterator[str]:
    """Give the v0.1.1 values as stated, so that migrating them loses nothing."""
    for name in _FORMER_LISTS & draft.cells.keys():
        for part in parts(draft.cells[name]):
            value = former(name, part)
            if value:
                yield value.iri
