"""Several sources at a time, each in a process of a crew: order, ends of all kinds, no loss."""

import errno
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from harvester.errors import BusyError, StoppedError
from harvester.run import pipeline
from harvester.run import worker as hands
from harvester.run.executor import Crew
from harvester.run.progress import Stage, Unnoticed
from harvester.run.storage import StorageError
from registry.ledger.errors import LedgerError
from registry.ledger.types import Outcome, Source
from tests.simulator import Fault, place, raw

NAMES = ("a", "b", "c", "d")
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
SLOW = raw(_HEAD + b"#" * 100_000, drip_s=0.1, pieces=300)
SILENT = raw(_HEAD, drip_s=1, pieces=30)  # its first line alone takes most of that


@pytest.fixture
def sources(pole, registry) -> list[Source]:
    """Four sources of a dump each."""
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


def test_two_run_together_and_reports_keep_the_order(pole, ledger, sources) -> None:
    both = threading.Barrier(2, timeout=10)

    def meet(handler, document) -> None:
        both.wait()
        handler.reply(200, document.body, {"Content-Type": document.media_type})

    for name in NAMES:
        pole.fail(f"/{name}.nt", meet)
    with closing(Crew(ledger, jobs=2)) as crew:
        done = crew.harvest(sources).done
    assert [one.source for one in done] == list(NAMES)
    assert {one.outcome for one in done} == {Outcome.COMMITTED}
    assert ledger.verify() == []


class Heard(Unnoticed):
    """Keeps what is told of each source."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.bytes = self.records = 0

    def stage(self, slug: str, stage: Stage, expected: int | None = None) -> None:
        self.told.append((slug, stage.value))

    def advance(self, slug: str, done: int = 0, size: int = 0) -> None:
        self.records += done
        self.bytes += size

    def ended(self, slug: str) -> None:
        self.told.append((slug, "ended"))


def test_progress_comes_whole_from_the_processes(pole, ledger, sources) -> None:
    heard = Heard()
    with closing(Crew(ledger, jobs=3)) as crew:
        crew.harvest(sources, heard)
    for name in NAMES:
        told = [what for slug, what in heard.told if slug == name]
        assert told == ["fetch", "parse", "compare", "check", "commit", "ended"]
    assert heard.bytes == sum(len(pole.documents[f"/{name}.nt"].body) for name in NAMES)
    assert heard.records >= len(NAMES)


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


class InterruptingAtOnce(Unnoticed):
    """Presses Ctrl-C when the first source is visited."""

    def stage(self, slug: str, stage: Stage, expected: int | None = None) -> None:
        if stage is Stage.FETCH:
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize(
    ("answer", "at"),
    [(SLOW, Interrupting), (SILENT, InterruptingAtOnce)],
    ids=["a body that comes slowly", "a pole that says nothing"],
)
def test_ctrl_c_ends_what_runs_and_begins_nothing_more(
    pole, ledger, sources, answer: Fault, at: type[Unnoticed]
) -> None:
    pole.fail("/a.nt", answer)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), closing(Crew(ledger, jobs=1)) as crew:
        crew.harvest(sources, at())
    assert time.monotonic() - started < 10
    (done,) = ledger.harvests()
    assert (done.source, done.outcome) == ("a", Outcome.FAILED)
    assert done.report["error"]["code"] == "MED-H430"
    assert pole.asked("/b.nt") == 0


class Cancelling(Unnoticed):
    """Wants the harvest of one source to end."""

    def advance(self, slug: str, done: int = 0, size: int = 0) -> None:
        if slug == "a":
            raise StoppedError("MED-H430", source=slug, who="Zoé")


def test_one_that_is_cancelled_leaves_the_others_alone(pole, ledger, sources) -> None:
    pole.fail("/a.nt", SLOW)
    with closing(Crew(ledger, jobs=2)) as crew:
        done = crew.harvest(sources, Cancelling()).done
    assert [one.outcome for one in done] == [Outcome.FAILED, *[Outcome.COMMITTED] * 3]
    assert "Zoé" in str(done[0].report["error"])


def _children() -> set[int]:
    found = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    return set(map(int, found))


def test_one_that_the_system_ends_has_a_failed_harvest_and_the_others_go_on(
    pole, ledger, sources
) -> None:
    pole.fail("/b.nt", SLOW)
    before = _children()
    crew = Crew(ledger, jobs=1)
    (hand,) = _children() - before

    class Ending(Unnoticed):
        def advance(self, slug: str, done: int = 0, size: int = 0) -> None:
            if slug == "b":
                os.kill(hand, signal.SIGKILL)

    with closing(crew):
        done = crew.harvest(sources, Ending()).done
    assert [one.outcome for one in done] == [
        Outcome.COMMITTED, Outcome.FAILED, Outcome.COMMITTED, Outcome.COMMITTED,
    ]  # fmt: skip
    assert done[1].report["error"]["code"] == "MED-H432"
    assert "SIGKILL" in str(done[1].report["error"])
    assert _children() == before
    assert ledger.verify() == []


def test_an_error_is_raised_once_the_others_are_done(ledger, sources) -> None:
    unknown = replace(sources[0], slug="nobody")
    with closing(Crew(ledger, jobs=2)) as crew, pytest.raises(Exception, match="nobody") as raised:
        crew.harvest([unknown, *sources])
    assert any("in registered" in note for note in raised.value.__notes__), "its trace came along"
    assert [one.source for one in ledger.harvests()] != []
    assert {one.source for one in ledger.harvests()} == set(NAMES)


def _same_names(pole, ledger, source: Source) -> list[Source]:
    """Two sources that state the same seven places, each with names of its own."""
    found = []
    for slug, name in (("first", "A"), ("second", "B")):
        one = replace(source, slug=slug, pole=slug, url=pole.url(f"/{slug}.nt"))
        body = "".join(place(pole, f"p{n}", nom=name).body for n in range(7))
        body = body.replace(pole.url("/id/"), pole.url("/same/"))
        pole.put(f"/{slug}.nt", body.encode(), "application/n-triples")
        found.append(replace(one, namespaces=(pole.url("/same/"),)))
        ledger.put_source(found[-1])
    return found


def _slow(seconds: float) -> Fault:
    def answer(handler, document) -> None:
        time.sleep(seconds)
        handler.reply(200, document.body, {"Content-Type": document.media_type})

    return answer


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_b4_of_two_sources_with_the_same_places_the_first_has_them(
    pole, ledger, sources, jobs: int
) -> None:
    both = _same_names(pole, ledger, sources[0])
    pole.fail("/first.nt", _slow(0.5))  # the second would be there before it
    with closing(Crew(ledger, jobs=jobs)) as crew:
        came = crew.visit([*both, *sources[1:]])
    assert (came.busy, came.failed) == ((), ())
    assert [one.source for one in came.done] == ["first", "second", "b", "c", "d"]
    first, second, *others = came.done
    assert {one.outcome for one in (first, *others)} == {Outcome.COMMITTED}
    assert second.outcome is Outcome.HELD
    codes = [found["code"] for found in second.report["findings"]]
    assert codes == ["MED-H002"]
    assert "first" in second.report["findings"][0]["samples"][0]["message_en"]
    assert set(ledger.known("second")) == set()
    assert len(ledger.known("first")) == 7


def test_b4_a_source_that_shares_nothing_does_not_wait(pole, ledger, sources) -> None:
    both = _same_names(pole, ledger, sources[0])
    pole.fail("/first.nt", _slow(1.5))
    heard = Heard()
    with closing(Crew(ledger, jobs=2)) as crew:
        crew.visit([*both, sources[1]], heard)
    ended = [slug for slug, stage in heard.told if stage == "ended"]
    assert ended == ["b", "first", "second"]


def test_b4_a_record_taken_while_another_source_was_compared_is_a_finding(
    pole, ledger, sources, monkeypatch
) -> None:
    """Two nodes, or a command beside a schedule, harvest the same names at the same time."""
    first, second = _same_names(pole, ledger, sources[0])
    decide, waiting = pipeline.compare.decide, [first]

    def meanwhile(*arguments, **named):
        if waiting:
            pipeline.harvest(ledger, waiting.pop())
        return decide(*arguments, **named)

    monkeypatch.setattr(pipeline.compare, "decide", meanwhile)
    done = pipeline.harvest(ledger, second)
    assert done.outcome is Outcome.HELD
    assert [found["code"] for found in done.report["findings"]] == ["MED-H002"]
    assert len(ledger.known("first")) == 7
    assert ledger.verify() == []


def test_b4_what_went_wrong_with_one_leaves_the_reports_of_the_others(ledger, sources) -> None:
    unknown = replace(sources[0], slug="nobody")
    with closing(Crew(ledger, jobs=2)) as crew:
        came = crew.visit([unknown, *sources])
    assert [one.source for one in came.done] == list(NAMES)
    assert [slug for slug, _ in came.failed] == ["nobody"]


def test_what_is_busy_is_told_apart(ledger, sources) -> None:
    with ledger.lock("c"), closing(Crew(ledger, jobs=2)) as crew:
        came = crew.harvest(sources)
    assert [one.source for one in came.done] == ["a", "b", "d"]
    assert [busy.details["source"] for busy in came.busy] == ["c"]


@pytest.mark.parametrize(
    "error",
    [
        BusyError("MED-H403", source="zinc"),
        StoppedError("MED-H431", source="zinc", seconds=600.0),
        LedgerError("no source is called 'zinc'"),
    ],
)
def test_errors_go_from_one_process_to_another(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  just written
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


_DYING = """
import os, sys
from harvester import hands
from harvester.run.executor import Crew
from registry.ledger.ledger import Ledger
ledger = Ledger.open(sys.argv[1])
crew = Crew(ledger, jobs=2)
print(*(hand._pid for hand in crew._hands), flush=True)
crew.harvest(ledger.sources())
"""


def test_a_crew_dies_with_whoever_hired_it(pole, ledger, sources, tmp_path) -> None:
    for name in NAMES:
        pole.fail(f"/{name}.nt", SLOW)
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", _DYING, url], stdout=subprocess.PIPE, text=True
    ) as dying:
        assert dying.stdout is not None
        hands = [int(pid) for pid in dying.stdout.readline().split()]
        while pole.asked("/a.nt") == 0:
            time.sleep(0.05)
        dying.kill()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}/stat").exists() for pid in hands):
        assert time.monotonic() < deadline, "they live on"
        time.sleep(0.05)
    for name in NAMES:
        pole.mend(f"/{name}.nt")
    with closing(Crew(ledger, jobs=2)) as crew:
        assert len(crew.harvest(sources).done) == len(NAMES)


def test_a_full_disk_under_a_process_is_told_as_one(ledger, sources, monkeypatch) -> None:
    def full(*_: object, **__: object) -> None:
        cause = OSError(errno.ENOSPC, "No space left on device")
        raise RuntimeError("cannot be written") from cause

    monkeypatch.setattr(hands, "harvest", full)
    with closing(Crew(ledger, jobs=2)) as crew, pytest.raises(StorageError) as told:
        crew.harvest(sources, Heard())
    assert told.value.code == "MED-H470"
    assert ledger.place in told.value.message("fr")
