"""The quality of a place: each share moves with its own cause, and stays between 0 and 1."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapes.quality import Quality, quality
from shapes.verdicts import validate
from tests.shapes import samples
from vocab.namespaces import DCT, MED, OWL, SCHEMA, XSD
from vocab.records import Record

TODAY = date(2026, 3, 1)
PLACE = samples.good().iri
MODIFIED = f"<{PLACE}> <{DCT}modified>"
DAY = f"^^<{XSD}date> ."


def _place(*lines: str, drop: str = " nothing ") -> Record:
    kept = [line for line in samples.good().lines if drop not in line]
    return Record(PLACE, tuple(sorted({*kept, *lines})))


def _judged(record: Record, today: date = TODAY) -> Quality:
    found = quality(record, validate([record]), today)
    assert found is not None
    return found


def test_a_good_place_lacks_only_what_it_does_not_tell() -> None:
    found = _judged(_place())
    assert found == Quality(completeness=9 / 14, validity=1.0, freshness=1.0, linkage=2 / 3)
    assert found.whole == pytest.approx((9 / 14 + 1 + 1 + 2 / 3) / 4)


@pytest.mark.parametrize(
    ("record", "share", "expected"),
    [
        (_place(f'<{PLACE}> <{MED}summary> "Un lieu."@fr .'), "completeness", 10 / 14),
        (_place(drop="openingHours"), "completeness", 8 / 14),
        (_place(drop="openingHours"), "validity", 1.0),  # an absence counts once
        (_place(f'<{PLACE}> <{SCHEMA}email> "x" .'), "validity", 0.8),
        (_place(f'<{PLACE}> <{MED}openingHoursText> "matin" .'), "validity", 0.95),
        (_place(drop="schema.org/name"), "validity", 0.0),
        (_place(f"<{PLACE}> <{OWL}sameAs> <https://other.example/1> ."), "linkage", 1.0),
        (_place(drop="org#identifier"), "linkage", 1 / 3),
        (_place(drop="ns#commune"), "linkage", 1 / 3),
    ],
)
def test_each_share_has_its_own_cause(record: Record, share: str, expected: float) -> None:
    assert getattr(_judged(record), share) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((f'{MODIFIED} "2025-09-01"{DAY}',), 1.0),
        ((f'{MODIFIED} "2024-06-10"{DAY}',), (1_095 - 629) / 912),
        ((f'{MODIFIED} "2020-01-01"{DAY}',), 0.0),
        ((f'{MODIFIED} "2999-01-01"{DAY}',), 0.0),
        ((f'{MODIFIED} "hier" .',), 0.0),
        ((f'{MODIFIED} "2020-01-01"{DAY}', f'{MODIFIED} "2026-02-01"{DAY}'), 1.0),
        ((), 0.0),
    ],
)
def test_freshness_follows_the_latest_day_that_is_not_in_the_future(
    lines: tuple[str, ...], expected: float
) -> None:
    found = _judged(_place(*lines, drop="terms/modified"))
    assert found.freshness == pytest.approx(expected)


def test_only_places_have_a_quality() -> None:
    assert quality(samples.good("pole"), [], TODAY) is None


@given(st.lists(st.sampled_from(samples.good().lines)), st.dates())
def test_every_share_stays_between_nothing_and_all(dropped: list[str], today: date) -> None:
    kept = tuple(line for line in samples.good().lines if line not in dropped)
    record = Record(PLACE, kept)
    found = quality(record, validate([record]), today)
    if found is not None:
        shares = (found.completeness, found.validity, found.freshness, found.linkage, found.whole)
        assert all(0 <= share <= 1 for share in shares)
