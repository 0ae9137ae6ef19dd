"""How often somebody may try: counts that all processes of a node share, for Flask-Limiter.

They stand in the database of what a node may lose (:mod:`registry.state.database`): lost, they
begin again at nothing.
"""

import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from limits.storage import Storage

from registry.state.database import Database, metadata

SCHEME = "maillage"
_counts = sa.Table(
    "limit_count",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("hits", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.Double, nullable=False),
)


class StateStorage(Storage):
    """Counts with an end, in the node's state; the contract is that of the library ``limits``.

    Args:
        uri: ``maillage://``.
        database: where the counts stand.
        clock: the time, in seconds of the epoch; None for the machine's.
    """

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012  the library reads it so

    def __init__(
        self,
        uri: str | None = None,
        wrap_exceptions: bool = False,
        *,
        database: Database,
        clock: Callable[[], float] | None = None,
        **_options: float | str | bool,
    ) -> None:
        super().__init__(uri, wrap_exceptions)
        self._database = database
        self._clock = clock or _time

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What the database raises."""
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, in a window of ``expiry`` seconds that begins with the first; give the count."""
        now = self._clock()
        # What ends later than its window lasts was written by a clock that ran ahead.
        is_over = (_counts.c.expires <= now) | (_counts.c.expires > now + expiry)
        row = {"key": key, "hits": amount, "expires": now + expiry}
        changes: dict[str, Any] = {
            "hits": sa.case((is_over, amount), else_=_counts.c.hits + amount),
            "expires": sa.case((is_over, now + expiry), else_=_counts.c.expires),
        }
        counting = self._database.upsert(_counts, row, changes).returning(_counts.c.hits)
        count = int(self._database.run(lambda each: each.execute(counting).scalar_one()))
        if count == amount:  # a window began: those that ended make room
            self._database.write(sa.delete(_counts).where(_counts.c.expires <= now))
        return count

    def get(self, key: str) -> int:
        """Return the count of a key; 0 when its window is over."""
        row = self._row(key)
        return int(row.hits) if row else 0

    def get_expiry(self, key: str) -> float:
        """Return when a key's window ends, in seconds of the epoch; now where there is none."""
        row = self._row(key)
        return float(row.expires) if row else self._clock()

    def now_s(self) -> float:
        """Return the time that the counts go by."""
        return self._clock()

    def check(self) -> bool:
        """Whether the database answers."""
        try:
            self._database.run(lambda each: each.execute(sa.select(sa.literal(1))).scalar_one())
        except sa.exc.SQLAlchemyError:
            return False
        return True

    def reset(self) -> int | None:
        """Forget all counts; give how many there were."""
        return self._database.write(sa.delete(_counts))

    def clear(self, key: str) -> None:
        """Forget the count of a key."""
        self._database.write(sa.delete(_counts).where(_counts.c.key == key))

    def _row(self, key: str) -> Any:
        query = sa.select(_counts.c.hits, _counts.c.expires).where(
            _counts.c.key == key, _counts.c.expires > self._clock()
        )
        return self._database.run(lambda each: each.execute(query).one_or_none())


def _time() -> float:
    """The machine's time, looked up at each call: a test may have it stand."""
    return time.time()
