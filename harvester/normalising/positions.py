"""Positions that a record gives in WKT: read, and held against its latitude and longitude."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from harvester.normalising.statements import Statement
from harvester.normalising.wkt import WHY, NoPointError, Point, point_of
from vocab.namespaces import GEO, MED, RDF, SCHEMA, SF, XSD
from vocab.ntriples import is_decimal, typed

TOLERANCE = Decimal("0.001")
"""Degrees, a hundred metres: more than rounding explains, less than another place."""
WKT_MARK = b"wktLiteral>"
AS_WKT_MARK = f"<{GEO}asWKT> ".encode()
_AS_WKT, _LITERAL = f"{GEO}asWKT", f"{GEO}wktLiteral"
_TYPE, _DECIMAL = f"{RDF}type", f"{XSD}decimal"
_PLACES = frozenset({f"{MED}Place", f"{SCHEMA}Place"})
_LATITUDE, _LONGITUDE = f"{SCHEMA}latitude", f"{SCHEMA}longitude"
_BESIDE = frozenset(WHY[name][1] for name in ("kind", "empty", "system"))
_OURS = re.compile(
    rb'"POINT\((-?[0-9.]++) (-?[0-9.]++)\)"\^\^<http://www\.opengis\.net/ont/geosparql#wktLiteral> '
)


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to say of a text of WKT: the code of a rule and its details."""

    code: str
    value: str
    details: dict[str, str]
    details_fr: dict[str, str]


def looks_right(body: bytes) -> bool:
    """Whether a record has no WKT, or the very point of its latitude and longitude."""
    at = body.find(AS_WKT_MARK)
    if at < 0:
        return WKT_MARK not in body
    found = _OURS.match(body, at + len(AS_WKT_MARK))
    if found is None or body.find(WKT_MARK, found.end()) >= 0 or body.find(WKT_MARK, 0, at) >= 0:
        return False
    longitude, latitude = found.groups()
    stated = (b'/latitude> "%b"^^' % latitude, b'/longitude> "%b"^^' % longitude)
    return all(each in body for each in stated)


def placed(subject: str, statements: Sequence[Statement]) -> tuple[list[Statement], list[Told]]:
    """Return the statements with their points in one form, and what there is to tell.

    A place that gives its position in WKT alone gets latitude and longitude.
    """
    told: list[Told] = []
    found: list[tuple[str, Point]] = []
    after: list[Statement] = []
    for statement in statements:
        point = _point(statement, told) if _is_wkt(statement) else None
        if point is not None:
            node = statement.subject if statement.subject != subject else f"{subject}#geometry"
            found.append((node, point))
            statement = _usual(statement, node, point, told)
        after.append(statement)
    stated = _stated(after)
    if stated is not None:
        # An outline beside the position of a place is no error.
        told = [each for each in told if each.details.get("why") not in _BESIDE]
        told += _contradictions(stated, [point for _, point in found])
    elif _is_place(subject, after) and found:
        node, point = found[0]
        if any(point.far_from(other, TOLERANCE) for _, other in found):
            french, english = WHY["several"]
            texts = ", ".join(dict.fromkeys(each.wkt for _, each in found))
            return after, [*told, Told("MED-H016", texts, {"why": english}, {"why": french})]
        after += _position(subject, node, point)
        told.append(_rule("MED-H014", point.wkt, point=f"{point.latitude}, {point.longitude}"))
    return after, told


def _is_wkt(statement: Statement) -> bool:
    return statement.is_literal and (
        statement.predicate == _AS_WKT or statement.datatype == _LITERAL
    )


def _point(statement: Statement, told: list[Told]) -> Point | None:
    try:
        return point_of(statement.text)
    except NoPointError as error:
        french, english = WHY[error.why]
        told.append(Told("MED-H016", statement.text, {"why": english}, {"why": french}))
        return None


def _usual(statement: Statement, node: str, point: Point, told: list[Told]) -> Statement:
    """Return the same point as the registry writes it: a text of the place itself, at a node."""
    value = typed(point.wkt, _LITERAL)
    if (statement.subject, statement.predicate, statement.value) == (node, _AS_WKT, value):
        return statement
    spaced = statement.value.replace("POINT (", "POINT(")
    if spaced != value:
        told.append(_rule("MED-H011", statement.text, after=point.wkt, datatype="WKT"))
    elif statement.subject == node:
        return statement  # the blank of "POINT (" is as good
    return Statement(node, _AS_WKT, value)


def _rule(code: str, value: str, **details: str) -> Told:
    return Told(code, value, details, details)


def _stated(statements: Sequence[Statement]) -> Point | None:
    """Return the latitude and longitude of the record, when it gives one of each."""
    found = [
        [s.text for s in statements if s.predicate == path and is_decimal(s.text)]
        for path in (_LATITUDE, _LONGITUDE)
    ]
    any_text = any(s.predicate in {_LATITUDE, _LONGITUDE} for s in statements)
    if not any_text:
        return None
    latitude, longitude = (values[0] if len(values) == 1 else "" for values in found)
    return Point(latitude, longitude) if latitude and longitude else _UNKNOWN


_UNKNOWN = Point("", "")
"""Something is stated, but no position to compare with."""


def _contradictions(stated: Point, found: Sequence[Point]) -> list[Told]:
    if stated == _UNKNOWN:
        return []
    return [
        _rule("MED-H015", point.wkt, stated=f"{stated.latitude}, {stated.longitude}")
        for point in found
        if stated.far_from(point, TOLERANCE)
    ]


def _is_place(subject: str, statements: Sequence[Statement]) -> bool:
    return any(
        s.subject == subject and s.predicate == _TYPE and s.text in _PLACES for s in statements
    )


def _position(subject: str, node: str, point: Point) -> list[Statement]:
    types = (f"{SCHEMA}GeoCoordinates", f"{SF}Point")
    return [
        Statement(subject, f"{SCHEMA}geo", f"<{node}>"),
        Statement(subject, f"{GEO}hasGeometry", f"<{node}>"),
        *(Statement(node, _TYPE, f"<{name}>") for name in types),
        Statement(node, _LATITUDE, typed(point.latitude, _DECIMAL)),
        Statement(node, _LONGITUDE, typed(point.longitude, _DECIMAL)),
    ]
