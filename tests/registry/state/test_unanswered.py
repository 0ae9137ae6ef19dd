"""Questions that found nothing are counted by day, without anything that leads to a person."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from registry.state.unanswered import KEPT_DAYS, MAX_A_DAY, Question, words_kept
from tests.registry.state.conftest import FrontEnds

TODAY = date(2026, 12, 1)


def test_front_ends_count_together(front_end: FrontEnds) -> None:
    one, other = front_end().unanswered, front_end().unanswered
    one.note("Coiffeur à domicile", TODAY)
    other.note("coiffeur a DOMICILE", TODAY)
    other.note("coiffeur à domicile", TODAY + timedelta(1))
    one.note("piscine", TODAY)
    assert one.questions(TODAY + timedelta(1)) == (
        Question("coiffeur a domicile", 3),
        Question("piscine", 1),
    )
    assert other.forget() == 3
    assert one.questions(TODAY) == ()


def test_they_are_forgotten_after_thirty_days(front_end: FrontEnds) -> None:
    log = front_end().unanswered
    log.note("piscine", TODAY)
    later = TODAY + timedelta(KEPT_DAYS)
    assert log.questions(later - timedelta(1)) == (Question("piscine", 1),)
    assert log.questions(later) == ()
    log.note("patinoire", later)
    assert log.forget() == 1, "the old one is gone from the store"


def test_a_flood_fills_one_day_only(front_end: FrontEnds) -> None:
    log = front_end().unanswered
    letters = "abcdefghijklmnopqrst"
    for one in letters:
        for other in letters:
            log.note(f"mot {one}{other}", TODAY)
    assert len(log.questions(TODAY)) == MAX_A_DAY
    log.note("mot aa", TODAY)
    assert log.questions(TODAY)[0] == Question("mot aa", 2)
    log.note("piscine", TODAY + timedelta(1))
    assert Question("piscine", 1) in log.questions(TODAY + timedelta(1))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Coiffeur pour Séniors", "coiffeur pour seniors"),
        ("rappelez moi 06 12 34 56 78", ""),
        ("rappelez-moi 06.12.34.56.78", ""),
        ("appeler ⁰⁶¹²³⁴⁵⁶⁷⁸", ""),
        ("jean ＠ exemple", ""),
        ("jean.dupont at gmail.com", ""),
        ("jean arobase gmail point com", ""),
        ("https:jean.dupont.fr", ""),
        ("ouvert 7j/7 piscine", "ouvert piscine"),
        ("12 rue des Lilas", ""),
        ("mon mail jean.dupont@exemple.fr svp", ""),
        ("https://exemple.fr/moi www.exemple.fr piscine", ""),
        ("allocataire 1234567A caf", ""),
        ("12 rue3 4", ""),
        ("   ", ""),
        ("\ud800 \x00", ""),
        ("mot " * 40, "mot mot mot mot mot mot mot mot"),
        ("x" * 500, "x" * 80),
    ],
)
def test_nothing_with_a_digit_an_address_or_a_link_is_kept(typed: str, kept: str) -> None:
    assert words_kept(typed) == kept


def test_a_store_that_cannot_be_written_stops_no_page(
    front_end: FrontEnds, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    state = front_end()

    def fail(*_: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception("full"))

    monkeypatch.setattr("registry.state.database.Database.run", fail)
    state.unanswered.note("piscine", TODAY)
    assert "cannot be counted" in caplog.text
