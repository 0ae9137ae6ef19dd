"""The current state in chunks, each written once in every dump format and kept until it changes.

A chunk is a run of records in subject order. Where one ends depends only on the records' own IRIs
(an IRI whose hash is divisible by :data:`MEAN_RECORDS` closes its chunk), so that a new or deleted
place touches its own chunk and no other. A chunk is named by the hash of its content: the cache can
never be wrong, only empty.
"""

import hashlib
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from registry.formats.csv_dialects import EXCEL, STRICT
from registry.formats.geojson import Box, Position, geojson_feature, position
from registry.formats.jsonld import jsonld_nodes
from registry.formats.national import columns_for, csv_rows, is_place, says_more
from registry.formats.turtle import in_ascii, turtle_body
from registry.publish.gzip_join import Piece, deflate
from vocab.mapping import national_row
from vocab.namespaces import PREFIXES
from vocab.properties import IN_OBJECTS
from vocab.records import Record
from vocab.schemes import concepts, schemes

MEAN_RECORDS = 128
MAX_RECORDS = 1024
FORMS = ("nt.deflate", "ttl", "jsonld", "csv", "excel.csv", "geojson")
_UNFINISHED = ".writing-"
_SEAL = 65
"""Characters of the hash and the blank before what is known of a piece."""
_OWN_NAMES = re.compile(rf"[0-9a-f]{{64}}\Z|{re.escape(_UNFINISHED)}")
# To be raised when the code of any form changes the bytes that it gives.
_FORMS_VERSION = 6


@dataclass(frozen=True, slots=True)
class ChunkFacts:
    """What is known of a chunk besides its bytes.

    Attributes:
        key: hash of the content; the name in the cache.
        first: IRI of its first record.
        last: IRI of its last record.
        records: how many records.
        places: how many of them are places.
        says_more: a place says more than the national standard asks: its CSV has further columns.
        triples: how many statements.
        classes: how many records state each class, by class IRI.
        properties: how many statements have each property and of how many subjects, by IRI.
        subjects: how many subjects there are.
        box: where the placed places lie, or None.
        crc: CRC-32 of the N-Triples.
        nt_size: bytes of the N-Triples, before compression.
        sizes: bytes of each form, in the order of :data:`FORMS`.
        digests: SHA-256 of each form, in hexadecimal, in the same order.
    """

    key: str
    first: str
    last: str
    records: int
    places: int
    says_more: bool
    triples: int
    classes: dict[str, int]
    properties: dict[str, tuple[int, int]]
    subjects: int
    box: Box | None
    crc: int
    nt_size: int
    sizes: tuple[int, ...]
    digests: tuple[str, ...]


class DamagedPieceError(Exception):
    """A piece of the cache is not what was written: it is to be made again."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk at rest: its facts, and the file that holds its forms one after the other."""

    facts: ChunkFacts
    file: Path
    start: int

    def form(self, name: str) -> bytes:
        """Read one of :data:`FORMS`.

        Raises:
            DamagedPieceError: it is not what was written.
        """
        index = FORMS.index(name)
        with self.file.open("rb") as stream:
            stream.seek(self.start + sum(self.facts.sizes[:index]))
            content = stream.read(self.facts.sizes[index])
        if hashlib.sha256(content).hexdigest() != self.facts.digests[index]:
            raise DamagedPieceError(self.file)
        return content

    def ntriples(self) -> Piece:
        """Return the compressed N-Triples with what joining them needs."""
        return Piece(self.form("nt.deflate"), self.facts.crc, self.facts.nt_size)


def chunks(records: Iterable[Record], cache: Path) -> list[Chunk]:
    """Return the records, which come in subject order, as chunks; only new ones are written.

    Chunks in the cache that the records no longer need are removed.
    """
    cache.mkdir(parents=True, exist_ok=True)
    found = [_chunk(group, cache) for group in _groups(records)]
    needed = {chunk.file for chunk in found}
    for file in cache.iterdir():
        if file not in needed and _OWN_NAMES.match(file.name):
            file.unlink()
    return found


@lru_cache(maxsize=1)
def forms_fingerprint() -> str:
    """Return a hash of all that the dumps depend on besides the records: fields, lists, prefixes.

    A new spelling in a list of the vocabulary changes the CSV of records that did not change.
    """
    lists = [concepts(scheme.slug) for scheme in schemes()]
    return hashlib.sha256(repr((_FORMS_VERSION, IN_OBJECTS, lists, PREFIXES)).encode()).hexdigest()


def _groups(records: Iterable[Record]) -> Iterator[list[Record]]:
    group: list[Record] = []
    for record in records:
        group.append(record)
        closes = int.from_bytes(hashlib.sha256(record.iri.encode()).digest()[:4]) % MEAN_RECORDS
        if closes == 0 or len(group) == MAX_RECORDS:
            yield group
            group = []
    if group:
        yield group


def _chunk(group: Sequence[Record], cache: Path) -> Chunk:
    body = "".join(record.body for record in group).encode()
    key = hashlib.sha256(forms_fingerprint().encode() + body).hexdigest()
    file = cache / key
    cached = _read(file)
    if cached is not None:
        return cached
    facts, forms = _written(key, group, body)
    head = _head(facts)
    _store(file, [head, *forms])
    return Chunk(facts, file, len(head))


def _written(key: str, group: Sequence[Record], body: bytes) -> tuple[ChunkFacts, list[bytes]]:
    rows = [(record, national_row(record)) for record in group if is_place(record)]
    features = [feature for record, row in rows if (feature := geojson_feature(record, row))]
    more = any(says_more(row) for _, row in rows)
    columns = columns_for(more)
    piece = deflate(body)
    forms = [
        piece.deflated,
        in_ascii("".join(map(turtle_body, group))).encode(),
        _json_items(node for record in group for node in jsonld_nodes(record)),
        csv_rows((row for _, row in rows), STRICT, columns),
        csv_rows((row for _, row in rows), EXCEL, columns),
        _json_items(features),
    ]
    pairs = [_subject_and_property(line) for record in group for line in record.lines]
    facts = ChunkFacts(
        key=key,
        first=group[0].iri,
        last=group[-1].iri,
        records=len(group),
        places=len(rows),
        says_more=more,
        triples=len(pairs),
        classes=dict(sorted(Counter(cls for record in group for cls in record.types).items())),
        properties=_counted(pairs),
        subjects=len({subject for subject, _ in pairs}),
        box=bounding_box(found for _, row in rows if (found := position(row))),
        crc=piece.crc,
        nt_size=piece.length,
        sizes=tuple(map(len, forms)),
        digests=tuple(hashlib.sha256(form).hexdigest() for form in forms),
    )
    return facts, forms


def _subject_and_property(line: str) -> tuple[str, str]:
    """Return the terms that a statement of N-Triples begins with; no IRI of it holds a space."""
    subject, predicate, _ = line.split(" ", 2)
    return subject, predicate[1:-1]


def _counted(pairs: Sequence[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """Count statements and subjects of each property."""
    triples = Counter(name for _, name in pairs)
    subjects = Counter(name for _, name in set(pairs))
    return {name: (triples[name], subjects[name]) for name in sorted(triples)}


def bounding_box(positions: Iterable[Position]) -> Box | None:
    """Return the box around some positions; None when there is none."""
    found = tuple(positions)
    if not found:
        return None
    longitudes, latitudes = zip(*found, strict=True)
    return (min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def _json_items(items: Iterable[dict[str, Any]]) -> bytes:
    """JSON objects as items of a list, without its brackets, one a line."""
    return ",\n".join(
        json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in items
    ).encode()


def _read(file: Path) -> Chunk | None:
    """A chunk from the cache; None when it is not there whole."""
    try:
        with file.open("rb") as stream:
            head = stream.readline()
            content = json.loads(head[_SEAL:])
            box = tuple(content.pop("box") or ())
            sizes, digests = tuple(content.pop("sizes")), tuple(content.pop("digests"))
            counted = {name: tuple(pair) for name, pair in content.pop("properties").items()}
            facts = ChunkFacts(
                **content, properties=counted, box=box or None, sizes=sizes, digests=digests
            )
            intact = head == _head(facts) and file.stat().st_size == len(head) + sum(sizes)
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return Chunk(facts, file, len(head)) if intact else None


def _head(facts: ChunkFacts) -> bytes:
    """Write what is known of a piece in a line, behind the SHA-256 of it."""
    document = json.dumps(asdict(facts))
    return f"{hashlib.sha256(document.encode()).hexdigest()} {document}\n".encode()


def discard(cache: Path) -> None:
    """Empty a cache: all pieces are made again."""
    for file in cache.iterdir():
        if _OWN_NAMES.match(file.name):
            file.unlink()


def damaged_pieces(cache: Path) -> Iterator[Path]:
    """Return each piece of a cache that is not what was written.

    Pieces of versions that sealed none are left out: they are never published, only replaced.
    """
    for file in sorted(cache.iterdir()) if cache.is_dir() else ():
        if not _OWN_NAMES.match(file.name) or file.name.startswith(_UNFINISHED):
            continue
        if not _is_sound(file) and not _is_unsealed(file):
            yield file


def _is_unsealed(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(1) == b"{"


def _is_sound(file: Path) -> bool:
    piece = _read(file)
    try:
        return (
            piece is not None
            and piece.facts.key == file.name
            and all(piece.form(name) is not None for name in FORMS)
        )
    except DamagedPieceError:
        return False


def _store(file: Path, parts: Iterable[bytes]) -> None:
    """Put a chunk into the cache; unsynced, because a lost chunk is only written again."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=_UNFINISHED)
    with os.fdopen(handle, "wb") as stream:
        stream.writelines(parts)
    Path(name).replace(file)
