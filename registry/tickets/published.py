"""What anybody may know of a correction: place, field, state and fingerprints, as a record.

Never a value, a word, an address or a count of people. The fingerprint is of the value with a salt
of 256 bits, which is kept with the ticket and erased with it: who was given both verifies, nobody
else can guess (decision 0081).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pyoxigraph as ox

from registry.tickets.types import Ticket
from registry.tickets.values import commitment
from vocab.namespaces import MED, OA, RDF, XSD
from vocab.records import Record, line_of

_NAME_DIGITS = 16
_PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Published:
    """A ticket that the node tells of.

    Attributes:
        ticket: as its pole sees it; little of it is told.
        salt: 256 random bits, in hexadecimal.
        version: SHA-256 of the record that its author read.
    """

    ticket: Ticket
    salt: str
    version: str

    @property
    def commitment(self) -> str:
        """The fingerprint of what is proposed."""
        return commitment(self.salt, self.ticket.about, self.ticket.value)

    @property
    def name(self) -> str:
        """What names its record: its number stays between author, pole and node."""
        return self.commitment[:_NAME_DIGITS]


def correction_record(namespace: str, stated_by: str, what: Published) -> Record:
    """Return the record of a correction.

    Args:
        namespace: of the node where it was made.
        stated_by: IRI of that node's pole.
        what: the ticket, with its salt.
    """
    iri = f"{namespace}correction/{what.name}"
    lines = {line_of(triple) for triple in _triples(ox.NamedNode(iri), stated_by, what)}
    return Record(iri, tuple(sorted(lines)))


def _triples(correction: ox.NamedNode, stated_by: str, what: Published) -> Iterator[ox.Triple]:
    ticket = what.ticket
    day = datetime.fromtimestamp(ticket.changed, _PARIS).date().isoformat()
    links = (
        (f"{RDF}type", f"{MED}Correction"),
        (f"{RDF}type", f"{OA}Annotation"),
        (f"{MED}statedBy", stated_by),
        (f"{OA}motivatedBy", f"{OA}editing"),
        (f"{OA}hasTarget", ticket.place),
    )
    texts = (
        ("field", ticket.about),
        ("ticketState", ticket.state),
        ("objectHash", what.version),
        ("commitment", what.commitment),
    )
    for name, iri in links:
        yield ox.Triple(correction, ox.NamedNode(name), ox.NamedNode(iri))
    for name, text in texts:
        yield ox.Triple(correction, ox.NamedNode(MED + name), ox.Literal(str(text)))
    since = ox.Literal(day, datatype=ox.NamedNode(f"{XSD}date"))
    yield ox.Triple(correction, ox.NamedNode(f"{MED}stateSince"), since)
