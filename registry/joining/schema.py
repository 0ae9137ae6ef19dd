"""The tables of requests, in SQL that SQLite and PostgreSQL both speak. Moments: epoch seconds."""

import sqlalchemy as sa

SCHEMA_VERSION = "1"
metadata = sa.MetaData()

meta = sa.Table(
    "joining_meta",
    metadata,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
request = sa.Table(
    "joining_request",
    metadata,
    sa.Column("number", sa.String(20), primary_key=True),
    sa.Column("same", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("homepage", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("mail", sa.Text, nullable=False, index=True),
    sa.Column("territory", sa.Text, nullable=False),
    sa.Column("places", sa.String(10), nullable=False),
    sa.Column("feed", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("reason", sa.String(20), nullable=False),
    sa.Column("reply", sa.Text, nullable=False),
    sa.Column("pole", sa.String(80), nullable=False),
    sa.Column("made", sa.Double, nullable=False),
    sa.Column("closed", sa.Double, nullable=False),
)
"""``same`` is the fingerprint of all that was asked while it waits, then the number."""
link = sa.Table(
    "joining_link",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column(
        "number", sa.String(20), sa.ForeignKey("joining_request.number"), nullable=False, index=True
    ),
)
"""Links by which those who asked follow a request: of each, its hash."""
