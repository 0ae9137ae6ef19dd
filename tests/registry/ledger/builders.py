"""Records, sources and harvests made by rule: the size and shape of real places."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pyoxigraph as ox

from registry.ledger.cursor import Cursor
from registry.ledger.ledger import Ledger
from registry.ledger.types import Draft, Harvest, HarvestResult, Kind, Outcome, Refusal, Source
from vocab.records import Record, group_records

T0 = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
XSD = "http://www.w3.org/2001/XMLSchema#"


def source(slug: str = "arsenic") -> Source:
    namespace = f"https://{slug}.example/id/"
    return Source(slug, slug, slug.title(), f"https://{slug}.example/feed/", "feed", (namespace,))


def iri(number: int, slug: str = "arsenic") -> str:
    return f"https://{slug}.example/id/place/{number}"


def place(number: int, version: int = 0, slug: str = "arsenic") -> Record:
    """A place of 27 triples; ``version`` changes its name and its latitude's spelling."""
    subject = iri(number, slug)
    name = f"Médiathèque n° {number} « l’été » v{version}\u2028\u0085\t\"'\\"
    turtle = f"""
    @prefix schema: <https://schema.org/> . @prefix x: <{XSD}> .
    @prefix med: <https://w3id.org/m#> .
    <{subject}> a med:Place, schema:Place ; med:statedBy <https://{slug}.example/id/pole> ;
      schema:name ?NAME? ; med:service med:a, med:b, med:c, med:d, med:e, med:f ;
      schema:telephone "+33 5 55 00 00 {number % 100:02d}" ;
      schema:url <https://x.example/{number}> ;
      schema:dateModified "2025-06-{number % 27 + 1:02d}"^^x:date ; med:fee med:free, med:paid ;
      schema:address <{subject}#address> ; schema:geo <{subject}#geometry> .
    <{subject}#address> a schema:PostalAddress ; schema:streetAddress "{number} rue de l'Église" ;
      schema:postalCode "{number % 95000:05d}" ; schema:addressLocality "Saint-{number % 300}" .
    <{subject}#geometry> a schema:GeoCoordinates ;
      schema:latitude "4{number % 9}.{number % 1000:03d}0{version % 3 * "0"}"^^x:decimal ;
      schema:longitude "-{number % 5}.81420{version % 2 * "0"}"^^x:decimal ;
      med:open "{"1" if number % 2 else "true"}"^^x:boolean .
    """.replace("?NAME?", str(ox.Literal(name, language="fr")))
    triples = (quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    (record,) = group_records(triples)
    return record


def create(record: Record) -> Draft:
    return Draft(Kind.CREATE, record.iri, record)


def update(record: Record) -> Draft:
    return Draft(Kind.UPDATE, record.iri, record)


def delete(subject: str) -> Draft:
    return Draft(Kind.DELETE, subject, None)


def refusal(number: int, code: str = "MED-P003") -> Refusal:
    return Refusal(iri(number), place(number, 9).body, ({"code": code, "value": "é"},))


def result(drafts: Iterable[Draft] = (), **others: object) -> HarvestResult:
    values = {"outcome": Outcome.COMMITTED, "started": T0, "drafts": tuple(drafts)} | others
    return HarvestResult(**values)  # type: ignore[arg-type]  # a test's own shorthand


def commit(
    ledger: Ledger, slug: str, *drafts: Draft, minutes: int = 1, **others: object
) -> Harvest:
    return ledger.commit(slug, result(drafts, **others), T0 + timedelta(minutes=minutes))


def filled(ledger: Ledger, count: int = 30) -> None:
    """Two sources, three harvests: creations, a change, a deletion, a refusal."""
    for slug in ("arsenic", "zinc"):
        ledger.put_source(source(slug))
    commit(ledger, "arsenic", *(create(place(n)) for n in range(count)))
    commit(ledger, "zinc", *(create(place(n, slug="zinc")) for n in range(5)), minutes=2)
    commit(
        ledger, "arsenic", update(place(1, 1)), delete(iri(2)),
        refusals=(refusal(3),), cursor=Cursor({"etag": '"a"'}), report={"read": count}, minutes=3,
    )  # fmt: skip
