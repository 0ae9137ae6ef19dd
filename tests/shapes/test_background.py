"""What the vocabulary knows, a record need not say: good data is not refused for want of it."""

import pytest

from shapes.audit import audit
from shapes.contract import shapes_graph
from shapes.rules import rule
from shapes.verdicts import validate
from tests.shapes import samples
from vocab.namespaces import DCT, MED, RDF, RDFS, SCHEMA, SH, SHAPES
from vocab.ntriples import iri_of, literal_parts
from vocab.records import Record
from vocab.schemes import concepts

PLACE = samples.good().iri
TYPE, BELOW = f"<{RDF}type>", f"<{RDFS}subClassOf>"
OWN_CLASS = (
    f"<{PLACE}> {TYPE} <{PLACE}#kind> .",
    f"<{PLACE}#kind> {BELOW} <{PLACE}#wider> .",
    f"<{PLACE}#wider> {BELOW} <{MED}Place> .",
)
LISTS = {
    literal_parts(properties[f"<{DCT}identifier>"][0])[0]: iri_of(head).removeprefix(
        f"{SHAPES}list-"
    )
    for properties in shapes_graph().spo.values()
    for head in properties.get(f"<{SH}in>", ())
    if head.startswith(f"<{SHAPES}list-")
}


def _changed(*lines: str, drop: str = " nothing ") -> Record:
    kept = [line for line in samples.good().lines if drop not in line]
    return Record(PLACE, tuple(sorted({*kept, *lines})))


GOOD = {
    "a class of others beside ours": _changed(f"<{PLACE}> {TYPE} <{SCHEMA}Library> ."),
    "a class above ours": _changed(
        f"<{PLACE}#carrier> {TYPE} <http://www.w3.org/ns/org#Organization> ."
    ),
    "a class of its own below ours": _changed(*OWN_CLASS, drop=f"<{MED}Place> ."),
    "an organisation by a class below it": _changed(
        f"<{PLACE}#carrier> {TYPE} <{MED}Carrier> .", drop=f"<{MED}Organization> ."
    ),
    "a carrier that another record describes": _changed(
        f"<{PLACE}> <{MED}carriedBy> <https://other.example/id/carrier> .", drop="#carrier"
    ),
}


@pytest.mark.parametrize("record", GOOD.values(), ids=GOOD)
def test_good_records_are_good_however_they_name_their_class(record: Record) -> None:
    assert list(validate([record])) == []


def test_a_class_below_ours_is_judged_as_ours() -> None:
    nameless = _changed(*OWN_CLASS, drop=f"{SCHEMA}name")
    nameless = Record(
        PLACE,
        tuple(line for line in nameless.lines if f"<{MED}Place> ." not in line or BELOW in line),
    )
    assert [finding.code for finding in validate([nameless])] == ["MED-P005"]


@pytest.mark.parametrize(("code", "slug"), LISTS.items())
def test_each_concept_in_force_is_known_by_its_iri_alone(code: str, slug: str) -> None:
    """Narrower concepts too: nothing in the record says that they belong to the list."""
    known = rule(code)
    assert known is not None
    assert known.example is not None
    values = [f"<{concept.iri}>" for concept in concepts(slug)]
    assert values
    records = [samples.with_values(known.example, [value]) for value in values]
    assert code not in {finding.code for finding in validate(records)}


@pytest.mark.slow
def test_the_other_engine_knows_the_same() -> None:
    found = audit(list(GOOD.values()))
    assert (found.records, found.differences) == (len(GOOD), ())
