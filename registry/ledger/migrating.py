"""Bringing a ledger that an earlier version of the program wrote up to the present schema.

A step adds columns or marks and never touches a hash: what was sealed before stays sealed as it
was, so an alteration made before a migration still shows after it.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from registry.ledger.hashing import hash_of_rows
from registry.ledger.schema import meta

_STEPS: Mapping[str, tuple[str, str]] = {
    "1": ("2", "ALTER TABLE source ADD COLUMN options TEXT DEFAULT '{}' NOT NULL"),
    "2": ("3", f"INSERT INTO meta (key, value) VALUES ('held_hash', '{hash_of_rows([])}')"),  # noqa: S608 - a hash
}
"""Version found -> version after the step, and the step, in SQL of SQLite and PostgreSQL alike."""


def migrate(connection: sa.Connection) -> None:
    """Take the steps from the version found to the present one, in the caller's transaction."""
    version = sa.select(meta.c.value).where(meta.c.key == "schema")
    while step := _STEPS.get(str(connection.execute(version).scalar())):
        after, statement = step
        connection.execute(sa.text(statement))
        connection.execute(sa.update(meta).where(meta.c.key == "schema"), {"value": after})
