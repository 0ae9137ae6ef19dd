"""The ledger's rows out of one database and into another, whichever of the two it is.

A copy is one state of the ledger: it is read in one transaction, while others go on writing.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from registry.ledger.errors import LedgerError
from registry.ledger.rows import dump, sealed
from registry.ledger.schema import GENERATION, harvest, meta, metadata, source
from registry.ledger.verifying import broken_places
from vocab.messages import Message

TABLES = tuple(table.name for table in metadata.sorted_tables)
"""In the order in which they can be filled: what is referred to comes first."""
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Copy:
    """One state of a ledger, to be read while it is open."""

    connection: sa.Connection

    @property
    def columns(self) -> dict[str, list[str]]:
        """Return the columns of each table."""
        return {name: [c.name for c in metadata.tables[name].columns] for name in TABLES}

    def marks(self) -> dict[str, str]:
        """Return the schema's version and the heads of the chains."""
        return {row.key: row.value for row in self.connection.execute(sa.select(meta))}

    def lines(self, table: str) -> Iterator[bytes]:
        """Stream the rows of a table as JSON lists, one a line, in the order of its key."""
        rows = metadata.tables[table]
        query = sa.select(rows).order_by(*rows.primary_key.columns)
        found = self.connection.execution_options(yield_per=_PAGE).execute(query)
        for row in found:
            yield f"{dump([_plain(value) for value in row])}\n".encode()

    def defects(self) -> list[Message]:
        """Recompute every hash and the state, as :meth:`Ledger.verify` does."""
        return list(broken_places(self.connection))


def _plain(value: object) -> object:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def check_empty(connection: sa.Connection) -> None:
    """Refuse a database that holds anything of a ledger already.

    Raises:
        LedgerError: it does.
    """
    found = set(sa.inspect(connection).get_table_names())
    for table in (source, harvest):
        used = table.name in found and connection.execute(sa.select(table).limit(1)).first()
        if used:
            raise LedgerError(
                "a ledger with content is there already: restore into an empty data folder or "
                "database, or move that one away first"
            )


def fill(
    connection: sa.Connection,
    columns: Mapping[str, list[str]],
    lines: Mapping[str, Iterable[bytes]],
) -> None:
    """Write the tables of a copy into an empty database, with the columns that they had.

    Raises:
        LedgerError: the copy has tables or columns that no version of this program wrote.
        ValueError: a line is no row.
    """
    if unknown := columns.keys() - set(TABLES):
        raise _unknown(min(unknown))
    metadata.drop_all(connection)
    held = sa.MetaData()
    tables = [_table_of_copy(held, name, columns[name]) for name in TABLES if name in columns]
    for table in tables:
        table.create(connection)
        rows = (_row(table, line) for line in lines[table.name])
        while page := list(islice(rows, _PAGE)):
            connection.execute(sa.insert(table), page)


def _table_of_copy(held: sa.MetaData, name: str, columns: list[str]) -> sa.Table:
    """Return a table with the columns of the copy: what came later is the migration's."""
    present = metadata.tables[name]
    if unknown := set(columns) - set(present.columns.keys()):
        raise _unknown(f"{name}.{min(unknown)}")
    made = sa.Table(
        name,
        held,
        *(
            sa.Column(
                column.name,
                column.type,
                *(sa.ForeignKey(key.target_fullname) for key in column.foreign_keys),
                primary_key=column.primary_key,
                nullable=column.nullable,
                autoincrement=False,
                server_default=column.server_default,
            )
            for column in (present.columns[each] for each in columns)
        ),
    )
    for index in present.indexes:
        over = [column.name for column in index.columns]
        if {*over} <= {*columns}:
            sa.Index(index.name, *(made.columns[each] for each in over))
    return made


def _unknown(name: str) -> LedgerError:
    return LedgerError(
        "the backup holds {name}, which this program does not know: restore it with the version "
        "of Maillage that made it, or a newer one",
        name=name,
    )


def _row(table: sa.Table, line: bytes) -> dict[str, Any]:
    values = json.loads(line)
    return {
        column.name: base64.b64decode(value)
        if isinstance(column.type, sa.LargeBinary) and value is not None
        else value
        for column, value in zip(table.columns, values, strict=True)
    }


def begin_stream(connection: sa.Connection, generation: str) -> None:
    """Note that what follows is another stream than the one that readers of the ledger know."""
    connection.execute(sa.delete(meta).where(meta.c.key == GENERATION))
    connection.execute(sa.insert(meta), {"key": GENERATION, "value": sealed(generation)})
