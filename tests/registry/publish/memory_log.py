"""A ledger of a dozen lines: the same values as the real one, kept in a list."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from registry.ledger.types import Change, Kind
from vocab.records import Record

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class MemoryLog:
    def __init__(self) -> None:
        self.entries: list[Change] = []
        self.live: dict[str, Record] = {}

    def put(self, record: Record, hour: int | None = None) -> None:
        kind = Kind.UPDATE if record.iri in self.live else Kind.CREATE
        self.live[record.iri] = record
        self._append(record.iri, kind, record.body, hour)

    def delete(self, iri: str, hour: int | None = None) -> None:
        del self.live[iri]
        self._append(iri, Kind.DELETE, "", hour)

    def _append(self, iri: str, kind: Kind, body: str, hour: int | None) -> None:
        seq = len(self.entries) + 1
        previous = self.entries[-1].entry_hash if self.entries else "0" * 64
        content = hashlib.sha256(body.encode()).hexdigest()
        entry = hashlib.sha256(f"{previous}{seq}{iri}{kind}{content}".encode()).hexdigest()
        time = START + timedelta(hours=seq // 7 if hour is None else hour)
        self.entries.append(
            Change(seq, iri, "pole", seq // 7, kind, time, content, body, previous, entry)
        )

    def head(self) -> int:
        return len(self.entries)

    def changes(self, after: int = 0, upto: int | None = None) -> Iterator[Change]:
        return iter(self.entries[after:upto])

    def records(self, source_slug: str | None = None, upto: int | None = None) -> Iterator[Record]:
        assert source_slug is None
        assert upto in {None, len(self.entries)}
        return iter([self.live[iri] for iri in sorted(self.live)])
