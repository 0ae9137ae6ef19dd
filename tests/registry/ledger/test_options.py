"""What an operator decided for a source is written as it always was, and read whole."""

import json
from dataclasses import replace
from typing import Any

import pytest

from registry.ledger.ledger import Ledger
from registry.ledger.options import Life, SourceOptions, Status, options_of
from registry.ledger.rows import source_row
from tests.registry.ledger.builders import source

LIFE: dict[str, Any] = {
    "status": "paused",
    "since": "2026-03-04T12:00:00+00:00",
    "note": "é",
    "former": ["u"],
}
DECIDED: dict[str, Any] = {
    "mapping": 'title = "é"',
    "segments": True,
    "dataset": "urn:d",
    "classes": ["urn:c"],
    "relays": ["https://a.example/", "https://b.example/"],
    "credentials": "MAILLAGE_CREDENTIALS_X",
    "grace_days": 0,
    "sheets": ["a.csv"],
    "lifecycle": LIFE,
}
ODD: list[dict[str, Any]] = [
    {"colour": {"a": [1, None]}, "life": {"status": "active"}},
    {"lifecycle": {"status": "dancing"}},
    {"lifecycle": {"status": "paused", "by": "me"}},
    {"lifecycle": "asleep", "relays": "https://a.example/", "sheets": [], "segments": False},
    {"grace_days": "7", "dataset": None, "mapping": 5, "classes": [5]},
    {"lifecycle": {"status": "active"}},
    {"lifecycle": {"former": 5}},
]


def written(kept: object) -> str:
    return json.dumps(kept, sort_keys=True)


@pytest.mark.parametrize("kept", [{}, DECIDED, *ODD, DECIDED | ODD[0]])
def test_what_is_kept_is_written_again_to_the_letter(kept: dict[str, Any], ledger: Ledger) -> None:
    assert written(options_of(kept).to_json()) == written(kept)
    stated = replace(source(), options=options_of(kept))
    ledger.put_source(stated)
    again = ledger.source(stated.slug)
    assert again is not None
    assert again.options == stated.options
    ledger.put_source(replace(again, title="Other"))
    assert again.options.to_json() == kept
    assert source_row(again)["row_hash"] == source_row(stated)["row_hash"]
    assert ledger.verify() == []


def test_each_option_has_a_type() -> None:
    life = Life(Status.PAUSED, LIFE["since"], "é", ("u",))
    options = SourceOptions(
        'title = "é"', True, "urn:d", ("urn:c",), ("https://a.example/", "https://b.example/"),
        "MAILLAGE_CREDENTIALS_X", 0, ("a.csv",), life,
    )  # fmt: skip
    assert options_of(DECIDED) == options
    assert SourceOptions().to_json() == {}


def test_a_status_that_nobody_knows_is_paused_and_kept() -> None:
    options = options_of({"lifecycle": {"status": "dancing"}})
    assert options.lifecycle.status is Status.PAUSED
    other = replace(options, grace_days=3)
    assert other.to_json() == {"lifecycle": {"status": "dancing"}, "grace_days": 3}
    decided = replace(options, lifecycle=Life(Status.ENDED, "now"))
    assert decided.to_json() == {"lifecycle": {"status": "ended", "since": "now"}}


def test_what_is_decided_takes_the_place_of_what_was_kept() -> None:
    options = replace(options_of({"sheets": ["a", 5], "new": 1}), sheets=())
    assert options.to_json() == {"new": 1}


@pytest.mark.parametrize(
    ("known", "given", "after"),
    [
        ({"grace_days": 3, "mapping": "x"}, {}, {"grace_days": 3}),
        ({"grace_days": 3}, {"grace_days": 0}, {"grace_days": 0}),
        ({"grace_days": "7"}, {"grace_days": 0}, {"grace_days": 0}),
        ({"lifecycle": LIFE, "new": 1}, {"segments": True}, {"lifecycle": LIFE, "segments": True}),
        (ODD[1], {"dataset": "urn:d"}, ODD[1] | {"dataset": "urn:d"}),
    ],
)
def test_life_and_grace_outlast_another_registration(
    known: dict[str, Any], given: dict[str, Any], after: dict[str, Any]
) -> None:
    assert options_of(given).after(options_of(known)).to_json() == after
