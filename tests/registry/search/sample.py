"""A ledger in memory and place records, small enough to read in one look."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from registry.ledger.types import Change, Kind, Source
from vocab.records import Record

NAMESPACE = "https://zinc.example/id/"
SOURCE = Source("zinc", "zinc", "Zinc", "https://zinc.example/feed/", "feed", (NAMESPACE,))
LISTS = "https://w3id.org/mediation-numerique/list/"
MED = "https://w3id.org/mediation-numerique/ns#"
SCHEMA = "https://schema.org/"
NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)  # a Wednesday, noon in Paris


def place(
    local: str,
    name: str,
    *,
    services: tuple[str, ...] = (),
    types: tuple[str, ...] = (),
    fees: tuple[str, ...] = (),
    access: tuple[str, ...] = (),
    at: tuple[float, float] | None = None,
    commune: str = "Marseille",
    postcode: str = "13003",
    hours: str = "",
    summary: str = "",
    insee: str = "",
    phone: str = "",
    is_example: bool = False,
) -> Record:
    """Return a place record; ``at`` is (lat, lon), what else has several values is slugs."""
    iri = f"{NAMESPACE}place/{local}"
    lines = {
        f"<{iri}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{MED}Place> .",
        f'<{iri}> <{SCHEMA}name> "{name}"@fr .',
        f"<{iri}> <{SCHEMA}address> <{iri}#address> .",
        f'<{iri}> <{MED}summary> "{summary}"@fr .',
        f'<{iri}> <{SCHEMA}openingHours> "{hours}" .',
        f'<{iri}#address> <{SCHEMA}addressLocality> "{commune}"@fr .',
        f'<{iri}#address> <{SCHEMA}postalCode> "{postcode}" .',
    }
    listed = [(f"{MED}service", "services", slug) for slug in services]
    listed += [(f"{MED}placeType", "typologie", slug) for slug in types]
    listed += [(f"{MED}fee", "frais", slug) for slug in fees]
    listed += [(f"{MED}accessMode", "modalites-acces", slug) for slug in access]
    lines |= {f"<{iri}> <{term}> <{LISTS}{scheme}/{slug}> ." for term, scheme, slug in listed}
    if phone:
        lines.add(f'<{iri}> <{SCHEMA}telephone> "{phone}" .')
    if is_example:
        lines.add(f'<{iri}> <{MED}isExample> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .')
    if insee:
        lines.add(f"<{iri}> <{MED}commune> <http://id.insee.fr/geo/commune/{insee}> .")
    if at:
        decimal = "^^<http://www.w3.org/2001/XMLSchema#decimal>"
        lines.add(f'<{iri}#geometry> <{SCHEMA}latitude> "{at[0]}"{decimal} .')
        lines.add(f'<{iri}#geometry> <{SCHEMA}longitude> "{at[1]}"{decimal} .')
    return Record(iri, tuple(sorted(lines)))


@dataclass
class MemoryLog:
    """A change log that lives as long as a test; what is put together is one harvest."""

    log: list[Change] = field(default_factory=list)
    live: dict[str, Record] = field(default_factory=dict)
    harvests: int = 0

    def put(self, *records: Record) -> None:
        self.harvests += 1
        for record in records:
            kind = Kind.UPDATE if record.iri in self.live else Kind.CREATE
            self._add(record.iri, kind, record.body, record.content_hash)
            self.live[record.iri] = record

    def delete(self, iri: str) -> None:
        self.harvests += 1
        self._add(iri, Kind.DELETE, "", "")
        del self.live[iri]

    def _add(self, subject: str, kind: Kind, body: str, content_hash: str) -> None:
        seq = len(self.log) + 1
        change = Change(
            seq, subject, "zinc", self.harvests, kind, NOON, content_hash, body, "", str(seq)
        )
        self.log.append(change)

    def head(self) -> int:
        return len(self.log)

    def changes(self, after: int = 0, upto: int | None = None) -> Iterator[Change]:
        yield from self.log[after:upto]

    def sources(self, *, cursors: bool = True) -> list[Source]:
        return [SOURCE]

    def stated(
        self, source_slug: str | None = None, upto: int | None = None
    ) -> Iterator[tuple[str, Record]]:
        yield from (("zinc", self.live[iri]) for iri in sorted(self.live))
