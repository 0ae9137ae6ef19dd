"""Pages that move while work goes on, in a real Chromium: running harvests and dry runs."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from harvester.run.board import BoardProgress
from harvester.run.pipeline import Options, harvest
from harvester.run.progress import Stage
from harvester.run.schedule import Schedule
from registry.ledger.types import Source
from registry.node import Node
from registry.settings.config import Config, Reach
from registry.state import Board, state_url
from registry.web.app import create_app
from tests.registry.web import chromium
from tests.simulator import SimulatedPole, Stream, places

pytestmark = pytest.mark.slow

RENEWED_MS = 15_000


class StepByStep(BoardProgress):
    """A harvest on the board that stops at each stage until it is let on."""

    def __init__(self, board: Board) -> None:
        super().__init__(board, every_s=0)
        self._next = threading.Semaphore(0)

    def stage(self, slug: str, stage: Stage, expected: int | None = None) -> None:
        super().stage(slug, stage, expected)
        assert self._next.acquire(timeout=60)

    def go_on(self, stages: int = 1) -> None:
        self._next.release(stages)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    with SimulatedPole() as pole:
        stream = Stream(pole)
        stream.publish(*places(pole, 5))
        source = Source(
            "zinc", "zinc", "Le Zinc", pole.url(stream.path), "feed", (pole.url("/id/"),), True
        )
        with Node.open(Config(data=tmp_path, web_trials=Reach.PRIVATE)) as opened:
            opened.ledger.put_source(source)
            yield opened


@pytest.fixture
def home(node: Node) -> Iterator[str]:
    with chromium.served(create_app(node)) as address:
        yield address


@pytest.fixture
def page(running: Browser, home: str) -> Iterator[Page]:
    witness = chromium.Witness(home)
    context = running.new_context(viewport=chromium.PHONE)  # type: ignore[arg-type]
    yield witness.watch(context.new_page())
    context.close()
    witness.assert_quiet()


def test_the_page_moves_while_a_harvest_runs(page: Page, home: str, node: Node) -> None:
    board = Board(state_url(node.config))
    steps = StepByStep(board)
    page.goto(f"{home}moissons/en-cours")
    expect(page.locator("main")).to_contain_text("Aucune lecture n’est en cours.")
    page.evaluate("window.stays = true")
    source = node.ledger.source("zinc")
    work = threading.Thread(
        target=harvest, args=(node.ledger, source), kwargs={"options": Options(progress=steps)}
    )
    work.start()
    row = page.get_by_role("row").filter(has_text="Le Zinc")
    expect(row).to_contain_text("découverte", timeout=RENEWED_MS)
    region = page.get_by_role("region", name="Lectures en cours")
    region.focus()
    region.evaluate("box => { box.scrollLeft = 40 }")
    left = region.evaluate("box => box.scrollLeft")
    assert left > 0, "a wide table scrolls in its own box on a phone"
    steps.go_on(4)
    expect(row).to_contain_text("contrôle des fiches", timeout=RENEWED_MS)
    expect(row).to_contain_text("0 / 5")
    expect(region).to_be_focused()
    assert region.evaluate("box => box.scrollLeft") == left
    assert chromium.violations(page) == []
    assert chromium.sideways(page) <= 0
    steps.go_on()
    expect(row).to_contain_text("enregistrement", timeout=RENEWED_MS)
    steps.go_on()
    expect(page.locator("main")).to_contain_text("Aucune lecture", timeout=RENEWED_MS)
    assert page.evaluate("window.stays"), "it was never reloaded"
    work.join()
    page.locator("main").get_by_role("link", name="État des sources").click()
    expect(page.get_by_role("link", name="1", exact=True)).to_be_visible()
    board.close()


def test_a_dry_run_is_asked_for_by_keyboard_and_read_where_it_was_awaited(
    page: Page, home: str, node: Node
) -> None:
    page.goto(f"{home}en/pole/zinc")
    page.get_by_role("link", name="What a harvest would change now").click()
    button = page.get_by_role("button", name="Try now")
    button.focus()
    page.keyboard.press("Enter")
    status = page.get_by_role("status")
    expect(status).to_contain_text("it starts within a minute")
    page.evaluate("window.stays = true")
    trials = node.state.trials
    with Schedule(node.ledger, lambda _: None, first_delay_s=3_600, look_s=0.1, trials=trials):
        expect(status).to_contain_text("Dry run finished.", timeout=RENEWED_MS)
    expect(page.locator("main")).to_contain_text("What a harvest would have done")
    assert page.locator(".difference dd").count() > 5
    assert page.evaluate("window.stays"), "it was never reloaded"
    examples = page.locator("details").first
    examples.locator("summary").click()
    page.wait_for_timeout(2_500)
    assert examples.get_attribute("open") is not None, "what is finished moves no more"
    assert chromium.violations(page) == []
    assert chromium.sideways(page) <= 0


def test_without_javascript_the_pages_reload(running: Browser, home: str, node: Node) -> None:
    board = Board(state_url(node.config))
    board.queue(["zinc"])
    context = running.new_context(viewport=chromium.PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{home}moissons/essais/zinc")
    page.get_by_role("button", name="Essayer maintenant").click()
    expect(page.get_by_role("status")).to_contain_text("une lecture de cette source est en cours")
    board.erase("zinc")
    node.state.trials.take(time.time())
    expect(page.get_by_role("status")).to_contain_text("attend son tour", timeout=RENEWED_MS)
    context.close()
    board.close()
