"""Two front ends of one ledger, pages and schedule: what one is asked, the other does and shows."""

import threading
import time
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from harvester.fetch.values import Policy
from harvester.run.pipeline import Options
from harvester.run.schedule import Schedule
from registry.ledger.schema import metadata as ledger_metadata
from registry.ledger.types import Harvest, Source
from registry.node import Node
from registry.settings.config import Config, Reach
from registry.state import Run
from registry.web.app import create_app
from tests.simulator import SimulatedPole, Stream, places

PAGE = "/moissons/essais/zinc"


@pytest.fixture
def nodes(ledger_url: str, tmp_path: Path) -> Iterator[tuple[Node, Node, str]]:
    """Two nodes on one ledger, and the address of its source."""
    if ledger_url:
        engine = sa.create_engine(ledger_url)
        ledger_metadata.drop_all(engine)
        engine.dispose()
    folders = ("one", "other") if ledger_url else ("both", "both")
    with SimulatedPole() as pole:
        stream = Stream(pole)
        stream.publish(*places(pole, 5))
        url = pole.url(stream.path)
        one, other = (
            Node.open(Config(data=tmp_path / name, ledger_url=ledger_url, web_trials=Reach.PRIVATE))
            for name in folders
        )
        with one, other:
            one.ledger.put_source(
                Source("zinc", "zinc", "Zinc", url, "feed", (pole.url("/id/"),), allow_private=True)
            )
            yield one, other, url


def test_a_trial_asked_at_one_is_carried_out_by_the_other_and_shown_at_both(
    nodes: tuple[Node, Node, str],
) -> None:
    one, other, _ = nodes
    pages = [create_app(node).test_client() for node in (one, other)]
    assert pages[0].post(PAGE).status_code == 303
    assert "il commence dans la minute" in pages[1].get(PAGE).text
    options = Options(policy=Policy(allow_private=True))
    with Schedule(
        other.ledger, lambda done: None, first_delay_s=3_600, look_s=0.1,
        trials=other.state.trials, options=options,
    ):  # fmt: skip
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and one.state.trials.get("zinc") is None:
            time.sleep(0.05)
    for page in pages:
        answer = page.get(f"{PAGE}.json").json
        assert answer is not None
        assert (answer["state"], answer["outcome"], answer["changes"]) == ("done", "committed", 5)
        assert page.get(f"{PAGE}/differences.rdfp").text.count("\nA ") > 5


def test_a_notice_to_one_makes_the_schedule_of_the_other_visit(
    nodes: tuple[Node, Node, str],
) -> None:
    one, other, url = nodes
    notice = {
        "@context": "https://www.w3.org/ns/activitystreams", "type": "Announce", "object": url,
    }  # fmt: skip
    sent = (
        create_app(one)
        .test_client()
        .post("/notify", json=notice, content_type="application/ld+json")
    )
    assert sent.status_code == 202
    done: list[Harvest] = []
    visited = threading.Event()

    def after(harvest: Harvest) -> None:
        done.append(harvest)
        visited.set()

    def due(planned: Collection[str]) -> tuple[str, ...]:
        return other.state.inbox.take_due(time.time(), planned)

    options = Options(policy=Policy(allow_private=True))
    with Schedule(other.ledger, after, first_delay_s=3_600, look_s=0.1, due=due, options=options):
        assert visited.wait(30)
    assert [harvest.source for harvest in done] == ["zinc"]
    assert one.ledger.head() == 5
    assert one.state.inbox.take_due(time.time() + 3_600) == ()


def test_the_harvest_of_one_is_on_the_board_of_the_other(nodes: tuple[Node, Node, str]) -> None:
    one, other, _ = nodes
    now = time.time()
    one.state.board.put(Run("zinc", 1, "check", 20, 40, 0, now, now, now))
    answer = create_app(other).test_client().get("/moissons/en-cours.json").json
    assert answer is not None
    assert [(run["source"], run["done"]) for run in answer["running"]] == [("zinc", 20)]
    assert other.state.board.cancel("zinc", "Ada")
    assert one.state.board.cancelled_by("zinc") == "Ada"
