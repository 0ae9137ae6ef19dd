"""A table of the running harvests, for whoever asks; it may be deleted at any time.

It is no part of the ledger and promises nothing: a harvest never fails, or waits long, because the
board cannot be written. With SQLite it is a file of its own, ``runs.sqlite`` in the data folder,
so that its many small writes never wait for the ledger's; with PostgreSQL a table beside it.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import sqlalchemy as sa

from registry.runs.values import PROJECT, QUEUE, Run
from registry.settings.config import Config

_log = logging.getLogger(__name__)
_WAIT_S = 1.0
_ALIVE_S = 60.0
_meta = sa.MetaData()
_runs = sa.Table(
    "running_harvests",
    _meta,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("expected", sa.BigInteger),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("began", sa.Double, nullable=False),
    sa.Column("entered", sa.Double, nullable=False),
    sa.Column("beat", sa.Double, nullable=False),
    sa.Column("cancelled_by", sa.Text, nullable=False),
    sa.Column("trial", sa.Boolean, nullable=False),
)


def board_url(config: Config) -> str:
    """Give the SQLAlchemy URL of a node's board."""
    if config.ledger_url.startswith("postgresql"):
        return config.ledger_url
    return f"sqlite:///{config.data / 'runs.sqlite'}"


class Board:
    """The running harvests of one node; safe to use from several threads and processes."""

    def __init__(self, url: str) -> None:
        wait = {"timeout": _WAIT_S} if url.startswith("sqlite") else {}
        self._engine = sa.create_engine(url, connect_args=wait)
        self._made = False

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def running(self) -> tuple[Run, ...]:
        """Give the harvests that run, then those that wait, each in their order."""
        try:
            with self._engine.connect() as connection:
                rows = connection.execute(sa.select(_runs)).mappings().all()
        except sa.exc.DBAPIError:  # no harvest made the table yet
            return ()
        runs = (Run(**row) for row in rows)
        return tuple(sorted(runs, key=lambda run: (run.stage == QUEUE, run.position, run.source)))

    def queue(self, slugs: Iterable[str]) -> None:
        """Put sources on the board, waiting in this order, save those that run already."""
        now = time.time()
        at_work = {
            run.source
            for run in self.running()
            if run.stage != QUEUE and run.silent_s(now) < _ALIVE_S
        }
        for position, slug in enumerate(slugs, 1):
            if slug not in at_work:
                self.put(Run(slug, position, QUEUE, 0, None, 0, now, now, now))

    def leave(self, slugs: Iterable[str]) -> None:
        """Take off the board those of the sources that still wait."""
        waiting = (_runs.c.source.in_(tuple(slugs))) & (_runs.c.stage == QUEUE)
        self._write(lambda connection: connection.execute(sa.delete(_runs).where(waiting)))

    def put(self, run: Run) -> None:
        """Write how far a harvest is; what somebody asked of it stays."""
        told = asdict(run)
        del told["cancelled_by"]

        def write(connection: sa.Connection) -> None:
            mine = _runs.c.source == run.source
            if connection.execute(sa.update(_runs).where(mine).values(told)).rowcount == 0:
                connection.execute(sa.insert(_runs).values(told | {"cancelled_by": ""}))

        self._write(write)

    def erase(self, slug: str) -> None:
        """Take a harvest off the board: it ended."""
        mine = _runs.c.source == slug
        self._write(lambda connection: connection.execute(sa.delete(_runs).where(mine)))

    @contextmanager
    def projecting(self, slugs: Iterable[str]) -> Iterator[None]:
        """Show that SPARQL and search follow what sources brought, save those at work again."""
        now = time.time()
        named = set(slugs)
        rows = [
            asdict(Run(slug, 1, PROJECT, 0, None, 0, now, now, now))
            for slug in sorted(named - {run.source for run in self.running()})
        ]
        mine = _runs.c.source.in_([row["source"] for row in rows]) & (_runs.c.stage == PROJECT)
        if rows:
            self._write(lambda connection: connection.execute(sa.insert(_runs), rows))
        try:
            yield
        finally:
            if rows:
                self._write(lambda connection: connection.execute(sa.delete(_runs).where(mine)))

    def cancel(self, slug: str, who: str) -> bool:
        """Ask a harvest to end; give whether there is one."""
        asked = sa.update(_runs).where(_runs.c.source == slug).values(cancelled_by=who)
        found = 0

        def write(connection: sa.Connection) -> None:
            nonlocal found
            found = connection.execute(asked).rowcount

        self._write(write)
        return found > 0

    def cancelled_by(self, slug: str) -> str:
        """Give who wants a harvest to end; empty for nobody."""
        return next((run.cancelled_by for run in self.running() if run.source == slug), "")

    def _write(self, work: Callable[[sa.Connection], object]) -> None:
        try:
            if not self._made:
                _meta.create_all(self._engine)
                self._made = True
            with self._engine.begin() as connection:
                work(connection)
        except sa.exc.SQLAlchemyError as error:
            _log.warning("the board of running harvests cannot be written: %s", error)
