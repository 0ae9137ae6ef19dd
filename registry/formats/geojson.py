"""GeoJSON of places (RFC 7946): longitude first, WGS 84, six decimals at most.

Properties are the national columns as flat text, which every map program can show and filter.
"""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from registry.formats.errors import UnwritableError
from registry.formats.national import is_place
from vocab.mapping import national_row
from vocab.records import Record

Position = tuple[float, float]
"""Longitude and latitude in degrees, WGS 84, in this order."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees, WGS 84."""

_PLACED = frozenset({"latitude", "longitude"})
_DECIMALS = Decimal("0.000001")


def geojson(record: Record) -> bytes:
    """Return a place as a GeoJSON feature.

    Raises:
        UnwritableError: the record is not a place, or has no position.
    """
    feature = geojson_feature(record) if is_place(record) else None
    if feature is None:
        raise UnwritableError(
            "{iri} has no position: GeoJSON has nothing to show. Ask for JSON-LD or Turtle.",
            iri=record.iri,
        )
    return (json.dumps(feature, ensure_ascii=False, indent=1) + "\n").encode()


def geojson_feature(record: Record, row: Mapping[str, str] | None = None) -> dict[str, Any] | None:
    """Return a place as a GeoJSON feature; None when it has no position.

    ``row`` is its national row, where the caller has it already.
    """
    row = national_row(record) if row is None else row
    found = position(row)
    if found is None:
        return None
    stated = {name: cell for name, cell in row.items() if cell and name not in _PLACED}
    return {
        "type": "Feature",
        "id": record.iri,
        "geometry": {"type": "Point", "coordinates": list(found)},
        "properties": {"iri": record.iri, **stated},
    }


def position(row: Mapping[str, str]) -> Position | None:
    """Return where a place lies; None when the row states no sound pair of degrees."""
    longitude, latitude = _degrees(row["longitude"], 180), _degrees(row["latitude"], 90)
    return None if longitude is None or latitude is None else (longitude, latitude)


def _degrees(text: str, limit: int) -> float | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) > limit:
        return None
    return float(value.quantize(_DECIMALS))
