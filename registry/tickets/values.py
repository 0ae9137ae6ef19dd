"""What a record says of a field, as one text, and the fingerprints of values."""

import hashlib
import re

from registry.search.facts import facts_of
from registry.tickets.types import Field, Proposal
from vocab.records import Record

LONGEST_VALUE, LONGEST_EVIDENCE, LONGEST_WORDS = 1_000, 300, 1_000
"""Characters of what is proposed, of how one knows, of a question or an answer."""
_BETWEEN_DIGITS = re.compile(r"[\s./()-]+")


def present(record: Record, about: Field) -> str:
    """Return what a record says of a field; empty for what no field of a record says."""
    facts = facts_of(record, "fr")
    match about:
        case Field.HOURS:
            parts = [facts.hours, facts.hours_text]
        case Field.CONTACT:
            parts = sorted([*facts.phones, *facts.emails])
        case Field.ADDRESS:
            parts = [facts.street, facts.complement, facts.postcode, facts.commune, facts.insee]
            parts += [str(facts.latitude), str(facts.longitude)]
        case Field.SERVICES:
            parts = sorted(facts.concepts["service"])
        case _:
            parts = []
    return "\n".join(parts)


def commitment(salt: str, about: Field, value: str) -> str:
    """Return the salted fingerprint of a value: it tells a change, and nothing of the value."""
    return hashlib.sha256(f"{salt}\n{about}\n{value}".encode()).hexdigest()


def sameness(proposal: Proposal) -> str:
    """Return what is the same for all who propose the same value of the same field of a place."""
    value = " ".join(proposal.value.casefold().split())
    if proposal.about is Field.CONTACT:
        value = _BETWEEN_DIGITS.sub("", value)
    said = "\n".join((proposal.place, proposal.about, value))
    return hashlib.sha256(said.encode()).hexdigest()


def clean(text: str) -> str:
    """Return a text without what would not be seen: controls, marks of direction, halves."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    seen = ("".join(c if c.isprintable() else " " for c in line).rstrip() for line in lines)
    return "\n".join(seen).strip()
