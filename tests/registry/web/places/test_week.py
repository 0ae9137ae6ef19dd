"""The hours of a day in words."""

import html
import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from registry.search.hours import week
from registry.web.places.week import day_in_words
from tests.registry.web.network_of_tests import RICH, SmallNode, harvest, plain
from vocab.mapping import PoleIdentity, place_record

_WEDNESDAY = datetime(2026, 3, 4, 11, tzinfo=UTC)
_POLE = PoleIdentity("ping", "https://ping.example/id/")
_SLOTS = ",".join(f"{hour:02}:00-{hour:02}:30" for hour in range(8, 15))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("Mo-Fr 09:00-12:00", "9 h – 12 h"),
        ("We 09:30-12:00,14:00-24:00", "9 h 30 – 12 h, 14 h – 24 h"),
        ("Mo 09:30-24:00", "fermé"),
        (f"Mo-Su {_SLOTS}", "7 créneaux, de 8 h à 14 h 30"),
    ],
)
def test_a_day(hours: str, words: str) -> None:
    _monday, _tuesday, wednesday, *_rest = week(hours, "83", _WEDNESDAY)
    assert plain(day_in_words(wednesday)) == words


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize(
    ("hours", "french", "english"),
    [
        ("Mo-Fr 09:00-12:00; Sa 10:00-12:00", "lun.–ven. 9 h – 12 h · sam. 10 h – 12 h",
         "Mon–Fri 9:00 – 12:00 · Sat 10:00 – 12:00"),
        ("Mo,We 09:00-12:00", "lun. 9 h – 12 h · mer. 9 h – 12 h", "Mon 9:00"),
        ("24/7", "lun.–dim. 0 h – 24 h", "Mon–Sun"),
        ("2030 Mo-Fr 09:00-12:00", "fermé", "closed"),
        ("", "", ""),
        ("sur rendez-vous", "", ""),
        ("Mo-Fr 09:00-17:00; SH off", "lun.–ven. 9 h – 17 h", "Mon–Fri"),
    ],
)  # fmt: skip
def test_the_week_of_a_card_is_for_paper(
    node: SmallNode, client: FlaskClient, hours: str, french: str, english: str
) -> None:
    harvest(node, "ping", [place_record(RICH | {"horaires": hours}, _POLE)])
    for path, said in (("/lieux", french), ("/en/lieux", english)):
        found = re.findall(r'class="print-only small week-short">(.*?)<', client.get(path).text)
        assert [plain(html.unescape(one))[: len(said)] for one in found] == [said] * bool(said)
