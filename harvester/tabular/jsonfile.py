"""JSON and GeoJSON files: a list of objects, wherever it is, as a table."""

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import NoReturn

from harvester.tabular.encoding import decode
from harvester.tabular.header import check_cells, check_count
from harvester.tabular.table import Facts, Options, Problem, Row, Table
from vocab.errors import PublishedError, UsageError
from vocab.messages import Message

_MAX_DEPTH = 20
_SHOWN = 80
_MAX_POWER = 20
_NAMED = 8
_RECORD_SEPARATOR = "\x1e"
"""Stands before each object of a text sequence (RFC 7464, and RFC 8142 for GeoJSON)."""
_NOTHING, _TEXT = Message("nothing"), Message("text")
_KINDS = {dict: Message("object"), list: Message("list"), bool: "true/false"}
MANY_LISTS = Message(
    "expected a list of objects, found one object with the lists {names}: name one in "
    "a mapping file ({path})"
)

Json = dict[str, "Json"] | list["Json"] | str | bool | None
"""Numbers stay text, exactly as written: postcodes and SIRET must not become floats."""


class _RowError(ValueError):
    """What one object of the list must not be: its row carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.rule)
        self.problem = problem


def read_json(data: bytes, options: Options) -> Table:
    """Read a list of objects, or an object a line.

    Nested objects become columns named with dots (``geo.lat``).

    Lists of plain values become one cell, values separated by ``|``; lists of objects become
    columns with a rank (``aidants.0.nom``).

    Raises:
        PublishedError: not JSON, a number that is none (NaN), a key given twice in one object, no
            list of objects, or a bound exceeded.
    """
    text, encoding = decode(data, options.encoding)
    check_count(text.count(","), options)
    document = _parse(text)
    collection = isinstance(document, dict) and document.get("type") == "FeatureCollection"
    path = "features" if collection and options.path is None else options.path
    items = [document] if _is_feature(document) else _items(document, path)
    geojson = collection or (bool(items) and _is_feature(items[0]))
    if len(items) > options.max_rows:
        raise PublishedError(
            "{count} objects, the most read here is {max_rows}",
            count=len(items),
            max_rows=options.max_rows,
        )
    rows = tuple(_rows(items, options, geojson=geojson))
    columns = tuple(dict.fromkeys(column for row in rows for column in row.cells))
    facts = Facts("geojson" if geojson else "json", encoding)
    return Table(_all_columns(columns, items, geojson=geojson), rows, facts)


def _unique(pairs: list[tuple[str, Json]]) -> Json:
    found = dict(pairs)
    if len(found) < len(pairs):
        counted = Counter(key for key, _ in pairs)
        twice = next(key for key, count in counted.items() if count > 1)
        raise PublishedError(
            "key {twice!r} is given twice in the object that starts {start}",
            twice=twice[:_SHOWN],
            start=_shown(dict(pairs[:2])),
        )
    return found


def _refuse_constant(constant: str) -> NoReturn:
    raise PublishedError("{constant} is not a number: write null, or nothing", constant=constant)


def _parse(text: str) -> Json:
    decoder = json.JSONDecoder(
        parse_int=str,
        parse_float=_plain,
        parse_constant=_refuse_constant,
        object_pairs_hook=_unique,
        strict=False,  # cleaning reports control characters in a text
    )
    text = text.replace(_RECORD_SEPARATOR, "")
    try:
        lines = text.splitlines() if _is_one_a_line(text) else None
        found: Json = [*_objects(lines, decoder)] if lines else decoder.decode(text)
    except json.JSONDecodeError as error:
        raise PublishedError(
            "line {lineno}, column {colno}: not JSON: {msg}",
            lineno=error.lineno,
            colno=error.colno,
            msg=error.msg,
        ) from error
    except RecursionError as error:
        raise PublishedError("objects nested too deep for a table") from error
    return found


def _plain(number: str) -> str:
    """Return a number without its power of ten (``4.83e0``), unless that would be very long."""
    mantissa, _, power = number.lower().partition("e")
    if not power or len(mantissa) > _SHOWN or abs(int(power[:5])) > _MAX_POWER:
        return number
    return format(Decimal(number), "f")


def _is_one_a_line(text: str) -> bool:
    """Return whether the first two lines are an object each (newline-delimited JSON)."""
    first, _, rest = text.lstrip().partition("\n")
    return first.strip()[:1] + first.strip()[-1:] == "{}" and rest.lstrip()[:1] == "{"


def _objects(lines: list[str], decoder: json.JSONDecoder) -> Iterator[Json]:
    for number, line in enumerate(lines, 1):
        try:
            if line.strip():
                yield decoder.decode(line)
        except json.JSONDecodeError as error:
            whole = "\n" * (number - 1) + line  # so that the error names the line of the file
            raise json.JSONDecodeError(error.msg, whole, number - 1 + error.pos) from error


def _items(document: Json, path: str | None) -> list[Json]:
    found = document
    for key in path.split(".") if path else ():
        if not isinstance(found, dict) or key not in found:
            raise UsageError(
                "no list at {path!r}: nothing is named {key!r} there",
                path=path,
                key=key,
            )
        found = found[key]
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        lists = [key for key, value in found.items() if _is_table(value)]
        if len(lists) == 1:
            return _items(found[lists[0]], None)
        raise _no_list([".".join(where) for where in _lists_in(found, _MAX_DEPTH)])
    kind = _kind(found)
    raise PublishedError("expected a list of objects, found {kind}", kind=kind)


def _lists_in(found: dict[str, Json], depth: int) -> Iterator[tuple[str, ...]]:
    """Return the paths of the lists of objects that an object holds, however deep."""
    for key, value in found.items():
        if _is_table(value):
            yield (key,)
        elif isinstance(value, dict) and depth:
            yield from ((key, *inner) for inner in _lists_in(value, depth - 1))


def _no_list(paths: list[str]) -> PublishedError:
    """Return the error of one object where a list is needed, with what to do about it."""
    if not paths:
        return PublishedError(
            "expected a list of objects, found one object with no list of objects in it: "
            "write [ … ] around the objects, one per place",
        )
    names, path = ", ".join(paths[:_NAMED]), f'[file] path = "{paths[0]}"'
    return PublishedError(MANY_LISTS.template, names=names, path=path)


def _is_feature(value: Json) -> bool:
    return isinstance(value, dict) and value.get("type") == "Feature" and "geometry" in value


def _is_table(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _shown(item: Json) -> str:
    return json.dumps(item, ensure_ascii=False)[:_SHOWN]


def _kind(value: Json) -> str:
    """Name a kind of value."""
    return _NOTHING if value is None else _KINDS.get(type(value), _TEXT)


def _rows(items: list[Json], options: Options, *, geojson: bool) -> Iterator[Row]:
    seen: set[str] = set()
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            yield Row(number, {}, Problem("row-no-object", _shown(item), "{…}"))
            continue
        try:
            cells = dict(_feature(item) if geojson else _flat(item, ""))
        except _RowError as error:
            yield Row(number, {}, error.problem)
            continue
        check_cells(cells, number, options)
        seen |= cells.keys()
        if len(seen) > options.max_columns:
            raise PublishedError(
                "object {number}: more than {max_columns} different keys in all. Keep the "
                "keys that matter, or give the path of the right list",
                number=number,
                max_columns=options.max_columns,
            )
        yield Row(number, {column: cell for column, cell in cells.items() if cell.strip()})


def _flat(value: Json, column: str) -> Iterator[tuple[str, str]]:
    if column.count(".") > _MAX_DEPTH:
        raise _RowError(Problem("row-too-deep", column[:_SHOWN], ""))
    if isinstance(value, dict):
        for key, inner in value.items():
            name = _text(key)
            yield from _flat(inner, f"{column}.{name}" if column else name)
    elif isinstance(value, list):
        if any(isinstance(inner, dict | list) for inner in value):
            for rank, inner in enumerate(value):
                yield from _flat(inner, f"{column}.{rank}")
        else:
            yield column, "|".join(filter(None, (_text(inner) for inner in value)))
    else:
        yield column, _text(value)


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return ""
    # JSON can spell half a character (\\ud800 alone), which no text file can hold.
    return value if value.isprintable() else _whole(value)


def _whole(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _feature(feature: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Give the properties of a GeoJSON feature, its id, and its point as latitude and longitude."""
    properties = feature.get("properties")
    if feature.get("type") != "Feature" or not isinstance(properties, dict | None):
        raise _RowError(Problem("row-no-feature", _text(feature.get("type")), "Feature"))
    cells = dict(_flat(properties or {}, ""))
    if not cells.get("id") and isinstance(feature.get("id"), str):  # RFC 7946, section 3.2
        cells["id"] = _text(feature["id"])
    yield from cells.items()
    geometry = feature.get("geometry")
    point = _point(geometry)
    if point is None:
        yield "geometry", json.dumps(geometry) if geometry else ""
        return
    prefix = "geometry." if "latitude" in cells or "longitude" in cells else ""
    yield f"{prefix}longitude", point[0]
    yield f"{prefix}latitude", point[1]


def _point(geometry: Json) -> tuple[str, str] | None:
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Point", "MultiPoint"):
        return None
    position = geometry.get("coordinates")
    if geometry["type"] == "MultiPoint":
        if not isinstance(position, list) or len(position) != 1:
            return None
        (position,) = position
    if not isinstance(position, list) or len(position) < 2:
        raise _RowError(Problem("row-no-point", "Point", "[longitude, latitude]"))
    return _text(position[0]), _text(position[1])


def _all_columns(filled: tuple[str, ...], items: list[Json], *, geojson: bool) -> tuple[str, ...]:
    """Add the columns that are empty on every row, which a mapping may still name."""
    columns = dict.fromkeys(filled)
    for item in items:
        holder = item.get("properties") if geojson and isinstance(item, dict) else item
        if isinstance(holder, dict):
            columns.update((key, None) for key, value in holder.items() if value is None)
    return tuple(columns)
