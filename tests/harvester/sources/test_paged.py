"""A dump in Hydra pages over real HTTP: one state, proved by its own count."""

from collections.abc import Callable, Sequence

import pytest

from harvester.sources import dump
from registry.ledger.types import Outcome
from tests.harvester.conftest import Registry
from tests.simulator import SimulatedPole, places, status
from vocab.records import Record

HEAD = "@prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"
Sources = Callable[..., Registry]


def put(
    pole: SimulatedPole,
    records: Sequence[Record],
    *,
    total: int | None = None,
    following: str = "next",
    last: str = "",
    size: int = 2,
) -> None:
    """Publish records as pages ``/c``, ``/c2``…; ``last`` is what the last page leads to."""
    chunks = [records[start : start + size] for start in range(0, len(records), size)]
    for number, chunk in enumerate(chunks, 1):
        target = f"/c{number + 1}" if number < len(chunks) else last
        link = f"<> hydra:{following} <{target}> ." if target else ""
        members = "".join(f"</c> hydra:member <{record.iri}> .\n" for record in chunk)
        count = len(records) if total is None else total
        body = f"""{HEAD} </c> a hydra:Collection ; hydra:totalItems {count} . {members}
            <> a hydra:PartialCollectionView . {link} {"".join(r.body for r in chunk)}"""
        pole.put("/c" if number == 1 else f"/c{number}", body)


@pytest.mark.parametrize("following", ["next", "nextPage"])
@pytest.mark.parametrize("last", ["", "/c", "/c2"])
def test_all_pages_are_one_state(
    pole: SimulatedPole, registry: Sources, following: str, last: str
) -> None:
    put(pole, places(pole, 5), following=following, last=last)
    source = registry("/c", "dump")
    report = source.harvest().report
    assert source.names() == ["p01", "p02", "p03", "p04", "p05"]
    assert (report["expected"], report["counted"]) == (5, 5)
    assert pole.asked() == 3


def test_a_later_page_that_changes_is_seen(pole: SimulatedPole, registry: Sources) -> None:
    put(pole, places(pole, 5))
    source = registry("/c", "dump")
    source.harvest()
    assert source.harvest().outcome is Outcome.UNCHANGED
    fewer = places(pole, 5)[:4]
    put(pole, fewer)
    assert source.harvest().outcome is Outcome.COMMITTED
    assert source.names() == ["p01", "p02", "p03", "p04"]
    put(pole, fewer, size=9)
    assert source.harvest().outcome is Outcome.UNCHANGED


def test_a_count_that_is_not_what_came_deletes_nothing(
    pole: SimulatedPole, registry: Sources
) -> None:
    put(pole, places(pole, 5))
    source = registry("/c", "dump")
    source.harvest()
    put(pole, places(pole, 3), total=5)
    report = source.harvest().report
    assert "MED-H525" in {group["code"] for group in report["findings"]}
    assert len(source.names()) == 5


@pytest.mark.parametrize(
    ("last", "code"), [("http://127.0.0.2:1/x", "MED-H302"), ("/gone", "MED-H109")]
)
def test_a_page_that_leads_nowhere_good_ends_the_harvest(
    pole: SimulatedPole, registry: Sources, last: str, code: str
) -> None:
    pole.fail("/gone", status(410))
    put(pole, places(pole, 3), last=last)
    assert registry("/c", "dump").harvest().report["error"]["code"] == code


def test_pages_without_end_are_left(
    pole: SimulatedPole, registry: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dump, "MAX_PAGES", 2)
    put(pole, places(pole, 6))
    assert registry("/c", "dump").harvest().report["error"]["code"] == "MED-H303"
