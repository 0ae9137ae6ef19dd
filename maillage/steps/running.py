"""Harvests as the person at the terminal sees them: what each source is doing, how far all are."""

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.progress import TaskID as Row
from rich.table import Column

from harvester.run.cluster import Cluster
from harvester.run.executor import Processes, Round, Visits, Watcher, Workers, usual_jobs
from harvester.run.progress import Stage
from harvester.run.worker import Order
from maillage.steps.catching_up import catch_up
from maillage.terminal.context import Settings
from registry.ledger.types import Harvest, Source
from registry.names import STAGES
from registry.node import Node
from registry.search.follower import IndexFollower
from registry.settings.config import Config
from registry.state import Run
from vocab.text import one_line

_BAR_CELLS = 20


def _cut_to_fit() -> Column:
    """Return the column that yields where the terminal is narrow: what moves stays in sight."""
    return Column(ratio=1, no_wrap=True, overflow="ellipsis")


class Terminal(Watcher):
    """A line for each running harvest, and one for all.

    ``at_end`` is told how many sources are left whenever one has ended.
    """

    def __init__(
        self,
        settings: Settings,
        sources: list[Source],
        at_end: Callable[[int], None] = lambda _left: None,
    ) -> None:
        self._lang = settings.lang
        self._left = len(sources)
        self._at_end = at_end
        self._titles = {source.slug: one_line(source.title) for source in sources}
        columns = (
            TextColumn("{task.fields[title]}", markup=False, table_column=_cut_to_fit()),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=_BAR_CELLS),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        self.shown = Progress(*columns, console=settings.console, transient=True, expand=True)
        whole = settings.text("Harvest")
        self._all = self.shown.add_task("", total=len(sources), title=whole)
        self._rows: dict[str, Row] = {}
        self._entered: dict[str, float] = {}

    def show(self, run: Run) -> None:
        """Show how far a harvest is: rate and time left are those of its stage."""
        text, slug = STAGES[Stage(run.stage)].message(self._lang), run.source
        if slug not in self._rows:
            title = self._titles.get(slug, slug)
            self._rows[slug] = self.shown.add_task(text, total=run.expected, title=title)
        elif self._entered[slug] != run.entered:
            self.shown.reset(self._rows[slug], total=run.expected)
        self._entered[slug] = run.entered
        self.shown.update(
            self._rows[slug], description=text, completed=run.done, total=run.expected
        )

    def ended(self, slug: str) -> None:
        """Show that a source's harvest ended."""
        if slug in self._rows:
            self.shown.remove_task(self._rows.pop(slug))
        self.shown.advance(self._all)
        self._left -= 1
        self._at_end(self._left)

    def projecting(self) -> None:
        """Show that the projections follow."""
        self.shown.update(self._all, description=STAGES[Stage.PROJECT].message(self._lang))


def visit_by_cluster(node: Node, source: Source) -> Harvest:
    """Have the cluster of the settings harvest one source.

    Raises:
        BusyError: another harvest of this source is running.
        ClusterError: the cluster cannot be reached.
    """
    with closing(Cluster(node.config)) as cluster:
        came = Visits(node.ledger, node.state.board, cluster).make([source])
    return came.checked().done[0]


def _workers(config: Config, settings: Settings, sources: int, jobs: int | None) -> Workers:
    """Return who harvests: the cluster of the settings, else processes of this machine."""
    if config.cluster:
        return Cluster(config, jobs)
    usual = max(min(jobs or usual_jobs(), sources), 1)
    return Processes(settings.config, settings.data, usual)


def harvest_all(
    node: Node,
    sources: list[Source],
    settings: Settings,
    order: Order = Order(),  # noqa: B008  frozen
    jobs: int | None = None,
) -> Round:
    """Harvest sources, several at a time, then let the projections follow."""
    board = node.state.board
    with (
        # Both before the threads of the terminal and the connections of the board.
        closing(IndexFollower(node.ledger, node.index)) as index,
        closing(_workers(node.config, settings, len(sources), jobs)) as workers,
    ):

        def look_ahead(left: int) -> None:
            # Fewer sources run than there are cores: the index begins with what is committed.
            if 0 < left < (os.cpu_count() or 1):
                index.begin(node.ledger.head())

        terminal = Terminal(settings, sources, look_ahead)
        with terminal.shown:
            done = Visits(node.ledger, board, workers, terminal, order).make(sources)
            workers.close()
            terminal.projecting()
            with board.projecting(one.source for one in done.done if one.first_seq is not None):
                behind = catch_up(node, index)
    return replace(done, behind=behind)
