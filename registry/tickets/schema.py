"""The tables of tickets, in SQL that SQLite and PostgreSQL both speak. Moments: epoch seconds."""

import sqlalchemy as sa

SCHEMA_VERSION = "1"
metadata = sa.MetaData()

meta = sa.Table(
    "ticket_meta",
    metadata,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("number", sa.String(20), primary_key=True),
    sa.Column("same", sa.String(64), nullable=False, unique=True),
    sa.Column("place", sa.Text, nullable=False, index=True),
    sa.Column("pole", sa.String(80), nullable=False, index=True),
    sa.Column("about", sa.String(20), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("commitment", sa.String(64), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("reason", sa.String(20), nullable=False),
    sa.Column("reply", sa.Text, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("made", sa.Double, nullable=False),
    sa.Column("changed", sa.Double, nullable=False),
    sa.Column("closed", sa.Double, nullable=False),
    sa.Column("mailed", sa.Double, nullable=False),
)
"""``same`` is the fingerprint of place, field and value while it waits, then the number."""
author = sa.Table(
    "ticket_author",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("number", sa.String(20), sa.ForeignKey("ticket.number"), nullable=False, index=True),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("mail", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("made", sa.Double, nullable=False),
)
"""Those who proposed it: of each, the hash of the link they keep."""
link = sa.Table(
    "ticket_link",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("number", sa.String(20), sa.ForeignKey("ticket.number"), nullable=False, index=True),
    sa.Column("expires", sa.Double, nullable=False),
)
"""Links by which a pole without accounts answers once."""
