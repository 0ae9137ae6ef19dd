"""The audit trail: one door in, every act chained, and every alteration found."""

from datetime import UTC, datetime

import pytest

from registry.ledger.acts import COMMAND, Act
from registry.ledger.errors import LedgerError
from registry.ledger.ledger import Ledger
from tests.registry.ledger.test_migrating import run

NOW = datetime(2026, 3, 4, 11, tzinfo=UTC)
SOMEBODY = "0123456789abcdef"


def test_acts_are_read_as_they_were_written_latest_first(ledger: Ledger) -> None:
    first = ledger.record_act("account.made", "the first one", COMMAND, SOMEBODY, NOW)
    second = ledger.record_act("place.edited", "moved", SOMEBODY, "https://a.example/id/1", NOW)
    assert first == Act(1, NOW, "account.made", "the first one", COMMAND, SOMEBODY)
    assert ledger.acts() == [second, first]
    assert ledger.acts(about=SOMEBODY) == [first]
    assert ledger.acts(by=SOMEBODY) == [second]
    assert ledger.acts(1) == [second]
    assert ledger.verify() == []


@pytest.mark.parametrize(
    ("what", "why", "by", "about"),
    [
        ("made", "x", COMMAND, ""),
        ("account.Made", "x", COMMAND, ""),
        ("account.made\n", "x", COMMAND, ""),
        ("account." + "m" * 40, "x", COMMAND, ""),
        ("account.made", " ", COMMAND, ""),
        ("account.made", "x" * 2_001, COMMAND, ""),
        ("account.made", "x\0", COMMAND, ""),
        ("account.made", "x", "", ""),
        ("account.made", "x", "someone@pole.example", ""),
        ("account.made", "x", COMMAND, "y" * 2_001),
    ],
)
def test_what_has_no_sense_is_refused_and_nothing_is_written(
    ledger: Ledger, what: str, why: str, by: str, about: str
) -> None:
    with pytest.raises(LedgerError):
        ledger.record_act(what, why, by, about, NOW)
    assert ledger.acts() == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE act SET why = 'other' WHERE id = 2", "act 2: its row or the one before it"),
        ("DELETE FROM act WHERE id = 2", "act 2: missing (found 3 in its place)"),
        ("DELETE FROM act WHERE id = 3", "act: the last act is not the one that was sealed"),
    ],
)
def test_what_was_altered_is_named(ledger: Ledger, url: str, statement: str, said: str) -> None:
    for number in range(3):
        ledger.record_act("account.made", f"number {number}", COMMAND, SOMEBODY, NOW)
    run(url, statement)
    assert any(said in str(defect) for defect in ledger.verify())
