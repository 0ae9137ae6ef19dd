"""What the editors of a pole said once of their sheets: what a column is, what a word means.

It spares them saying it again of the next file. Losing it costs a few choices.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from registry.state.database import Database, metadata

MOST = 2_000
"""Words that are remembered of one pole; with one more, all are forgotten."""
_LONGEST = 300
_words = sa.Table(
    "sheet_words",
    metadata,
    sa.Column("pole", sa.Text, primary_key=True),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("said", sa.Text, primary_key=True),
    sa.Column("meant", sa.Text, nullable=False),
)
_COLUMN = ""
"""Stands for the field where a column is named."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of the sheets of a pole.

    Attributes:
        columns: name of a column -> field that it is; empty: not to be read.
        values: field, text of a cell -> what it means.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)


class SheetWords:
    """The words of all poles; safe among threads, processes and machines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, pole: str) -> Remembered:
        """Return what is remembered of the sheets of a pole; nothing where it cannot be read."""
        query = sa.select(_words.c.field, _words.c.said, _words.c.meant)
        rows = self._database.read(query.where(_words.c.pole == pole))
        return Remembered(
            {row.said: row.meant for row in rows if row.field == _COLUMN},
            {(row.field, row.said): row.meant for row in rows if row.field != _COLUMN},
        )

    def remember(self, pole: str, words: Remembered) -> None:
        """Remember more of the sheets of a pole; texts that are too long are not."""
        rows = {(_COLUMN, said): meant for said, meant in words.columns.items()} | dict(
            words.values
        )
        kept = {
            key: meant for key, meant in rows.items() if max(len(key[1]), len(meant)) <= _LONGEST
        }

        def write(connection: sa.Connection) -> None:
            mine = _words.c.pole == pole
            for (name, said), meant in kept.items():
                row = {"pole": pole, "field": name, "said": said, "meant": meant}
                connection.execute(self._database.upsert(_words, row, {"meant": meant}))
            count = connection.execute(sa.select(sa.func.count()).where(mine)).scalar_one()
            if count > MOST:
                connection.execute(sa.delete(_words).where(mine))

        if kept:
            self._database.run(write)
