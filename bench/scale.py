"""``scale``: a million generated places in fifty feeds, from HTTP to SPARQL and search.

``maillage harvest --all`` runs as an operator runs it, once on 20,000 places in five feeds and once
on 1,000,000 in fifty. What a place costs must not grow with their number, and no process may need
more than a gigabyte: neither those of the harvest nor those that answer afterwards.
"""

import json
import multiprocessing
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from bench._network import Feed, feeds
from bench._watch import Watched, watched
from bench.cold import harvested, queryable
from bench.validation import places
from vocab.records import Record

SMALL = (5, 4_000)
LARGE = (50, 20_000)


def run(small: tuple[int, int] = SMALL, large: tuple[int, int] = LARGE) -> dict[str, Any]:
    """Measure both; each is a number of feeds and the places of each."""
    few, many = _measured(*small), _measured(*large)
    return {
        "time_per_place_many_over_few": round(many["us_per_place"] / few["us_per_place"], 2),
        "peak_mb_of_any_process": max(many["peak_mb"], many["peak_mb_of_answering"]),
        **{f"many_{key}": value for key, value in many.items()},
        **{f"few_{key}": value for key, value in few.items()},
    }


def _measured(count: int, each: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name, feeds(Path(name), count) as made:
        _publish(made, each)
        data = Path(name) / "registry"
        done = harvested(data, made)
        asked = watched([sys.executable, "-m", "bench.scale", str(data)])
        found = _found(asked)
        if found != count * each:
            raise SystemExit(f"{count * each} places were published, {found} are found")
        return {
            "feeds": count,
            "places": found,
            "seconds": done.seconds,
            "us_per_place": round(done.seconds * 1e6 / found, 1),
            "peak_mb": done.peak_mb,
            "peak_mb_of_answering": asked.peak_mb,
            "ledger_mb": round((data / "ledger.sqlite").stat().st_size / 1e6),
        }


def _found(asked: Watched) -> int:
    if asked.code:
        raise SystemExit("the registry does not answer")
    return int(json.loads(asked.out))


def _publish(made: Sequence[Feed], each: int) -> None:
    """Publish the feeds on all cores; only what the web needs of them stays on the disk."""
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as workers:
        for _ in workers.map(_enter, made, range(0, len(made) * each, each), [each] * len(made)):
            pass


def _enter(feed: Feed, first: int, count: int) -> None:
    feed.enter(_generated(feed, first, count))
    feed.ledger.unlink()
    (feed.web / "dump.nt").unlink()


def _generated(feed: Feed, first: int, count: int) -> Iterator[Record]:
    """Return places of a feed that no other has; all of them keep the contract."""
    return places(count, first=first, pole=feed.pole, defects=False)


if __name__ == "__main__":
    print(json.dumps(queryable(Path(sys.argv[1]))))
