"""A registry with something on every page, served to a real browser."""

import time
from collections.abc import Iterator

import pytest

from harvester.checking.checker import FileChecker
from registry.history.difference import difference
from registry.ledger.cursor import Cursor
from registry.ledger.report import Report
from registry.ledger.types import Draft, Harvest, HarvestResult, Held, Kind, Outcome
from registry.node import Node, pole_identity
from registry.settings.config import Config
from registry.state import Board, Run, state_url
from registry.state.trials import Trial
from registry.web.app import create_app
from tests.registry.web import chromium
from tests.registry.web.network_of_tests import (
    NOON,
    RICH,
    SmallNode,
    add_source,
    finding,
    harvest,
    small_network,
)
from vocab.mapping import place_record

LONG = "long" * 40
REPORT = {
    "counts": {"arrived": 12_345, "created": 0, "changed": 0, "deleted": 2, "missing": 0,
               "unchanged": 12_343, "refused": 1},
    "holds": [finding() | {"code": "MED-H400"}],
    "findings": [
        finding() | {"count": 3, "samples": [finding() | {"record": f"https://x.example/{LONG}"}]}
    ],
    "requests": [
        {"url": f"https://x.example/{LONG}", "status": 200, "bytes": 123_456, "seconds": 1.2}
    ],
    "timings": {"discover": 0.1, "fetch": 1.25, "parse": 0.75, "compare": 0.01, "check": 0.5},
    "expected": 12_346, "counted": 12_345,
    "moved": {"code": "MED-H450", "message_fr": "Partie.", "message_en": "Left."},
    "missing": {"count": 3, "newly": 3, "returned": 1, "expired": 1, "grace_days": 7,
                "since": "2026-03-01T00:00:00+00:00", "next_deletion": "2026-03-08T00:00:00+00:00"},
}  # fmt: skip


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real node: the small network, 300 places on a grid, forty at Draguignan."""
    folder = tmp_path_factory.mktemp("node")
    small = small_network(folder)
    ping = add_source(small, "ping", "https://ping.example/id/", "Ping")
    many = [
        place_record(
            RICH | {"id": f"n{number}", "nom": f"Lieu numéro {number}",
                    "latitude": f"{44 + number % 17 * 0.3:.4f}",
                    "longitude": f"{0 + number // 17 * 0.3:.4f}"}, ping,
        )
        for number in range(300)
    ]  # fmt: skip
    near = [
        place_record(
            RICH | {"id": f"d{number}", "nom": f"France services numéro {number} du Haut-Var",
                    "commune": "Draguignan", "code_postal": "83300", "code_insee": "83050",
                    "latitude": f"{43.52 + number * 0.002:.4f}", "longitude": "6.4640",
                    "services": "Aide aux démarches administratives"}, ping,
        )
        for number in range(40)
    ]  # fmt: skip
    harvest(small, "ping", [*many, *near])
    under_way(small)
    small.close()
    config = Config(data=folder, base_url="http://maillage.example/",
                    namespace="http://maillage.example/id/", sample_notice=True)  # fmt: skip
    with Node.open(config) as node:
        node.follow()
        with chromium.served(
            create_app(node, checker=FileChecker(pole_identity(config)))
        ) as address:
            yield address


def under_way(node: SmallNode) -> None:
    """Hold a harvest of Zinc, leave a finished and an asked dry run, put harvests on the board."""
    known, deleted = node.ledger.known("zinc"), sorted(node.ledger.known("zinc"))[:2]
    drafts = tuple(Draft(Kind.DELETE, subject, None) for subject in deleted)
    held = Held(drafts, (), (), Cursor(), {subject: known[subject] for subject in deleted})
    result = HarvestResult(Outcome.HELD, NOON, report=REPORT, held=held)
    node.ledger.commit("zinc", result, NOON)
    trials, now = node.state.trials, time.time()
    dry_run = Harvest(0, "ping", Outcome.HELD, NOON, NOON, None, None, Report(REPORT))
    gone = tuple(node.ledger.known("ping"))[:12]
    shown = [difference(iri, node.ledger.record(iri), None) for iri in gone]
    trials.keep(Trial(dry_run, len(shown), gone[:3]), shown)
    trials.ask("zinc", now)
    board = Board(state_url(node.config))
    board.put(Run("ping", 1, "check", 120_000, 300_000, 2_000_000, now - 20, now - 10, now))
    board.queue(["zinc"])
    board.close()
