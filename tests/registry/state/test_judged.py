"""What versions of places are worth is kept by the hash of what was judged, by the same rules."""

from datetime import date

import pytest

from registry.state import judged
from shapes.quality import QualityMeasures
from tests.registry.state.conftest import FrontEnds

ONE, OTHER, ORGANISATION = ("a" * 64, "b" * 64, "c" * 64)
WORTH = QualityMeasures(0.5, 1.0, 0.25, (date(2026, 3, 1), date(2025, 1, 1)))


def test_front_ends_judge_for_each_other(front_end: FrontEnds) -> None:
    one, other = front_end().judged, front_end().judged
    one.keep({ONE: WORTH, ORGANISATION: None})
    assert other.of([ONE, OTHER, ORGANISATION]) == {ONE: WORTH, ORGANISATION: None}
    other.keep({ONE: QualityMeasures(0, 0, 0, ()), OTHER: WORTH})
    assert one.of([ONE, OTHER]) == {ONE: QualityMeasures(0, 0, 0, ()), OTHER: WORTH}
    assert one.of([]) == {}


def test_more_versions_than_one_question_takes(front_end: FrontEnds) -> None:
    kept = front_end().judged
    many = {f"{number:064x}"[::-1]: WORTH for number in range(1_201)}
    kept.keep(many)
    assert kept.of(many) == many


def test_other_rules_know_nothing_of_it(
    front_end: FrontEnds, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = front_end().judged
    kept.keep({ONE: WORTH})
    monkeypatch.setattr(judged, "rules_fingerprint", lambda: "other rules")
    assert kept.of([ONE]) == {}
    kept.keep({OTHER: WORTH})
    monkeypatch.undo()
    assert kept.of([ONE, OTHER]) == {}, "what other rules said is dropped"
