"""What versions of places are worth by today's rules, kept so that nobody waits for it.

A version is known by the hash of its content: a ledger that was restored finds its own again. What
other rules said is dropped when today's say something; what is lost is judged again.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from registry.state.database import Database, metadata
from shapes.contract import shapes_files
from shapes.quality import QualityMeasures

_log = logging.getLogger(__name__)
_PORTION = 500
"""Hashes in one question: any database takes as many."""
# To be raised when the code that judges changes what it says of the same record.
_CODE_VERSION = 1
_T = TypeVar("_T")
_judged = sa.Table(
    "judged_version",
    metadata,
    sa.Column("content", sa.LargeBinary(16), primary_key=True),
    sa.Column("rules", sa.String(16), nullable=False),
    sa.Column("completeness", sa.Float),
    sa.Column("validity", sa.Float),
    sa.Column("linkage", sa.Float),
    sa.Column("checked", sa.Text, nullable=False),
)
"""``completeness`` is null for what is no place; ``checked`` holds days, parted by blanks."""

Judgements = Mapping[str, QualityMeasures | None]
"""What versions are worth, by the hash of their content; None for what is no place."""


class Judged:
    """The versions judged so far; safe among threads, processes and machines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, contents: Iterable[str]) -> dict[str, QualityMeasures | None]:
        """Return what is known of versions by their hashes; nothing where it cannot be read."""
        found: dict[str, QualityMeasures | None] = {}
        for portion in _portions(contents):
            keys = {_key(content): content for content in portion}
            query = sa.select(_judged).where(
                _judged.c.rules == rules_fingerprint(), _judged.c.content.in_(list(keys))
            )
            found |= {
                keys[bytes(row.content)]: _measures(row) for row in self._database.read(query)
            }
        return found

    def keep(self, judgements: Judgements) -> None:
        """Keep what versions are worth; never raises: who asks again has them judged again."""
        rows = list(_rows(judgements))

        def write(connection: sa.Connection) -> None:
            connection.execute(sa.delete(_judged).where(_judged.c.rules != rules_fingerprint()))
            for portion in _portions(rows):
                mine = _judged.c.content.in_([row["content"] for row in portion])
                connection.execute(sa.delete(_judged).where(mine))
                connection.execute(sa.insert(_judged), portion)

        try:
            if rows:
                self._database.run(write)
        except sa.exc.SQLAlchemyError as error:
            _log.warning("what places are worth cannot be kept: %s", error)


@lru_cache(maxsize=1)
def rules_fingerprint() -> str:
    """Return what changes with the rules: the shapes, and the version of the code that judges."""
    found = hashlib.sha256(str(_CODE_VERSION).encode())
    for path in shapes_files():
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _portions(items: Iterable[_T]) -> Iterator[list[_T]]:
    waiting = iter(items)
    while portion := list(islice(waiting, _PORTION)):
        yield portion


def _key(content: str) -> bytes:
    return bytes.fromhex(content)[:16]


def _rows(judgements: Judgements) -> Iterator[dict[str, object]]:
    for content, found in judgements.items():
        yield {
            "content": _key(content),
            "rules": rules_fingerprint(),
            "completeness": found.completeness if found else None,
            "validity": found.validity if found else None,
            "linkage": found.linkage if found else None,
            "checked": " ".join(day.isoformat() for day in found.checked) if found else "",
        }


def _measures(row: sa.Row[Any]) -> QualityMeasures | None:
    if row.completeness is None:
        return None
    days = tuple(map(date.fromisoformat, row.checked.split()))
    return QualityMeasures(row.completeness, row.validity, row.linkage, days)
