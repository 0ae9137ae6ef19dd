"""MED-P054 judges all times of whole five minutes as :mod:`vocab.opening_hours` does.

The shape is one regular expression without back references, which engines do not share.
"""

from itertools import product

import pytest
import rdflib
from rdflib.namespace import DCTERMS, SH

from shapes.components.patterns import linear_pattern
from shapes.contract import shapes_files
from vocab.opening_hours import FIRST_HOUR, has_doubtful_range, latest_night

MINUTES = range(0, 60, 5)
DASH = " *- *"


def hours(first: int, last: int) -> str:
    """Write the hours from one to another."""
    tens = []
    for ten in range(3):
        low, high = max(first - 10 * ten, 0), min(last - 10 * ten, 9)
        if low <= high:
            digits = str(low) if low == high else f"[{low}-{high}]"
            tens.append(f"{ten or '0?'}{digits}")
    return tens[0] if len(tens) == 1 else f"(?:{'|'.join(tens)})"


def up_to(minute: int) -> str:
    """Write the minutes from 00 to a multiple of five."""
    ten, five = divmod(minute, 10)
    if not ten:
        return f"0[0-{five}]" if five else "00"
    return (
        f"(?:0[0-9]|[1-{ten - 1}][0-9]|{ten}[0-{five}])" if ten > 1 else f"(?:0[0-9]|1[0-{five}])"
    )


def after_hour(hour: int) -> str:
    """Write what follows the hour and colon of a doubtful range."""
    if hour < FIRST_HOUR:
        return at_night(hour)
    first, last = max(latest_night(hour) + 1, 1), hour - 1
    ends = [f"{hours(first, last)}:[0-5][0-9]"] if first <= last else []
    ends += ["0?0:(?:0[1-9]|[1-5][0-9])"] if latest_night(hour) < 0 else []
    earlier = [f"[0-5][0-9]{DASH}(?:{'|'.join(ends)})"] if ends else []
    within = [
        f"{minute // 10}[{minute % 10}-{minute % 10 + 4}]{DASH}{hours(hour, hour)}:" + up_to(minute)
        for minute in MINUTES
    ]
    return f"(?:{'|'.join(earlier + within)})"


def at_night(hour: int) -> str:
    """Write what follows an hour in which nothing begins, but for midnight."""
    any_end = f"{DASH}[0-9]{{1,2}}:[0-5][0-9]"
    if hour:
        return f"[0-5][0-9]{any_end}"
    return f"(?:(?:0[1-9]|[1-5][0-9]){any_end}|00{DASH}0?0:00)"


def expected() -> str:
    spans = (range(10), range(10, 20), range(20, 24))
    tens = ["|".join(f"{hour % 10}:{after_hour(hour)}" for hour in span) for span in spans]
    ranges = f"0?(?:{tens[0]})|1(?:{tens[1]})|2(?:{tens[2]})"
    return f'^(?:[^"]|"[^"]{{0,255}}")*?(?:^|[^0-9:"])(?:{ranges})(?:[^0-9]|$)'


def written() -> str:
    graph = rdflib.Graph()
    for path in shapes_files():
        graph.parse(path, format="turtle")
    shape = graph.value(predicate=DCTERMS.identifier, object=rdflib.Literal("MED-P054"))
    return str(graph.value(graph.value(shape, SH["not"]), SH.pattern))


def test_a5_the_shape_and_the_search_judge_alike() -> None:
    pattern = linear_pattern(written())
    times = [f"{hour:02}:{minute:02}" for hour, minute in product(range(24), MINUTES)]
    for start, end in product(times, times):
        text = f"Mo-Fr {start}-{end}"
        assert bool(pattern.search(text)) == has_doubtful_range(text), text


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("Mo 9:00-09:00", True),
        ("Mo 08:00-12:00,14:00 - 14:00; Tu off", True),
        ('Mo 09:00-12:00 "pause 14:00-14:00"', False),
        ('Mo 09:00-12:00 "matin", 14:00-14:00', True),
        ("2026 Jul 01-2026 Aug 31 Mo 09:00-17:00", False),
        ("Mo-Th 08:30-12:30; Fr 03:30-12:30,13:30-14:30", True),
        ("Mo-Fr 09:00-12:15,4:00 - 18:00", True),
        ("Mo 00:01-12:00", True),
        ("Mo 04:59-12:00", True),
        ("Mo 01:00-26:00", True),
        ("Mo 01:00-00:00", True),
        ('Mo 09:00-12:00 "livraisons 04:00-05:00"', False),
        ("Mo 05:00-12:00", False),
        ("Fr 22:00-24:00; Sa 00:00-02:00", False),
        ("Fr 18:00-02:00,14:00-16:00", False),
        ("Mo 14:00-18:00", False),
        ("Mo-Su 00:00-24:00", False),
        ("Fr 20:00-26:00", False),
        ("Mo 00:00-24:00", False),
        ("24/7", False),
        ("", False),
    ],
)
def test_a5_whatever_stands_around(text: str, doubtful: bool) -> None:
    assert has_doubtful_range(text) is doubtful
    assert bool(linear_pattern(written()).search(text)) is doubtful


def test_the_pattern_is_made_of_the_rule() -> None:
    assert written() == expected()
