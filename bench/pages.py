"""``pages``: searches with facets and pages of places a second, asked for by ``wrk``.

A load generator that is not ours walks through distinct addresses with eight connections, on the
same machine as the node's web processes, one for each core. First answers: nothing is kept
(``kept_answers_mb = 0``); each process has looked at its index, no more. Beside them, ``warm``: two
hundred addresses asked for again and again, answers kept as they are by default. Processor time
is that of the web processes; unlike the rest it does not depend on what else the machine does.

At 20,000 places, the sample network's; at a million, the same fifty times, each time under another
name space. Only ledger and index are made: pages need no more.
"""

import json
import math
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from bench._network import renamed, sample_records
from bench._watch import cpu_s_of_family
from registry.ledger.ledger import Ledger
from registry.ledger.types import Draft, HarvestResult, Kind, Outcome, Source
from registry.search.index import SearchIndex
from samples.territory import POLES
from vocab.records import Record

SEARCHES = 12_000
COPIES = 50
CONNECTIONS = 8
SECONDS = 15
_WARM = 200
KEPT_MB = 64
_TURNS, _AT_ONCE_MS, _SETTLED = 30, 1_000, 0.8
_WALK = Path(__file__).with_name("walk.lua")
_WORDS = (
    "", "numérique", "mairie", "bibliothèque", "atelier", "démarches", "france services",
    "association", "centre social", "médiathèque", "aide internet", "maison", "emploi", "jeunes",
)  # fmt: skip
_NOT_CHOSEN = ("departement", "pole", "manque")


@dataclass(frozen=True, slots=True)
class Load:
    """What ``wrk`` saw, and the processor time of the web processes for each request."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float


def run(copies: Sequence[int] = (1, COPIES)) -> dict[str, Any]:
    """Measure; each of ``copies`` is how many times the sample network's places are there."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    poles = sample_records()
    figures: dict[str, Any] = {"cores": os.cpu_count(), "connections": CONNECTIONS}
    for count in copies:
        suffix = "" if count == 1 else "_million"
        with tempfile.TemporaryDirectory() as name:
            places = filled(Path(name), poles, count)
            measured = {"places": places} | _measured(Path(name))
        figures |= {f"{key}{suffix}": value for key, value in measured.items()}
    return figures


def _measured(data: Path) -> dict[str, Any]:
    searches, places = _addresses(data)
    asked, seen = data / "searches.txt", data / "places.txt"
    asked.write_text("\n".join(searches), encoding="utf-8")
    seen.write_text("\n".join(places), encoding="utf-8")
    few, some = data / "few-searches.txt", data / "few-places.txt"
    few.write_text("\n".join(searches[:_WARM]), encoding="utf-8")
    some.write_text("\n".join(places[:_WARM]), encoding="utf-8")
    with served(data, 0) as site:
        site.look(few)
        site.ask(asked, 3, len(searches) // 2)
        search = site.ask(asked, SECONDS)
        place = site.ask(seen, SECONDS)
    with served(data, KEPT_MB) as site:
        site.look(few)
        site.ask(few, 3)
        search_warm = site.ask(few, 5)
        site.ask(some, 3)
        place_warm = site.ask(some, 5)
    return {
        "searches": len(searches),
        "searches_per_second": search.per_second,
        "search_p50_ms": search.p50_ms,
        "search_p99_ms": search.p99_ms,
        "search_cpu_ms": search.cpu_ms,
        "place_pages_per_second": place.per_second,
        "place_p99_ms": place.p99_ms,
        "place_cpu_ms": place.cpu_ms,
        "searches_per_second_warm": search_warm.per_second,
        "place_pages_per_second_warm": place_warm.per_second,
    }


@dataclass(frozen=True, slots=True)
class _Site:
    """A node that is being served."""

    address: str
    pid: int

    def look(self, paths: Path) -> None:
        """Have every process read its index: no answer waits for that any more then.

        That is so once answers come at once, or no sooner than the turn before: how slow they are
        is for what is measured afterwards to say.
        """
        before = math.inf
        for _turn in range(_TURNS):
            p99_ms = self._walk(paths, 4, 0)["p99_ms"]
            if p99_ms < _AT_ONCE_MS or _SETTLED * before < p99_ms < math.inf:
                return
            before = p99_ms
        raise SystemExit("the node does not come to answer")

    def ask(self, paths: Path, seconds: int, first: int = 0) -> Load:
        """Walk through the addresses of a file for some seconds, from one of them on."""
        before = cpu_s_of_family(self.pid)
        told = self._walk(paths, seconds, first)
        if told["wrong"] or not told["requests"]:
            raise SystemExit(f"{told['wrong']} of {told['requests']} requests went wrong")
        cpu_s = cpu_s_of_family(self.pid) - before
        return Load(
            round(told["requests"] / told["seconds"], 1),
            told["p50_ms"],
            told["p99_ms"],
            round(cpu_s * 1e3 / told["requests"], 2),
        )

    def _walk(self, paths: Path, seconds: int, first: int) -> dict[str, Any]:
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s"]
        command += ["-s", str(_WALK), self.address, "--", str(paths), str(first)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        told: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
        return told if told["requests"] else told | {"p99_ms": math.inf}


@contextmanager
def served(data: Path, kept_mb: int) -> Iterator[_Site]:
    """Serve a node's folder by as many processes as there are cores, keeping so many megabytes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bench._site", str(data), str(port)]
    command += [str(os.cpu_count() or 1), str(kept_mb)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            if process.stdout is None or process.stdout.readline() != b"ready\n":
                raise SystemExit("the node is not served")
            yield _Site(f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()


def filled(data: Path, poles: dict[str, tuple[Record, ...]], copies: int) -> int:
    """Make ledger and index of some copies of the sample network; give how many places."""
    ledger = Ledger.open(f"sqlite:///{data / 'ledger.sqlite'}")
    index = SearchIndex(data / "index.sqlite")
    now = datetime.now(UTC)
    for copy in range(copies):
        for slug in POLES:
            name = f"{slug}-{copy}" if copy else slug
            space = f"https://{name}.example/id/"
            source = Source(name, name, name, f"https://{name}.example/feed/", "feed", (space,))
            ledger.put_source(source)
            drafts = tuple(
                Draft(Kind.CREATE, record.iri, record)
                for record in sorted(_moved(poles[slug], space), key=lambda record: record.iri)
            )
            ledger.commit(name, HarvestResult(Outcome.COMMITTED, now, drafts), now)
        index.apply(ledger, ledger.head())
    places = index.counts()["Place"]
    index.close()
    ledger.close()
    return places


def _moved(records: Iterable[Record], space: str) -> Iterator[Record]:
    for record in records:
        yield renamed(record, record.iri.partition("/id/")[0] + "/id/", space)


def _addresses(data: Path) -> tuple[list[str], list[str]]:
    """Give distinct searches (town, words, facets) and distinct pages of places, in some order."""
    chance = random.Random(20_000)
    db = sqlite3.connect(data / "index.sqlite")
    towns = [row[0] for row in db.execute(
        "SELECT commune FROM place WHERE commune <> '' GROUP BY commune"
        " ORDER BY count(*) DESC, commune LIMIT 1000"
    )]  # fmt: skip
    facets = [row for row in db.execute(
        "SELECT facet, value FROM facet GROUP BY facet, value HAVING count(*) > 50"
    ) if row[0] not in _NOT_CHOSEN]  # fmt: skip
    # One place in so many: a million addresses would only fill the memory of wrk.
    pages = [
        f"/pole/{quote(pole)}/{quote(path)}"
        for pole, path in db.execute(
            "SELECT pole, path FROM place"
            " WHERE id % max(1, (SELECT count(*) FROM place) / 20000) = 0"
        )
    ]
    db.close()
    searches: dict[str, None] = {}
    while len(searches) < SEARCHES:
        pairs = [("q", chance.choice(_WORDS)), ("ou", chance.choice(["", *towns]))]
        chosen = [pair for pair in pairs if pair[1]]
        chosen += chance.sample(facets, chance.choice((0, 1, 1, 2)))
        searches[f"/lieux?{urlencode(chosen)}"] = None
    chance.shuffle(pages)
    return list(searches), pages
