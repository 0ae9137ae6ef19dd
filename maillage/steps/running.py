"""Harvests as the person at the terminal sees them: what each source is doing, how far all are."""

import os
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from threading import Lock

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.progress import TaskID as Row
from rich.table import Column

from harvester.errors import UnknownKindError
from harvester.parsing import expect
from harvester.run.board import OnBoard
from harvester.run.executor import Crew, Round
from harvester.run.pipeline import Options
from harvester.run.progress import Several, Stage, Unnoticed
from harvester.sources.kinds import reader_of
from maillage.steps.catching_up import catch_up
from maillage.terminal.context import Settings
from registry.ledger.ledger import Ledger
from registry.ledger.types import Source
from registry.node import Node
from registry.search.follower import Apart
from registry.state import Board, board_url
from shapes.contract import engine
from vocab.messages import Message

_STAGES = {
    Stage.DISCOVER: Message("discovering"),
    Stage.FETCH: Message("fetching"),
    Stage.PARSE: Message("reading"),
    Stage.COMPARE: Message("comparing"),
    Stage.CHECK: Message("checking"),
    Stage.HOLD: Message("holding"),
    Stage.COMMIT: Message("committing"),
    Stage.PROJECT: Message("SPARQL and search"),
}

_BAR_CELLS = 20


def _cut_to_fit() -> Column:
    """Give the column that yields where the terminal is narrow: what moves stays in sight."""
    return Column(ratio=1, no_wrap=True, overflow="ellipsis")


def _in_one_line(title: str) -> str:
    """Take out of a publisher's title what a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())


class Terminal:
    """A line for each running harvest, and one for all; safe to call from several threads."""

    def __init__(self, settings: Settings, sources: list[Source]) -> None:
        self._lang = settings.lang
        self._titles = {source.slug: _in_one_line(source.title) for source in sources}
        columns = (
            TextColumn("{task.fields[title]}", markup=False, table_column=_cut_to_fit()),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=_BAR_CELLS),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        self.shown = Progress(*columns, console=settings.console, transient=True, expand=True)
        whole = settings.say("Harvest")
        self._all = self.shown.add_task("", total=len(sources), title=whole)
        self._rows: dict[str, Row] = {}
        self._stages: dict[str, Stage] = {}
        self._lock = Lock()

    def stage(self, slug: str, stage: Stage, expected: int | None = None) -> None:
        """Show that a source enters a stage: rate and time left are the stage's."""
        text = _STAGES[stage].message(self._lang)
        with self._lock:
            before = self._stages.get(slug)
            self._stages[slug] = stage
            if slug not in self._rows:
                self._rows[slug] = self.shown.add_task(
                    text, total=expected, title=self._titles.get(slug, slug)
                )
            elif before and before.is_visit and stage.is_visit and expected is None:
                self.shown.update(self._rows[slug], description=text)
            else:
                self.shown.reset(self._rows[slug], description=text, total=expected)

    def advance(self, slug: str, done: int = 0, size: int = 0) -> None:
        """Show that more records are done."""
        if done:
            self.shown.advance(self._rows[slug], done)

    def tried(self, slug: str) -> None:
        """Show nothing: dry runs have no line here."""

    def ended(self, slug: str) -> None:
        """Show that a source's harvest ended."""
        with self._lock:
            self._stages.pop(slug, None)
            row = self._rows.pop(slug, None)
            if row is not None:
                self.shown.remove_task(row)
            self.shown.advance(self._all)

    def projecting(self) -> None:
        """Show that the projections follow."""
        self.shown.update(self._all, description=_STAGES[Stage.PROJECT].message(self._lang))


class _Ahead(Unnoticed):
    """Lets the index begin with what is committed once fewer sources run than there are cores."""

    def __init__(self, ledger: Ledger, index: Apart, sources: int) -> None:
        self._ledger = ledger
        self._index = index
        self._left = sources

    def ended(self, slug: str) -> None:
        """Count a source that is done."""
        self._left -= 1
        if 0 < self._left < (os.cpu_count() or 1):
            self._index.begin(self._ledger.head())


def harvest_all(
    node: Node, sources: list[Source], settings: Settings, options: Options, jobs: int
) -> Round:
    """Harvest sources, several at a time, then let the projections follow."""
    options = replace(options, stuck_after_s=node.config.stuck_after_s)
    _make_ready(sources)
    jobs, slugs = min(jobs, len(sources)), [source.slug for source in sources]
    with (
        # Before the threads of the terminal and the connections of the board.
        closing(Crew(node.ledger, jobs=jobs, options=options)) as crew,
        closing(Apart(node.ledger, node.index)) as index,
        closing(Board(board_url(node.config))) as board,
    ):
        terminal = Terminal(settings, sources)
        board.queue(slugs)
        with terminal.shown:
            try:
                ahead = _Ahead(node.ledger, index, len(sources))
                done = crew.visit(sources, Several(terminal, OnBoard(board), ahead))
            finally:
                crew.close()
                board.leave(slugs)
            terminal.projecting()
            with board.projecting(one.source for one in done.done if one.first_seq is not None):
                behind = catch_up(node, index)
    return replace(done, behind=behind)


def _make_ready(sources: Sequence[Source]) -> None:
    """Start, load and compile what the harvests need, so that each process of a crew has it."""
    if not all(source.cursor for source in sources):
        expect()
    engine()
    for source in sources:
        with suppress(UnknownKindError):  # its harvest will say so
            reader_of(source)
