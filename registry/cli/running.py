"""Harvests as the person at the terminal sees them: what each source is doing, how far all are."""

from dataclasses import replace
from threading import Lock

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.progress import TaskID as Row

from harvester.parallel import harvest_side_by_side
from harvester.pipeline import Options
from harvester.progress import Stage
from registry.cli.context import Settings
from registry.ledger.types import Harvest, Source
from registry.node import Node

_STAGES = {
    Stage.FETCH: ("téléchargement et lecture", "fetching and reading"),
    Stage.COMPARE: ("comparaison", "comparing"),
    Stage.CHECK: ("contrôle", "checking"),
    Stage.COMMIT: ("enregistrement", "committing"),
    Stage.PROJECT: ("SPARQL et recherche", "SPARQL and search"),
}


class Board:
    """A line for each running harvest, and one for all; safe to call from several threads."""

    def __init__(self, settings: Settings, sources: list[Source]) -> None:
        self._say = settings.say
        self._titles = {source.slug: source.title for source in sources}
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self.progress = Progress(*columns, console=settings.console, transient=True)
        self._all = self.progress.add_task(self._say("Moisson", "Harvest"), total=len(sources))
        self._rows: dict[str, Row] = {}
        self._lock = Lock()

    def enters(self, slug: str, stage: Stage) -> None:
        """Show that a source enters a stage."""
        text = f"{self._titles.get(slug, slug)}: {self._say(*_STAGES[stage])}"
        with self._lock:
            if slug not in self._rows:
                self._rows[slug] = self.progress.add_task(text, total=len(Stage) - 1)
            done = list(Stage).index(stage)
            self.progress.update(self._rows[slug], description=text, completed=done)

    def ended(self, harvest: Harvest) -> None:
        """Show that a source's harvest ended."""
        with self._lock:
            row = self._rows.pop(harvest.source, None)
            if row is not None:
                self.progress.remove_task(row)
            self.progress.advance(self._all)

    def projecting(self) -> None:
        """Show that the projections follow."""
        self.progress.update(self._all, description=self._say(*_STAGES[Stage.PROJECT]))


def harvest_all(
    node: Node, sources: list[Source], settings: Settings, options: Options, jobs: int
) -> list[Harvest]:
    """Harvest sources, several at a time, then let the projections follow."""
    board = Board(settings, sources)
    with board.progress:
        done = harvest_side_by_side(
            node.ledger,
            sources,
            jobs=jobs,
            options=replace(options, notice=board.enters),
            after=board.ended,
        )
        board.projecting()
        node.follow()
    return done
