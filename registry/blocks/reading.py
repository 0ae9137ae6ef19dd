"""Blocks in the text of a query: where each stands, what it is given and which variables it binds.

A block is ``SERVICE med:around { ?place med:center "POINT(2.35 48.86)" ; med:radiusKm 5 . }``: the
triples of one variable, with values that stand in the query itself (SPARQL 1.1 Federated Query,
section 2, gives the form; what is inside is ours, as it is in the service of Wikidata).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from registry.blocks.kinds import KINDS, WKT, Kind
from registry.store.errors import QueryRefusedError
from registry.store.tokens import Token, has_escaped_characters, tokens
from vocab.namespaces import MED
from vocab.territory import Point

_MOST_BLOCKS = 4
_NUMBER = re.compile(r"\+?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_XSD_NUMBERS = tuple(
    f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "decimal", "double")
)
_WKT_POINT = re.compile(
    r"\s*(?:<http://www\.opengis\.net/def/crs/OGC/1\.3/CRS84>\s*)?POINT\s*\(\s*"
    r"(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)\s*\)\s*",
    re.ASCII | re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a query.

    Attributes:
        kind: what it asks for.
        start: offset of ``SERVICE`` in the query.
        end: offset after its closing brace.
        line: of ``SERVICE``, from 1.
        place: name of the variable whose places it gives, without its mark.
        texts: local name of a property to the value that the query gives, as text.
        variables: local name of a property to the variable that it binds.
    """

    kind: Kind
    start: int
    end: int
    line: int
    place: str
    texts: Mapping[str, str]
    variables: Mapping[str, str]

    def number(self, name: str, most: float) -> float:
        """Return a number above 0 that the query gives.

        Raises:
            QueryRefusedError: it is none, or exceeds ``most``.
        """
        text = self.texts[name]
        value = float(text) if _NUMBER.fullmatch(text) else 0.0
        if not 0 < value <= most:
            raise QueryRefusedError(
                "line {line}: med:{name} is a number above 0, {most:g} at most; it says “{text}”",
                line=self.line,
                name=name,
                most=most,
                text=text,
            )
        return value

    def whole_number(self, name: str, most: int) -> int:
        """Return a whole number above 0 that the query gives.

        Raises:
            QueryRefusedError: it is none, or exceeds ``most``.
        """
        value = self.number(name, most)
        if not value.is_integer():
            raise QueryRefusedError(
                "line {line}: med:{name} is a whole number; it says “{text}”",
                line=self.line,
                name=name,
                text=self.texts[name],
            )
        return int(value)

    def point(self, name: str) -> Point:
        """Return the latitude and longitude of a point that the query gives as WKT.

        Raises:
            QueryRefusedError: it is no point in WGS 84, longitude first.
        """
        text = self.texts[name]
        found = _WKT_POINT.fullmatch(text)
        longitude, latitude = (float(found[1]), float(found[2])) if found else (999.0, 999.0)
        if abs(longitude) > 180 or abs(latitude) > 90:
            raise QueryRefusedError(
                "line {line}: med:{name} is a point in WGS 84, longitude first, such as “POINT(2.35"
                " 48.86)”; it says “{text}”",
                line=self.line,
                name=name,
                text=text,
            )
        return latitude, longitude


def read_blocks(query: str) -> tuple[Block, ...]:
    """Return the blocks of a query, in their order; those of other services are not ours.

    Raises:
        QueryRefusedError: one cannot be read: names its line and what it may hold.
    """
    if "service" not in query.lower():
        return ()
    reader = _Reader(query, list(tokens(query)))
    found = tuple(reader.blocks())
    if found and has_escaped_characters(query):
        raise QueryRefusedError(
            "write the characters of a query with such a block themselves, not as \\u and a number"
        )
    if len(found) > _MOST_BLOCKS:
        raise QueryRefusedError(
            "a query has {most} blocks of the search index at most; this one has {count}",
            most=_MOST_BLOCKS,
            count=len(found),
        )
    return found


def without_blocks(query: str, blocks: Iterable[Block]) -> str:
    """Return a query with spaces in the place of its blocks; every line stays where it is."""
    for block in blocks:
        text = query[block.start : block.end]
        blank = "".join(sign if sign in "\r\n" else " " for sign in text)
        query = query[: block.start] + blank + query[block.end :]
    return query


@dataclass(slots=True)
class _Reader:
    query: str
    tokens: list[Token]
    at: int = 0
    prefixes: dict[str, str] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        while self.at < len(self.tokens):
            token = self.next()
            word = token.text.lower() if token.kind == "word" else ""
            if word == "prefix":
                self._prefix()
            elif word == "service":
                if self.peek().text.lower() == "silent":
                    self.next()
                kind = KINDS.get(self.iri(self.peek()) or "")
                if kind:
                    self.next()
                    yield self._block(kind, token)

    def peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else Token("end", "", 0)

    def next(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def _prefix(self) -> None:
        name, iri = self.peek(), self.tokens[self.at + 1 : self.at + 2]
        if name.kind == "prefixed" and iri and iri[0].kind == "iri":
            self.prefixes[name.text.removesuffix(":")] = iri[0].text[1:-1]
            self.at += 2

    def iri(self, token: Token) -> str | None:
        """The IRI that a token stands for; the dot that ends a triple is not of its name."""
        if token.kind == "iri":
            return token.text[1:-1]
        prefix, colon, local = token.text.partition(":")
        if token.kind != "prefixed" or not colon or prefix not in self.prefixes:
            return None
        return self.prefixes[prefix] + local.rstrip(".")

    def _block(self, kind: Kind, service: Token) -> Block:
        line = self.query.count("\n", 0, service.start) + 1
        body = _Body(self, kind, line)
        body.read()
        last = self.tokens[self.at - 1]
        return Block(
            kind, service.start, last.start + 1, line, body.place, body.texts, body.variables
        )


@dataclass(slots=True)
class _Body:
    """What stands between the braces of one block."""

    reader: _Reader
    kind: Kind
    line: int
    place: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def read(self) -> None:
        if self.reader.next().text != "{":
            raise self._unreadable()
        while self.reader.peek().text != "}":
            self._subject()
            self._pairs()
        self.reader.next()
        missing = [name for name in self.kind.needs if name not in self.texts]
        bound = [self.place, *self.variables.values()]
        if missing or len(set(bound)) < len(bound):
            raise self._unreadable()

    def _subject(self) -> None:
        token = self.reader.next()
        name = token.text[1:]
        if token.kind != "variable" or (self.place and name != self.place):
            raise self._unreadable()
        self.place = name

    def _pairs(self) -> None:
        """Properties with their objects, to the end of the triples or of the block."""
        while True:
            self._pair()
            ended = self._ends()
            if ended != ";" and ended != "." and self.reader.peek().text != "}":
                raise self._unreadable()
            if ended != ";" or self.reader.peek().text == "}":
                return

    def _pair(self) -> None:
        iri = self.reader.iri(self.reader.next()) or ""
        name = iri.removeprefix(MED)
        given, bound = (*self.kind.needs, *self.kind.may), self.kind.gives
        if not iri.startswith(MED) or name not in (*given, *bound):
            raise self._unreadable()
        if name in self.texts or name in self.variables:
            raise self._unreadable()
        token = self.reader.next()
        if (token.kind == "variable") is (name in given):
            raise self._unreadable()
        if token.kind == "variable":
            self.variables[name] = token.text[1:]
        else:
            self.texts[name] = self._literal(token)

    def _literal(self, token: Token) -> str:
        if token.kind == "string":
            quotes = 3 if token.text[:3] in ('"""', "'''") else 1
            text = token.text[quotes:-quotes]
            self._skip_datatype()
            return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), text)
        if token.kind == "word" and _NUMBER.fullmatch(token.text):
            return token.text  # its last dot, if any, ends the triple: see _ends
        raise self._unreadable()

    def _skip_datatype(self) -> None:
        reader = self.reader
        if reader.peek().kind == "language":
            reader.next()
        elif reader.peek().text == "^":
            reader.next()
            if reader.next().text != "^" or reader.iri(reader.next()) not in (
                WKT, *_XSD_NUMBERS, "http://www.w3.org/2001/XMLSchema#string",
            ):  # fmt: skip
                raise self._unreadable()

    def _ends(self) -> str:
        """What ends a pair: a sign of its own, or a dot that the token before has swallowed."""
        before = self.reader.tokens[self.reader.at - 1]
        if before.kind in ("word", "prefixed") and before.text.endswith("."):
            return "."
        return self.reader.next().text if self.reader.peek().text in (".", ";") else ""

    def _unreadable(self) -> QueryRefusedError:
        return QueryRefusedError(
            "line {line}: the block SERVICE med:{name} cannot be read; it holds the triples of one "
            "variable, such as: {example}",
            line=self.line,
            name=self.kind.name,
            example=self.kind.example,
        )
