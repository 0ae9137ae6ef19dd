"""The ledger's tables, in SQL that SQLite and PostgreSQL both speak.

Moments are ISO 8601 text in UTC with microseconds: sortable, exact, and hashed as stored.

A step to the present schema adds columns or marks and never touches a hash: an alteration made
before a migration still shows after it.
"""

import sqlalchemy as sa

from registry.ledger.hashing import GENESIS, hash_of_rows
from registry.ledger.tables import Steps, take_steps

SCHEMA_VERSION = 4
GENERATION = "generation"
"""Key in ``meta`` of the last restoration; absent where there was none."""

metadata = sa.MetaData()

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

source = sa.Table(
    "source",
    metadata,
    sa.Column("slug", sa.String(80), primary_key=True),
    sa.Column("pole", sa.String(80), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("namespaces", sa.Text, nullable=False),
    sa.Column("allow_private", sa.Boolean, nullable=False),
    sa.Column("every_s", sa.Integer, nullable=False),
    sa.Column("cursor", sa.Text, nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Column("options", sa.Text, nullable=False, server_default="{}"),
    sa.Column("row_hash", sa.String(64), nullable=False),
)

harvest = sa.Table(
    "harvest",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("source", sa.String(80), sa.ForeignKey("source.slug"), nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("started", sa.String(32), nullable=False),
    sa.Column("ended", sa.String(32), nullable=False),
    sa.Column("first_seq", sa.BigInteger),
    sa.Column("last_seq", sa.BigInteger),
    sa.Column("report", sa.Text, nullable=False),
    sa.Column("quarantine_hash", sa.String(64), nullable=False),
    sa.Column("entry_hash", sa.String(64), nullable=False),
    sa.Index("harvest_by_source", "source", "id"),
)

change = sa.Table(
    "change",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("source", sa.String(80), sa.ForeignKey("source.slug"), nullable=False),
    sa.Column("harvest", sa.Integer, sa.ForeignKey("harvest.id"), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("time", sa.String(32), nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("entry_hash", sa.String(64), nullable=False),
    sa.Index("change_by_subject", "subject", "seq"),
)

state = sa.Table(
    "state",
    metadata,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("source", sa.String(80), sa.ForeignKey("source.slug"), nullable=False),
    sa.Column("seq", sa.BigInteger, sa.ForeignKey("change.seq"), nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Index("state_by_source", "source", "subject"),
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("source", sa.String(80), sa.ForeignKey("source.slug"), primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("harvest", sa.Integer, sa.ForeignKey("harvest.id"), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("findings", sa.Text, nullable=False),
    sa.Column("row_hash", sa.String(64), nullable=False),
)

held = sa.Table(
    "held",
    metadata,
    sa.Column("source", sa.String(80), sa.ForeignKey("source.slug"), primary_key=True),
    sa.Column("harvest", sa.Integer, sa.ForeignKey("harvest.id"), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("discarded", sa.Integer, sa.ForeignKey("harvest.id")),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("row_hash", sa.String(64), nullable=False),
)

act = sa.Table(
    "act",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("time", sa.String(32), nullable=False),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("by_whom", sa.String(40), nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("entry_hash", sa.String(64), nullable=False),
    sa.Index("act_by_subject", "about", "id"),
)
"""What people did who have an account, or the machine's own commands: the audit trail."""

_STEPS: Steps = {
    "1": ("2", "ALTER TABLE source ADD COLUMN options TEXT DEFAULT '{}' NOT NULL"),
    "2": ("3", f"INSERT INTO meta (key, value) VALUES ('held_hash', '{hash_of_rows([])}')"),  # noqa: S608 - a hash
    "3": ("4", f"INSERT INTO meta (key, value) VALUES ('act_hash', '{GENESIS}')"),  # noqa: S608 - a hash
}


def migrate(connection: sa.Connection) -> None:
    """Take the steps from the version found to the present one, in the caller's transaction."""
    take_steps(connection, meta, _STEPS)
