"""What a bomb is: what a hostile server answers, and the error that must follow."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.simulator import SimulatedPole, place

TURTLE, TRIG, NT = "text/turtle", "application/trig", "application/n-triples"
JSONLD, XML, QUADS = "application/ld+json", "application/rdf+xml", "application/n-quads"
CSV, JSON, GEOJSON = "text/csv", "application/json", "application/geo+json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PATH = "/data"
Lay = Callable[[SimulatedPole], None]
Body = bytes | Callable[[SimulatedPole], bytes]


@dataclass(frozen=True)
class Bomb:
    """One bomb.

    Attributes:
        kind: of the source: feed, dump, table, dcat, sparql or sitemap.
        code: the one error that the report must show: why nothing was applied, or the rule that
            keeps one record out; empty where all that is hostile does no harm and is taken in.
        lay: puts it on a pole, the source's address being ``PATH``.
        slow: takes seconds; only ``python -m bench bombs`` sets it off.
        patient: seconds that the quick test gives a fetch and a visit; None for the usual limits.
    """

    kind: str
    code: str
    lay: Lay
    slow: bool = False
    patient: float | None = None


def served(kind: str, code: str, media_type: str, body: Body, path: str = PATH) -> Bomb:
    """A document that is the bomb; a callable makes it when it is set off."""

    def lay(pole: SimulatedPole) -> None:
        pole.put(path, body if isinstance(body, bytes) else body(pole), media_type)

    return Bomb(kind, code, lay)


def dump(code: str, media_type: str, body: Body) -> Bomb:
    """A bomb that is a dump."""
    return served("dump", code, media_type, body)


def beside(pole: SimulatedPole, hostile: str) -> bytes:
    """A good record, then what a bomb says of ``<SUBJECT>``."""
    subject = f"<{pole.url('/id/place/hostile')}>"
    return (place(pole, "p1").body + hostile.replace("<SUBJECT>", subject)).encode()


def slow(bomb: Bomb) -> Bomb:
    """The same bomb, too slow for the quick test."""
    return replace(bomb, slow=True)


def said(code: str, statements: str | Callable[[], str], media_type: str = TURTLE) -> Bomb:
    """A dump of a good record and hostile statements, where ``<SUBJECT>`` is the record's IRI."""

    def body(pole: SimulatedPole) -> bytes:
        return beside(pole, statements if isinstance(statements, str) else statements())

    return dump(code, media_type, body)
