"""Positions that a record states in other ways than the contract's: read, and compared with it.

Texts of WKT, GeoJSON and GML count wherever the record has them; latitude and longitude only on the
place or at a node that says where it is (``pairs``).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from harvester.clean.records import geojson, gml, wkt
from harvester.clean.records.pairs import LATITUDE, LONGITUDE, SCHEMA_PAIR, nodes_of_geo, pairs_of
from harvester.clean.records.points import REASONS, NoPointError, Point, StatedPosition
from harvester.clean.records.statements import Statement
from vocab.namespaces import GEO, MED, RDF, SCHEMA, SF, WGS84_POS, XSD, short
from vocab.ntriples import is_decimal, typed, unescape

TOLERANCE = Decimal("0.001")
"""Degrees, a hundred metres: more than rounding explains, less than another place."""
_LITERAL_MARK = b"Literal>"
"""Ends the datatypes of WKT, GeoJSON and GML."""
AS_WKT_MARK = f"<{GEO}asWKT> ".encode()
OTHERS = (WGS84_POS, f"{GEO}asG")
"""How the properties of other positions begin."""
_LATITUDE_MARK, _LONGITUDE_MARK = (f"> <{path}> ".encode() for path in (LATITUDE, LONGITUDE))
_SCHEMA_GEO = f"<{SCHEMA}geo> ".encode()
_AS_WKT, _LITERAL = f"{GEO}asWKT", f"{GEO}wktLiteral"
_READERS: dict[str, Callable[[str], Point]] = {
    _AS_WKT: wkt.point_of,
    _LITERAL: wkt.point_of,
    f"{GEO}asGeoJSON": geojson.point_of,
    f"{GEO}geoJSONLiteral": geojson.point_of,
    f"{GEO}asGML": gml.point_of,
    f"{GEO}gmlLiteral": gml.point_of,
}
"""What reads a text, by its property or its datatype."""
_TYPE, _DECIMAL = f"{RDF}type", f"{XSD}decimal"
_PLACES = frozenset({f"{MED}Place", f"{SCHEMA}Place"})
_BESIDE = frozenset({"kind", "empty", "system", "unnamed"})
"""An outline, or a point in metres, beside the position of a place is no error."""
_OURS = re.compile(
    rb'"POINT\((-?[0-9.]++) (-?[0-9.]++)\)"\^\^<http://www\.opengis\.net/ont/geosparql#wktLiteral> '
)


@dataclass(frozen=True, slots=True)
class PositionFinding:
    """A finding about a position: the code of a rule and its details."""

    code: str
    value: str
    details: dict[str, str]


def looks_right(body: bytes) -> bool:
    """Whether a record has at most the contract's position, with the very same point in WKT."""
    if not _is_at_geo(body):
        return False
    at = body.find(AS_WKT_MARK)
    if at < 0:
        return _LITERAL_MARK not in body
    found = _OURS.match(body, at + len(AS_WKT_MARK))
    if (
        found is None
        or body.find(_LITERAL_MARK, found.end()) >= 0
        or body.find(_LITERAL_MARK, 0, at) >= 0
    ):
        return False
    longitude, latitude = found.groups()
    stated = (b'/latitude> "%b"^^' % latitude, b'/longitude> "%b"^^' % longitude)
    return all(each in body for each in stated)


def _is_at_geo(body: bytes) -> bool:
    """Whether latitude and longitude are there once at most, at a node of ``schema:geo``."""
    at = body.find(_LATITUDE_MARK)
    if at < 0:
        return _LONGITUDE_MARK not in body
    node = body[body.rfind(b"<", 0, at) : at]
    after = body.index(b"\n", at) + 1  # statements are sorted: the longitude comes next
    return (
        body.startswith(node + _LONGITUDE_MARK, after)
        and body.find(_LATITUDE_MARK, after) < 0
        and body.find(_LONGITUDE_MARK, after + len(node) + 1) < 0
        and _SCHEMA_GEO + node + b">" in body
    )


def placed(
    subject: str, statements: Sequence[Statement]
) -> tuple[list[Statement], list[PositionFinding]]:
    """Return the statements with their points in one form, and the findings.

    A place that gives its position in another way alone gets the contract's.
    """
    findings: list[PositionFinding] = []
    found: list[StatedPosition] = []
    after = [_text(subject, statement, found, findings) for statement in statements]
    is_place = _is_place(subject, after)
    pairs = pairs_of(subject, after) if is_place else []
    found += pairs
    stated = _stated_of(subject, after, pairs) if is_place else _stated(after)
    points = [(each, each.point) for each in found if each.point is not None]
    if stated is None and is_place and points:
        first, point = points[0]
        if any(point.far_from(other, TOLERANCE) for _, other in points):
            return after, [*findings, *_no_points(found), _several(points)]
        findings.append(_rule("MED-H014", first, point=point.words))
        after = _with_position(subject, after, found, first, point)
    found = [each for each in found if each.why not in _BESIDE or (stated is None and not points)]
    findings += _no_points(found)
    if stated is not None and stated != _UNKNOWN:
        findings += [
            _rule("MED-H015", each, stated=stated.words, point=point.words)
            for each, point in points
            if stated.far_from(point, TOLERANCE)
        ]
    return after, findings


def _text(
    subject: str, statement: Statement, found: list[StatedPosition], findings: list[PositionFinding]
) -> Statement:
    """Read the point of a text, if the statement has one; WKT comes back in one form."""
    read = _reader(statement)
    if read is None:
        return statement
    node = statement.subject if statement.subject != subject else f"{subject}#geometry"
    try:
        point = read(unescape(statement.text))
    except NoPointError as error:
        found.append(
            StatedPosition(node, short(statement.predicate), statement.text, None, error.why)
        )
        return statement
    each = StatedPosition(node, short(statement.predicate), statement.text, point)
    if read is wkt.point_of:
        statement = _usual(statement, each, point, findings)
        each = StatedPosition(node, each.path, point.wkt, point)
    found.append(each)
    return statement


def _reader(statement: Statement) -> Callable[[str], Point] | None:
    if not statement.is_literal:
        return None
    return _READERS.get(statement.datatype) or _READERS.get(statement.predicate)


def _usual(
    statement: Statement, each: StatedPosition, point: Point, findings: list[PositionFinding]
) -> Statement:
    """Return the same point as the registry writes it: a text of the place itself, at a node."""
    value = typed(point.wkt, _LITERAL)
    if (statement.subject, statement.predicate, statement.value) == (each.node, _AS_WKT, value):
        return statement
    spaced = statement.value.replace("POINT (", "POINT(")
    if spaced != value:
        findings.append(_rule("MED-H011", each, after=point.wkt, datatype="WKT"))
    elif statement.subject == each.node:
        return statement  # the blank of "POINT (" is as good
    return Statement(each.node, _AS_WKT, value)


def _rule(code: str, each: StatedPosition, **details: str) -> PositionFinding:
    details["path"] = each.path
    return PositionFinding(code, each.text, details)


def _no_points(found: Sequence[StatedPosition]) -> list[PositionFinding]:
    return [_no_position(each.path, each.text, each.why) for each in found if each.why]


def _several(points: Sequence[tuple[StatedPosition, Point]]) -> PositionFinding:
    paths, texts = (dict.fromkeys(values) for values in zip(*(
        (each.path, each.text) for each, _ in points
    ), strict=True))  # fmt: skip
    return _no_position(", ".join(paths), " / ".join(texts), "several")


def _no_position(path: str, text: str, why: str) -> PositionFinding:
    return PositionFinding("MED-H016", text, {"path": path, "why": REASONS[why]})


def _stated_of(
    subject: str, statements: Sequence[Statement], pairs: Sequence[StatedPosition]
) -> Point | None:
    """Return the contract's position of a place, or what else stands where it would be."""
    own = nodes_of_geo(subject, statements)
    stated = _stated([s for s in statements if s.subject in own])
    return _stated(statements) if stated is None and not pairs else stated


def _stated(statements: Sequence[Statement]) -> Point | None:
    """Return the latitude and longitude of statements, when they give one of each."""
    found = [
        [s.text for s in statements if s.predicate == path and is_decimal(s.text)]
        for path in (LATITUDE, LONGITUDE)
    ]
    any_text = any(s.predicate in {LATITUDE, LONGITUDE} for s in statements)
    if not any_text:
        return None
    latitude, longitude = (values[0] if len(values) == 1 else "" for values in found)
    return Point(latitude, longitude) if latitude and longitude else _UNKNOWN


_UNKNOWN = Point("", "")
"""Something is stated, but no position to compare with."""


def _is_place(subject: str, statements: Sequence[Statement]) -> bool:
    return any(
        s.subject == subject and s.predicate == _TYPE and s.text in _PLACES for s in statements
    )


def _with_position(
    subject: str,
    statements: list[Statement],
    found: Sequence[StatedPosition],
    each: StatedPosition,
    point: Point,
) -> list[Statement]:
    """Return the statements of a place with the contract's position."""
    node = _node(subject, statements, each)
    moved = any(f.point and f.node == subject and f.path == SCHEMA_PAIR for f in found)
    kept = [
        s
        for s in statements
        if not (moved and s.subject == subject and s.predicate in {LATITUDE, LONGITUDE})
    ]
    types = (f"{SCHEMA}GeoCoordinates", f"{SF}Point")
    added = [
        Statement(subject, f"{SCHEMA}geo", f"<{node}>"),
        Statement(subject, f"{GEO}hasGeometry", f"<{node}>"),
        *(Statement(node, _TYPE, f"<{name}>") for name in types),
        Statement(node, LATITUDE, typed(point.latitude, _DECIMAL)),
        Statement(node, LONGITUDE, typed(point.longitude, _DECIMAL)),
    ]
    if not any(s.predicate == _AS_WKT for s in statements):
        added.append(Statement(node, _AS_WKT, typed(point.wkt, _LITERAL)))
    return kept + added


def _node(subject: str, statements: Sequence[Statement], each: StatedPosition) -> str:
    """Return the node for a position: the one there is for it, else a new one."""
    described = {s.subject for s in statements}
    own = nodes_of_geo(subject, statements)
    if len(own) == 1 and own <= described - {subject}:
        return own.pop()
    if each.node != subject:
        return each.node
    usual = f"{subject}#geometry"
    return f"{subject}#position" if usual in described else usual
