"""What a publisher says of itself: a pole's own record comes out of its ledger like any other."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from registry.settings.config import DEFAULT_LICENCE, Pole
from vocab.errors import UsageError
from vocab.insee import code_of, territory_iri
from vocab.namespaces import expand
from vocab.ntriples import is_valid_iri
from vocab.records import Record, line_of

_TELEPHONE = re.compile(r"\+?[0-9]{3,15}\Z")
_EMAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoleDescription(Pole):
    """Who publishes, and where.

    Attributes:
        slug: short name, unique in the network.
        namespace: prefix of the IRIs that the publisher mints, ending in ``/`` or ``#``.
        feed_url: absolute address of the published folder, ending in ``/``.
        alt_name: another spelling of the name, or its acronym spelled out.
        sample: the human page says that the network is a sample.
        generation: distinguishes the stream of a restored ledger from the earlier one; empty for a
            ledger that was never restored.

    Raises:
        UsageError: an address is not usable as such.
    """

    slug: str
    namespace: str
    feed_url: str
    alt_name: str = ""
    sample: bool = False
    generation: str = ""

    def __post_init__(self) -> None:
        for setting in ("namespace", "feed_url", "licence", "homepage"):
            value = getattr(self, setting)
            if value and not is_web_address(value):
                raise UsageError(
                    "{setting} = {value!r} is not an http or https address",
                    setting=setting,
                    value=value,
                )
        if not self.feed_url.endswith("/"):
            raise UsageError(
                "feed_url = {feed_url!r} names a folder: end it with a slash",
                feed_url=self.feed_url,
            )
        if not self.namespace.endswith(("/", "#")):
            raise UsageError(
                "namespace = {namespace!r} must end with a slash or #", namespace=self.namespace
            )
        if self.contact_email and not is_email(self.contact_email):
            raise UsageError(
                "contact_email = {contact_email!r} is not an e-mail address",
                contact_email=self.contact_email,
            )
        if self.telephone and not _TELEPHONE.match(self.telephone):
            raise UsageError(
                "telephone = {telephone!r} is not a number in international form, such as "
                "+33123456789",
                telephone=self.telephone,
            )

    @property
    def iri(self) -> str:
        """IRI of the organisation itself."""
        return f"{self.namespace}pole"

    @property
    def stream_iri(self) -> str:
        """IRI of the event stream, which its root document describes."""
        return f"{self.feed_url}stream.trig#{self.stream_name}"

    @property
    def stream_name(self) -> str:
        """Name of the event stream in its root document: another one after each restoration."""
        return f"stream-{self.generation}" if self.generation else "stream"


def is_web_address(value: str) -> bool:
    """Whether a text is an absolute http or https IRI."""
    return value.startswith(("http://", "https://")) and is_valid_iri(value)


def is_email(value: str) -> bool:
    """Whether a text is an e-mail address, and nothing else."""
    return bool(_EMAIL.match(value))


def pole_record(pole: PoleDescription) -> Record:
    """Build the ``med:Pole`` record of a publisher; what is empty is left unsaid."""
    lines = {line_of(triple) for triple in (*_organisation(pole), *_seat(pole))}
    return Record(pole.iri, tuple(sorted(lines)))


def pole_of(record: Record) -> Pole:
    """Return what a pole says of itself in its record: :func:`pole_record` read backwards."""
    said: dict[tuple[str, str], list[str]] = defaultdict(list)
    for triple in record.triples():
        subject, value = triple.subject, triple.object
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
            said[subject.value, triple.predicate.value].append(value.value)

    def first(name: str, subject: str = record.iri) -> str:
        return min(said.get((subject, expand(name)), ()), default="")

    seat = first("schema:address")
    territories = said.get((record.iri, expand("med:territory")), ())
    return Pole(
        name=first("schema:name"),
        legal_form=first("med:legalForm"),
        street=first("schema:streetAddress", seat),
        postcode=first("schema:postalCode", seat),
        locality=first("schema:addressLocality", seat),
        representative_role=first("med:representativeRole"),
        homepage=first("foaf:homepage"),
        contact_email=first("schema:email"),
        telephone=first("schema:telephone"),
        description=first("schema:description"),
        departements=tuple(sorted(map(code_of, territories))),
        licence=first("dct:license") or DEFAULT_LICENCE,
    )


def agent_record(pole: PoleDescription) -> Record:
    """Say the least of a publisher that does not describe itself as a pole: its name and site."""
    subject = ox.NamedNode(pole.iri)
    name = ox.Literal(pole.name, language="fr")
    triples = [
        _link(subject, "rdf:type", expand("foaf:Agent")),
        ox.Triple(subject, _property("foaf:name"), name),
        _link(subject, "foaf:homepage", pole.homepage or f"{pole.feed_url}index.html"),
    ]
    return Record(pole.iri, tuple(sorted(map(line_of, triples))))


def _organisation(pole: PoleDescription) -> Iterator[ox.Triple]:
    subject = ox.NamedNode(pole.iri)
    yield _link(subject, "rdf:type", expand("med:Pole"))
    yield _link(subject, "rdf:type", expand("med:Organization"))
    yield _link(subject, "med:statedBy", pole.iri)
    yield _link(subject, "dct:license", pole.licence)
    yield _link(subject, "med:feed", pole.stream_iri)
    yield ox.Triple(subject, _property("dct:identifier"), ox.Literal(pole.slug))
    texts = {
        "schema:name": pole.name,
        "schema:alternateName": pole.alt_name,
        "med:legalForm": pole.legal_form,
        "med:representativeRole": pole.representative_role,
        "schema:description": pole.description,
    }
    for name, text in texts.items():
        if text:
            yield ox.Triple(subject, _property(name), ox.Literal(text, language="fr"))
    if pole.homepage:
        yield _link(subject, "foaf:homepage", pole.homepage)
    if pole.contact_email:
        yield ox.Triple(subject, _property("schema:email"), ox.Literal(pole.contact_email))
    if pole.telephone:
        yield ox.Triple(subject, _property("schema:telephone"), ox.Literal(pole.telephone))
    for code in pole.departements:
        yield _link(subject, "med:territory", territory_iri(code))


def _seat(pole: PoleDescription) -> Iterator[ox.Triple]:
    parts = {
        "schema:streetAddress": ox.Literal(pole.street, language="fr") if pole.street else None,
        "schema:postalCode": ox.Literal(pole.postcode) if pole.postcode else None,
        "schema:addressLocality": (
            ox.Literal(pole.locality, language="fr") if pole.locality else None
        ),
    }
    stated = {name: value for name, value in parts.items() if value is not None}
    if not stated:
        return
    address = ox.NamedNode(f"{pole.iri}#address")
    yield _link(ox.NamedNode(pole.iri), "schema:address", address.value)
    yield _link(address, "rdf:type", expand("schema:PostalAddress"))
    yield _link(address, "rdf:type", expand("locn:Address"))
    for name, value in stated.items():
        yield ox.Triple(address, _property(name), value)


def _property(curie: str) -> ox.NamedNode:
    return ox.NamedNode(expand(curie))


def _link(subject: ox.NamedNode, curie: str, iri: str) -> ox.Triple:
    return ox.Triple(subject, _property(curie), ox.NamedNode(iri))
