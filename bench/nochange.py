"""``nochange``: what a harvest costs when nothing changed, for five feeds of generated places.

Each pole's ledger is published as static files, served on loopback, harvested, and harvested again.
The second harvest must send one conditional request per source and read no page.
"""

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from harvester.run.pipeline import harvest, import_into
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, Source
from registry.publish.pole import PoleDescription
from registry.publish.publisher import publish
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record

POLES = 5
PLACES = 4_000
_TOWNS = (("Reims", "51100", "51454"), ("Nantes", "44000", "44109"), ("Lille", "59000", "59350"))


def run(poles: int = POLES, places: int = PLACES) -> dict[str, Any]:
    """Measure; ``places`` is the number per pole."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        registry = Ledger.open(f"sqlite:///{folder}/registry.sqlite")
        stack.callback(registry.close)
        sources = [
            _pole(Path(folder), f"pole-{number}", places, stack) for number in range(1, poles + 1)
        ]
        for source in sources:
            registry.put_source(source)
        first_s = _timed(lambda: [harvest(registry, source) for source in sources])[1]
        rows = [_again(registry, source) for source in sources]
    return {
        "poles": poles,
        "places": poles * places,
        "first_harvest_seconds": first_s,
        "requests_per_source": max(row["requests"] for row in rows),
        "pages_read": sum(row["pages_read"] for row in rows),
        "seconds": round(sum(row["seconds"] for row in rows), 4),
        "cpu_seconds": round(sum(row["cpu_seconds"] for row in rows), 4),
        "cpu_seconds_per_source": max(row["cpu_seconds"] for row in rows),
        "sources": rows,
    }


def _again(registry: Ledger, source: Source) -> dict[str, Any]:
    before = _cpu_s()
    done, seconds = _timed(lambda: harvest(registry, source))
    assert isinstance(done, Harvest)
    return {
        "source": source.slug,
        "outcome": done.outcome.value,
        "requests": done.report["requests_made"],
        "statuses": [request["status"] for request in done.report["requests"]],
        "pages_read": done.report["pages_read"],
        "seconds": seconds,
        "cpu_seconds": round(_cpu_s() - before, 4),
    }


def _pole(folder: Path, slug: str, count: int, stack: ExitStack) -> Source:
    """Make a pole's ledger, publish it, serve it; give it as a source of the registry."""
    web = folder / slug
    web.mkdir()
    url = stack.enter_context(_served(web))
    ledger = Ledger.open(f"sqlite:///{folder}/{slug}.sqlite")
    stack.callback(ledger.close)
    own = Source(slug, slug, slug, "places.csv", "file", (f"{url}id/",))
    ledger.put_source(own)
    import_into(ledger, own, _places(slug, f"{url}id/", count))
    pole = PoleDescription(slug, slug=slug, namespace=f"{url}id/", feed_url=f"{url}feed/")
    publish(ledger, pole, web / "feed")
    feed = f"{url}feed/stream.trig"
    return Source(slug, slug, slug, feed, "feed", (f"{url}id/",), allow_private=True)


def _places(slug: str, namespace: str, count: int) -> Iterator[Record]:
    pole = PoleIdentity(slug, namespace)
    for number in range(count):
        town, postcode, insee = _TOWNS[number % len(_TOWNS)]
        yield place_record(
            {
                "id": f"lieu-{number}",
                "nom": f"Lieu {number}",
                "adresse": f"{number % 90 + 1} rue de la République",
                "commune": town,
                "code_postal": postcode,
                "code_insee": insee,
                "services": "Aide aux démarches administratives",
                "date_maj": datetime(2026, 1, 31, tzinfo=UTC).date().isoformat(),
            },
            pole,
        )


_TYPES = {".trig": "application/trig"}


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests are counted by the harvester."""

    def guess_type(self, path: Any) -> str:
        """Return the media type of the feed's pages, which Python does not know."""
        return _TYPES.get(Path(path).suffix) or super().guess_type(path)


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _timed(work: Any) -> tuple[Any, float]:
    started = time.monotonic()
    result = work()
    return result, round(time.monotonic() - started, 4)


def _cpu_s() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
