"""A visit that is cut short leaves its immutable pages to the next one."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harvester.fetch import Policy
from harvester.fetch.kept import Kept
from harvester.fetch.values import Fetched
from harvester.run.pipeline import Options, preview
from harvester.sources import ldes
from registry.ledger.types import Outcome
from tests.harvester.conftest import Registry
from tests.simulator import PREFIXES, Fault, SimulatedPole

PAGES = 8
PACE_S = 0.15


def root(pole: SimulatedPole) -> str:
    links = " ".join(
        f"<> tree:relation [ tree:node <{pole.url(f'/s/{n}')}> ] ." for n in range(PAGES)
    )
    return f"""{PREFIXES}
<{pole.url("/s#s")}> a ldes:EventStream ; tree:view <> ; ldes:versionOfPath dct:isVersionOf ;
  ldes:timestampPath dct:created .
<> a tree:Node . {links}
"""


def page(pole: SimulatedPole, number: int, more: str = "<> ldes:immutable true .") -> str:
    record = pole.url(f"/id/place/r{number}")
    return f"""{PREFIXES}
<{pole.url("/s#s")}> tree:member <#m> . {more}
<#m> a as:Create ; dct:isVersionOf <{record}> ; dct:created "2026-01-01T00:00:00Z"^^xsd:dateTime .
<#m> {{ <{record}> a <https://schema.org/Place> ; <https://schema.org/name> "Lieu {number}"@fr . }}
"""


def slowly(text: str) -> Fault:
    def answer(handler: object, _: object) -> None:
        time.sleep(PACE_S)
        handler.reply(200, text.encode(), {"Content-Type": "application/trig"})  # type: ignore[attr-defined]

    return answer


def lay(pole: SimulatedPole, more: str = "<> ldes:immutable true .") -> None:
    pole.put("/s", root(pole), "application/trig")
    for number in range(PAGES):
        pole.fail(f"/s/{number}", slowly(page(pole, number, more)))


@pytest.fixture
def slow(
    pole: SimulatedPole, registry: Callable[..., Registry], monkeypatch: pytest.MonkeyPatch
) -> Registry:
    """A registry whose patience ends after half of the pages, and that keeps from the start."""
    monkeypatch.setattr(ldes, "KEPT_AFTER_S", 0.0)
    lay(pole)
    node = registry("/s")
    node.policy = Policy(grace_s=PACE_S * PAGES / 2, min_rate=10**9)
    return node


def test_each_visit_gets_further_than_the_last(
    pole: SimulatedPole, slow: Registry, tmp_path: Path
) -> None:
    first = slow.harvest(kept=tmp_path / "kept")
    assert first.outcome is Outcome.FAILED
    assert first.report["error"]["code"] == "MED-H116"
    assert any((tmp_path / "kept" / "pole").iterdir())
    visits = 1
    while slow.harvest(kept=tmp_path / "kept").outcome is not Outcome.COMMITTED:
        visits += 1
        assert visits < 40
    assert slow.names() == [f"r{number}" for number in range(PAGES)]
    assert sum(pole.asked(f"/s/{n}") for n in range(PAGES)) <= PAGES + visits  # each cut one short
    assert not (tmp_path / "kept" / "pole").exists()


def test_without_a_folder_nothing_is_kept(slow: Registry, tmp_path: Path) -> None:
    assert slow.harvest().outcome is Outcome.FAILED
    assert [*tmp_path.rglob("*.page"), *tmp_path.rglob("*.new")] == []


def test_a_dry_run_keeps_nothing(slow: Registry, tmp_path: Path) -> None:
    options = Options(policy=slow.policy, kept=tmp_path / "kept")
    assert preview(slow.ledger, slow.source, options=options).harvest.outcome is Outcome.FAILED
    assert not (tmp_path / "kept").exists()


def test_what_may_change_is_asked_for_again(
    pole: SimulatedPole, slow: Registry, tmp_path: Path
) -> None:
    lay(pole, more="")
    assert slow.harvest(kept=tmp_path / "kept").outcome is Outcome.FAILED
    assert [*(tmp_path / "kept" / "pole").glob("*.page")] == []


def test_what_was_not_read_is_asked_for_again(
    pole: SimulatedPole, slow: Registry, tmp_path: Path
) -> None:
    """A server that sends an error page by mistake, and says that it never changes."""
    pole.fail("/s/0", slowly("<html>oops"))
    assert slow.harvest(kept=tmp_path / "kept").outcome is Outcome.FAILED
    assert Kept(tmp_path / "kept" / "pole").of(pole.url("/s/0")) is None
    lay(pole)
    slow.policy = Policy(grace_s=60)
    assert slow.harvest(kept=tmp_path / "kept").outcome is Outcome.COMMITTED
    assert "r0" in slow.names()


def test_a_stream_that_is_wrong_is_read_anew_once_mended(
    pole: SimulatedPole, slow: Registry, tmp_path: Path
) -> None:
    assert slow.harvest(kept=tmp_path / "kept").outcome is Outcome.FAILED
    assert any((tmp_path / "kept" / "pole").glob("*.page"))
    pole.put("/s", root(pole).replace("tree:view <>", "tree:view <>, </other>"), "application/trig")
    wrong = slow.harvest(kept=tmp_path / "kept")
    assert wrong.report["error"]["code"] == "MED-H301"
    assert not (tmp_path / "kept" / "pole").exists()


URL = "https://pole.example/s/1"
FETCHED = Fetched(URL, 200, {"content-type": "text/turtle"}, b"<a> <b> <c> .\n")


def test_a_page_comes_back_as_it_was(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "pole")
    kept.put(URL, FETCHED)
    assert kept.of(URL) is None  # not confirmed
    kept.confirm(URL)
    assert Kept(tmp_path / "pole").of(URL) == FETCHED
    assert kept.of(f"{URL}0") is None


@pytest.mark.parametrize("harm", [lambda b: b[:-3], lambda b: b"", lambda b: b"{}\n" + b[9:]])
def test_a_damaged_file_is_fetched_again(tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    kept = Kept(tmp_path)
    kept.put(URL, FETCHED)
    kept.confirm(URL)
    (file,) = tmp_path.iterdir()
    file.write_bytes(harm(file.read_bytes()))
    assert kept.of(URL) is None


def test_no_more_is_kept_than_allowed(tmp_path: Path) -> None:
    kept = Kept(tmp_path, max_bytes=2 * len(FETCHED.body))
    for number in range(5):
        kept.put(f"{URL}{number}", FETCHED)
        kept.confirm(f"{URL}{number}")
    assert len([*tmp_path.iterdir()]) == 2
    again = Kept(tmp_path, max_bytes=2 * len(FETCHED.body))
    again.put(URL, FETCHED)
    assert again.of(URL) is None
    assert len([*tmp_path.iterdir()]) == 2
