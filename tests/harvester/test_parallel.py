"""Several sources at a time: the order of their reports, and a clean end by Ctrl-C."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from harvester.parallel import harvest_side_by_side
from harvester.pipeline import Options
from harvester.progress import Stage, Unnoticed
from registry.ledger.types import Outcome, Source
from tests.simulator import place, raw

NAMES = ("a", "b", "c", "d")


@pytest.fixture
def sources(pole, registry) -> list[Source]:
    """Four sources of a dump each, the first of them the slowest."""
    first = registry("/a.nt", "dump")
    found = []
    for name in NAMES:
        space = pole.url(f"/id/{name}/")
        source = replace(first.source, slug=name, url=pole.url(f"/{name}.nt"), namespaces=(space,))
        first.ledger.put_source(source)
        body = place(pole, "p1").body.replace(pole.url("/id/"), space).encode()
        pole.put(f"/{name}.nt", body, "application/n-triples")
        found.append(source)
    return found


class Meeting(Unnoticed):
    """Lets no harvest go on before two are under way together."""

    def __init__(self) -> None:
        self.both = threading.Barrier(2)

    def stage(self, slug: str, stage: Stage, expected: int | None = None) -> None:
        if stage is Stage.FETCH:
            self.both.wait(10)


def test_two_run_together_and_reports_keep_the_order(ledger, sources) -> None:
    options = Options(progress=Meeting())
    done = harvest_side_by_side(ledger, sources, jobs=2, options=options).done
    assert [one.source for one in done] == list(NAMES)
    assert {one.outcome for one in done} == {Outcome.COMMITTED}
    assert ledger.verify() == []


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Hear Ctrl-C as at a terminal; what starts in the background is deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Interrupting(Unnoticed):
    """Presses Ctrl-C once the first bytes came."""

    def __init__(self) -> None:
        self.pressed = False

    def advance(self, slug: str, done: int = 0, size: int = 0) -> None:
        if size and not self.pressed:
            self.pressed = True
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_what_runs_and_begins_nothing_more(pole, ledger, sources) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    pole.fail("/a.nt", raw(head + b"#" * 100_000, drip_s=0.1, pieces=300))
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        harvest_side_by_side(ledger, sources, jobs=1, options=Options(progress=Interrupting()))
    assert time.monotonic() - started < 10
    (done,) = ledger.harvests()
    assert (done.source, done.outcome) == ("a", Outcome.FAILED)
    assert done.report["error"]["code"] == "MED-H430"
    assert pole.asked("/b.nt") == 0
