"""Tables of a database of its own: made where they are missing, brought to the present version."""

from collections.abc import Mapping

import sqlalchemy as sa

Steps = Mapping[str, tuple[str, str]]
"""Version found -> version after the step, and the step, in SQL of SQLite and PostgreSQL alike;
empty where tables are added only."""


def prepare_tables(
    connection: sa.Connection, metadata: sa.MetaData, meta: sa.Table, version: str, steps: Steps
) -> str:
    """Make what is missing; give the version that stands there in the end, empty where none does.

    Args:
        connection: in the caller's transaction.
        metadata: all tables.
        meta: the one among them that says the version, under the key ``schema``.
        version: the present one.
        steps: how to come to it from earlier ones.
    """
    if not sa.inspect(connection).has_table(meta.name):
        metadata.create_all(connection)
        connection.execute(sa.insert(meta), {"key": "schema", "value": version})
    if _version(connection, meta) in steps:
        metadata.create_all(connection)
    return take_steps(connection, meta, steps)


def take_steps(connection: sa.Connection, meta: sa.Table, steps: Steps) -> str:
    """Take the steps from the version found; give the version that stands there in the end."""
    while step := steps.get(_version(connection, meta)):
        after, statement = step
        if statement:
            connection.execute(sa.text(statement))
        connection.execute(sa.update(meta).where(meta.c.key == "schema"), {"value": after})
    return _version(connection, meta)


def _version(connection: sa.Connection, meta: sa.Table) -> str:
    query = sa.select(meta.c.value).where(meta.c.key == "schema")
    return str(connection.execute(query).scalar() or "")
