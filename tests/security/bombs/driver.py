"""Sets a bomb off: a real harvest over loopback HTTP, then the page that tells of it.

    good records -> bomb served -> harvest -> report page, good records, another source

A :class:`Range` is a node with its web pages. What is asserted holds for every bomb: an outcome in
the ledger, one clear error on the page in both languages, the good records still published, another
source harvested afterwards, the process alive.
"""

import html
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from flask.testing import FlaskClient

from harvester.fetch import Fetcher, Policy
from harvester.run.pipeline import Options, harvest, import_into
from registry.ledger.types import Harvest, Outcome, Source
from registry.node import Node
from registry.web.app import create_app
from tests.registry.web.network_of_tests import SmallNode, open_node, plain
from tests.security.bombs.bomb import NT, PATH, Bomb
from tests.simulator import SimulatedPole, place, places

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_GOOD = 3
_MAX_PAGE = 1_000_000
_PROBLEMS = re.compile(r'<section class="notice" aria-labelledby="t-problems">.*?</section>', re.S)
_ITEM = re.compile(r"<li>(.*?)</li>", re.S)
_TAG = re.compile(r"<[^>]+>")
_GIBBERISH = ("Traceback", "Error:", "Exception", "object at 0x", "File &quot;")


@dataclass
class Range:
    """A node on which bombs are set off."""

    node: SmallNode
    client: FlaskClient
    count: int = 0
    ports: set[int] = field(default_factory=set)

    def explode(self, bomb: Bomb, *, quick: bool = False) -> Harvest:
        """Harvest a bomb and check all that must hold; give the harvest."""
        self.count += 1
        with self._pole() as pole:
            source = self._register(pole, f"bomb-{self.count}", bomb.kind)
            good = places(pole, _GOOD)
            assert import_into(self.node.ledger, source, good, now=NOW).outcome is Outcome.COMMITTED
            bomb.lay(pole)
            done = harvest(self.node.ledger, source, now=NOW, options=_options(bomb, quick))
            self._check_words(done, bomb.code)
            assert {one.iri for one in good} <= self.node.ledger.known(source.slug).keys()
        return done

    def harvest_another(self) -> None:
        """Harvest a good source, which must come in."""
        self.count += 1
        with self._pole() as pole:
            pole.put(PATH, place(pole, "well").body, NT)
            source = self._register(pole, f"good-{self.count}", "dump")
            done = harvest(self.node.ledger, source, now=NOW)
            assert done.outcome is Outcome.COMMITTED
        page = self.client.get("/moissons")
        assert page.status_code == 200

    @contextmanager
    def _pole(self) -> Iterator[SimulatedPole]:
        """Give a pole at a port that no earlier one had: its records would be the earlier one's."""
        with ExitStack() as stack:
            pole = stack.enter_context(SimulatedPole())
            while pole.port in self.ports:
                pole = stack.enter_context(SimulatedPole())
            self.ports.add(pole.port)
            yield pole

    def _register(self, pole: SimulatedPole, slug: str, kind: str) -> Source:
        spaces = (pole.url("/id/"),)
        source = Source(slug, slug, slug, pole.url(PATH), kind, spaces, allow_private=True)
        self.node.ledger.put_source(source)
        return source

    def _check_words(self, done: Harvest, code: str) -> None:
        error = done.report.get("error")
        ended = done.outcome in (Outcome.FAILED, Outcome.HELD)
        assert (error is not None) == (ended and not done.report.get("holds"))
        told = _told(done.report)
        assert (code in told) if code else not ended, f"expected {code or 'no error'}, got {told}"
        for lang, start in (("fr", ""), ("en", "/en")):
            self._check_page(done, code, lang, start)

    def _check_page(self, done: Harvest, code: str, lang: str, start: str) -> None:
        answer = self.client.get(f"{start}/moissons/{done.id}")
        assert answer.status_code == 200
        page = answer.get_data(as_text=True)
        assert len(page) < _MAX_PAGE
        assert not [word for word in _GIBBERISH if word in page]
        problems = [text for part in _PROBLEMS.findall(page) for text in _ITEM.findall(part)]
        if done.outcome in (Outcome.FAILED, Outcome.HELD):
            (problem,) = problems  # one error, and only one
            assert code in problem
            assert len(html.unescape(_TAG.sub("", problem))) < 2_500
        elif code:
            assert f">{code}</a>" in page
        shown = plain(html.unescape(_TAG.sub("", page)))
        assert all(plain(message) in shown for message in _messages(done.report, code, lang))


def _options(bomb: Bomb, quick: bool) -> Options:
    """The usual limits; the quick test waits less for who is slow, and sleeps for nobody."""
    if not quick:
        return Options()
    policy = Policy() if bomb.patient is None else Policy(grace_s=bomb.patient)
    return Options(policy=policy, fetcher=lambda given: Fetcher(given, sleep=lambda _: None))


def _told(report: dict[str, Any]) -> list[str]:
    """The codes of all that the report tells: the error first."""
    error = [report["error"]] if "error" in report else []
    return [one["code"] for one in (*error, *report.get("holds", ()), *report.get("findings", ()))]


def _messages(report: dict[str, Any], code: str, lang: str) -> list[str]:
    error = report.get("error")
    return [error[f"message_{lang}"]] if error and error["code"] == code else []


@contextmanager
def shooting_range(folder: Path) -> Iterator[Range]:
    """Open a node and its pages."""
    node = open_node(folder)
    app = create_app(cast("Node", node))
    app.testing = True
    yield Range(node, app.test_client())
    node.close()
