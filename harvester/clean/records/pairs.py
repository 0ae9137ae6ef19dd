"""Latitude and longitude where the contract does not have them: on the place, or as W3C Basic Geo.

The contract has them at the node of ``schema:geo``. Others write ``schema:latitude`` on the place
itself, or ``lat`` and ``long`` of http://www.w3.org/2003/01/geo/wgs84_pos, on it or on a point.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from harvester.clean.records.points import NoPointError, StatedPosition, in_degrees
from harvester.clean.records.statements import Statement
from harvester.clean.records.values import plain_number
from vocab.namespaces import GEO, LOCN, SCHEMA, WGS84_POS

LATITUDE, LONGITUDE = f"{SCHEMA}latitude", f"{SCHEMA}longitude"
_SCHEMA_GEO = f"{SCHEMA}geo"
_LINKS = frozenset(
    {
        _SCHEMA_GEO, f"{WGS84_POS}location", f"{GEO}hasGeometry", f"{GEO}hasDefaultGeometry",
        f"{GEO}defaultGeometry", f"{GEO}hasCentroid", f"{LOCN}geometry",
    }
)  # fmt: skip
"""What leads from a place to where it is, not to its commune or to what is near."""
_PAIRS = (
    ((LATITUDE, "schema:latitude"), (LONGITUDE, "schema:longitude")),
    ((f"{WGS84_POS}lat", "wgs84_pos:lat"), (f"{WGS84_POS}long", "wgs84_pos:long")),
)
SCHEMA_PAIR = "schema:latitude, schema:longitude"
_LAT_LONG = f"{WGS84_POS}lat_long"
Values = dict[tuple[str, str], list[Statement]]


def nodes_of_geo(subject: str, statements: Sequence[Statement]) -> set[str]:
    """Return the nodes at which a record has its position as the contract wants it."""
    return {s.text for s in statements if s.subject == subject and s.predicate == _SCHEMA_GEO}


def pairs_of(subject: str, statements: Sequence[Statement]) -> list[StatedPosition]:
    """Return the positions that a place states by latitude and longitude elsewhere."""
    linked = [s.text for s in statements if s.subject == subject and s.predicate in _LINKS]
    given: Values = defaultdict(list)
    for statement in statements:
        given[statement.subject, statement.predicate].append(statement)
    own = nodes_of_geo(subject, statements)
    found: list[StatedPosition] = []
    for node in dict.fromkeys((subject, *linked)):
        found += _at(node, given, _PAIRS[1:] if node in own else _PAIRS)
    return found


def _at(
    node: str, given: Values, pairs: Sequence[tuple[tuple[str, str], ...]]
) -> Iterator[StatedPosition]:
    for pair in pairs:
        named = [(name, given.get((node, path), [])) for path, name in pair]
        if any(values for _, values in named):
            yield _read(node, named)
    for statement in given.get((node, _LAT_LONG), []):
        parts = [plain_number(part, statement.datatype) for part in statement.text.split(",", 2)]
        yield _found(node, "wgs84_pos:lat_long", statement.text, parts)


def _read(node: str, named: Sequence[tuple[str, list[Statement]]]) -> StatedPosition:
    path = ", ".join(name for name, values in named if values)
    values = [value for _, values in named for value in values]
    text = ", ".join(value.text for value in values)
    if not all(given for _, given in named):
        return StatedPosition(node, path, text, None, "half")
    if len(values) > len(named):
        return StatedPosition(node, path, text, None, "values")
    return _found(node, path, text, [plain_number(each.text, each.datatype) for each in values])


def _found(node: str, path: str, text: str, numbers: Sequence[str | None]) -> StatedPosition:
    latitude, longitude = numbers if len(numbers) == 2 else (None, None)
    if latitude is None or longitude is None:
        return StatedPosition(node, path, text, None, "number")
    try:
        return StatedPosition(node, path, text, in_degrees(latitude, longitude, "lat"))
    except NoPointError as error:
        return StatedPosition(node, path, text, None, error.why)
