"""A publisher, real-looking places and a log of a dozen lines, for the tests of the feed."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from registry.ledger.types import Change, Kind
from registry.publish.pole import PoleDescription
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
POLE = PoleDescription(
    slug="ping",
    name="Ping <ateliers> & « médiation »",
    namespace="https://ping.example/id/",
    feed_url="https://ping.example/feed/",
    legal_form="association loi 1901",
    street="38 rue du Breil",
    postcode="44100",
    locality="Nantes",
    representative_role="trésorier",
    homepage="https://ping.example/",
    departements=("44", "49"),
    contact_email="contact@ping.example",
)
IDENTITY = PoleIdentity(POLE.slug, POLE.namespace)


def place(number: int, name: str = "Médiathèque", **fields: str) -> Record:
    """A whole place of the national standard."""
    values = {
        "id": f"lieu-{number}",
        "pivot": "43493312300029",
        "nom": f"{name} n° {number}",
        "commune": "Nantes",
        "code_postal": "44100",
        "code_insee": "44109",
        "adresse": f"{number} rue de l'Église",
        "latitude": f"47.{number % 1000:03d}0",
        "longitude": f"-1.{number % 500:03d}",
        "telephone": "+33240000000",
        "services": "Maîtrise des outils numériques du quotidien|Loisirs et créations numériques",
        "date_maj": "2026-01-04",
    }
    return place_record(values | fields, IDENTITY)


def tiny(number: int, version: int = 0) -> Record:
    """A record of one line, where only the number of changes matters."""
    iri = f"{POLE.namespace}place/{number}"
    return Record(iri, (f'<{iri}> <https://schema.org/name> "{number} v{version}"@fr .',))


class MemoryLog:
    """The ledger's own values, kept in a list."""

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
            Change(seq, iri, "ping", seq // 7, kind, time, content, body, previous, entry)
        )

    def head(self) -> int:
        return len(self.entries)

    def changes(self, after: int = 0, upto: int | None = None) -> Iterator[Change]:
        return iter(self.entries[after:upto])

    def records(self, source_slug: str | None = None, upto: int | None = None) -> Iterator[Record]:
        assert source_slug is None
        assert upto in {None, len(self.entries)}
        return iter([self.live[iri] for iri in sorted(self.live)])
