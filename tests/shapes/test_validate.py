"""What callers see: findings on records, each judged on its own, in order, within limits."""

import json
import tracemalloc
from collections.abc import Iterator

import pytest

from shapes.engine import WINDOW
from shapes.findings import Finding, Severity
from shapes.limits import MAX_FINDINGS, MAX_LINES
from shapes.verdicts import validate, verdicts
from tests.shapes import samples
from vocab.namespaces import DCT, MED, RDF, RDFS, XSD, expand
from vocab.records import Record


def _changed(*lines: str, drop: str = " nothing ") -> Record:
    good = samples.good()
    kept = [line for line in good.lines if drop not in line]
    return Record(good.iri, tuple(sorted({*kept, *lines})))


def _only(record: Record, code: str) -> Finding:
    return next(f for f in validate([record]) if f.code == code)


def test_a_finding_says_what_where_which_value_and_how_to_mend_it() -> None:
    iri = samples.good().iri
    record = _changed(f'<{iri}#address> <https://schema.org/postalCode> "1300" .', drop='"13003"')
    finding = _only(record, "MED-A004")
    assert finding.record == iri
    assert finding.focus == f"{iri}#address"
    assert finding.severity is Severity.VIOLATION
    assert finding.path == "https://schema.org/postalCode"
    assert finding.value == '"1300"'
    assert finding.component == "http://www.w3.org/ns/shacl#PatternConstraintComponent"
    assert finding.shape.endswith("#MED-A004")
    assert "« 1300 »" in finding.message("fr")
    assert "“1300”" in finding.message("en")
    assert "{?value}" not in finding.message("fr") + finding.message("en")


def test_an_absence_has_no_value() -> None:
    assert _only(_changed(drop="schema.org/name"), "MED-P005").value is None


def test_hostile_values_are_harmless_in_sentences() -> None:
    iri = samples.good().iri
    line = f'<{iri}> <https://schema.org/email> "\\u001B[2Jx{"y" * 500}" .'
    message = _only(_changed(line), "MED-P041").message("fr")
    assert message.isprintable()
    assert len(message) < 400


def test_one_value_that_breaks_two_constraints_of_a_rule_is_one_finding() -> None:
    iri = samples.good().iri
    found = list(validate([_changed(f'<{iri}> <{MED}bookingPage> "rdv" .')]))
    assert [f.code for f in found] == ["MED-P043"]


def test_no_record_answers_for_another() -> None:
    """Shares of a need that another record describes do not count."""
    one = samples.good()
    two = "https://w3id.org/mediation-numerique/place/8"
    given = [f'<{two}#need> <{MED}share> "{n}.5"^^<{XSD}decimal> .' for n in (60, 70)]
    other = Record(two, tuple(sorted(given)))
    borrower = _changed(f"<{one.iri}> <{MED}need> <{two}#need> .")
    codes = {f.code for f in validate([borrower, other])}
    assert "MED-P099" not in codes


def test_two_versions_of_a_record_in_one_stream_are_judged_apart() -> None:
    iri = samples.good().iri
    late = f'<{iri}> <{DCT}modified> "2999-01-01"^^<{XSD}date> .'
    future = _changed(late, drop="terms/modified")
    judged = list(verdicts([samples.good(), future, samples.good()]))
    assert [[f.code for f in verdict.findings] for verdict in judged] == [[], ["MED-P083"], []]
    assert not any(verdict.is_refused for verdict in judged)


def test_records_that_share_a_value_are_each_told_of_it() -> None:
    def dated(number: int, year: int) -> Record:
        iri = f"https://x.example/{number}"
        late = f'<{iri}> <{DCT}modified> "{year}-01-01"^^<{XSD}date> .'
        return Record(iri, tuple(sorted((f"<{iri}> <{RDF}type> <{MED}Place> .", late))))

    records = [dated(1, 2999), dated(2, 2000), dated(3, 2999)]
    late = [f for f in validate(records) if f.code == "MED-P083"]
    assert [f.focus for f in late] == ["https://x.example/1", "https://x.example/3"]
    assert all("2999-01-01" in f.message("fr") for f in late)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (f"<{MED}Pole>", True),  # the vocabulary says that a pole is an organisation
        ("<https://x.example/id/1#kind>", True),  # the record says so itself
        ("<https://x.example/other>", False),
    ],
)
def test_classes_below_an_organisation_are_organisations(declared: str, expected: bool) -> None:
    iri = "https://x.example/id/1"
    lines = (
        f"<{iri}#kind> <{RDFS}subClassOf> <{MED}Network> .",
        f"<{iri}> <{RDF}type> {declared} .",
        f'<{iri}> <http://www.w3.org/ns/org#identifier> "000" .',
    )
    codes = {f.code for f in validate([Record(iri, tuple(sorted(lines)))])}
    assert ("MED-O004" in codes) is expected


def test_a_person_without_consent_is_refused_wherever_it_stands() -> None:
    iri = samples.good().iri
    person = f"<{iri}#contact> <{RDF}type> <http://xmlns.com/foaf/0.1/Person> ."
    assert _only(_changed(person), "MED-N001").severity is Severity.VIOLATION


def test_lines_that_are_not_canonical_are_parsed() -> None:
    good = samples.good()
    loose = tuple(line.removesuffix(" .") + "." for line in good.lines)
    assert list(validate([Record(good.iri, loose)])) == []


def test_lines_in_another_order_hide_nothing() -> None:
    iri = samples.good().iri
    second = f'<{iri}> <https://schema.org/name> "Autre"@fr .'
    both = _changed(second)
    names = [line for line in both.lines if "schema.org/name" in line]
    rest = [line for line in both.lines if line not in names]
    apart = Record(iri, (names[0], *rest, *names[1:]))
    assert list(validate([apart])) == list(validate([both])) != []


def test_a_record_without_end_is_refused_unread() -> None:
    iri = "https://x.example/id/1"
    lines = [f'<{iri}> <https://schema.org/name> "{n}"@fr .' for n in range(MAX_LINES + 1)]
    record = Record(iri, tuple(sorted(lines)))
    assert [f.code for f in validate([record])] == ["MED-X002"]


LONG = [
    ("", "schema:name", '"{}"@fr', 300),
    ("", "foaf:name", '"{}"@fr', 300),
    ("", "schema:telephone", '"{}"', 300),
    ("", "schema:email", '"{}"', 300),
    ("", "schema:identifier", '"{}"', 300),
    ("", "schema:url", "<https://x.example/{}>", 2_028),
    ("", "schema:description", '"{}"@fr', 10_000),
    ("", "med:summary", '"{}"@fr', 10_000),
    ("", "schema:openingHours", '"{}"', 10_000),
    ("#address", "schema:streetAddress", '"{}"@fr', 300),
    ("#address", "schema:addressLocality", '"{}"@fr', 300),
    ("#address", "med:addressComplement", '"{}"@fr', 10_000),
]


@pytest.mark.parametrize(("node", "name", "form", "most"), LONG)
def test_texts_are_bounded(node: str, name: str, form: str, most: int) -> None:
    def found(length: int) -> list[Finding]:
        line = f"<{samples.good().iri}{node}> <{expand(name)}> {form.format('é' * length)} ."
        return [one for one in validate([_changed(line)]) if one.code == "MED-X003"]

    assert found(most) == []
    (finding,) = found(1_000_000)
    assert (finding.severity, finding.path) == (Severity.VIOLATION, expand(name))
    assert "has 1000" in finding.message("en")
    assert len(finding.value or "") < 1_100
    assert all(len(text) < 300 for text in finding.messages().values())


def test_findings_keep_a_bounded_piece_of_each_value() -> None:
    line = f'<{samples.good().iri}> <https://schema.org/email> "{"x" * 100_000}" .'
    found = list(validate([_changed(line)]))
    assert {"MED-P041", "MED-X003"} <= {one.code for one in found}
    assert all(len(json.dumps(one.fields())) < 3_000 for one in found)


def test_what_the_vocabulary_does_not_know_has_no_bound_of_ours() -> None:
    line = f'<{samples.good().iri}> <https://other.example/text> "{"x" * 20_000}" .'
    assert [one for one in validate([_changed(line)]) if one.code == "MED-X003"] == []


def test_findings_of_one_record_are_limited_and_keep_the_violations() -> None:
    iri = samples.good().iri
    lines = [f'<{iri}> <https://schema.org/email> "{n}" .' for n in range(MAX_FINDINGS + 50)]
    found = list(validate([_changed(*lines, drop="schema.org/name")]))
    assert len(found) == MAX_FINDINGS
    assert found[0].code == "MED-P005"


def test_memory_does_not_grow_with_the_number_of_records() -> None:
    def stream(count: int) -> Iterator[Record]:
        for n in range(count):
            good = samples.good()
            yield Record(f"https://x.example/{n}", tuple(good.lines))

    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in validate(stream(count)):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    few = 2 * WINDOW
    peak(few)
    assert peak(3 * few) < 1.5 * peak(few)
