"""The compiled validator and pySHACL say the same, on every example and on broken records."""

from itertools import islice
from random import Random

import pytest

from harvester.tabular.importing import import_file
from shapes.audit import DIVERGENCES, Audit, audit, sample
from shapes.contract import oracle
from shapes.errors import ShapeError
from shapes.oracle import Budget, Oracle
from shapes.rules import rules
from shapes.verdicts import validate, verdicts
from tests.conftest import ROOT
from tests.shapes import samples
from tests.shapes.mutation import broken_by_every_rule, mutate
from vocab.mapping import PoleIdentity
from vocab.namespaces import XSD
from vocab.records import Record

STOPS_PYSHACL = f'"NaN"^^<{XSD}double>'


def _assert_same(found: Audit, records: list[Record]) -> None:
    assert found.unexplained == ()
    died = {r.iri for r in records if any(STOPS_PYSHACL in line for line in r.lines)}
    assert set(found.unanswered) <= died
    assert found.records + len(found.unanswered) == len(records)


def _examples() -> list[Record]:
    shown = [rule.example for rule in rules() if rule.example]
    return [
        samples.with_values(example, values)
        for example in shown
        for values in (*example.invalid, *example.near)
    ]


@pytest.mark.slow
def test_same_verdicts_on_every_example() -> None:
    records = _examples()
    found = audit(records)
    _assert_same(found, records)
    assert {item.known for item in found.differences} <= {item.code for item in DIVERGENCES}


@pytest.mark.slow
def test_comparing_breaks_every_rule_of_the_contract() -> None:
    """What nobody broke was not compared: both the examples and the damaged ones break all."""
    contract = {rule.code for rule in rules()} - {"MED-X001", "MED-X002", "MED-X003"}
    count = sum(len(rule.example.invalid) for rule in rules() if rule.example)
    damaged = islice(broken_by_every_rule(Random(7)), 4 * count)
    for records in (_examples(), list(damaged)):
        assert {finding.code for finding in validate(records)} == contract


@pytest.mark.slow
def test_same_verdicts_on_broken_records() -> None:
    random = Random(20_150_203)
    records = [mutate(samples.good(), random) for _ in range(75)]
    records += islice(broken_by_every_rule(random), 75)
    _assert_same(audit(records), records)


@pytest.mark.slow
def test_same_verdicts_on_real_places() -> None:
    files = ("ping/tiers-lieux.json", "recyclage-ecocitoyen/france-services.csv")
    pole = PoleIdentity("x", "https://x.example/id/")
    results = [import_file(ROOT / "samples" / "poles" / name, pole) for name in files]
    records = [record for result in results for record in result.records]
    assert len(records) > 500
    assert sum(verdict.is_refused for verdict in verdicts(records)) < len(records) / 100
    chosen = sample(records, 40, Random(3))
    _assert_same(audit(chosen), chosen)


def _with(old: str, new: str) -> Record:
    """A good record with one value replaced."""
    good = samples.good()
    lines = [line.replace(f" {old} .", f" {new} .") for line in good.lines]
    assert lines != list(good.lines)
    return Record(good.iri, tuple(lines))


@pytest.mark.slow
def test_known_divergences_are_met_and_named() -> None:
    """A divergence that nobody meets any more should leave the list."""
    line_feed = _with('"13003"', '"13003\\n"')
    boolean = _with(f'"43.31"^^<{XSD}decimal>', f'"1"^^<{XSD}boolean>')
    found = audit([line_feed, boolean])
    assert {item.known for item in found.differences} == {item.code for item in DIVERGENCES}


@pytest.mark.slow
def test_a_record_that_kills_the_child_is_unanswered_and_the_rest_goes_on() -> None:
    bad = _with(f'"5.39"^^<{XSD}decimal>', STOPS_PYSHACL)
    answers = oracle().ask([samples.good(), bad, samples.good()])
    assert [answer is None for answer in answers] == [False, True, False]


def test_a_child_that_does_not_start_is_an_error() -> None:
    with pytest.raises(ShapeError, match="did not start"):
        Oracle(oracle().shapes, (), Budget(memory_bytes=10_000_000)).ask([samples.good()])


def test_sample_is_fair_and_bounded() -> None:
    records = [Record(f"https://x.example/{n}", ()) for n in range(1_000)]
    chosen = sample(iter(records), 100, Random(7))
    assert len(chosen) == len({record.iri for record in chosen}) == 100
    assert 380 < sum(int(record.iri.rsplit("/", 1)[1]) for record in chosen) / 100 < 620
    assert sample(records[:5], 100, Random(7)) == records[:5]
