"""The tables of tickets, in SQL that SQLite and PostgreSQL both speak. Moments: epoch seconds."""

import sqlalchemy as sa

from registry.ledger.tables import Steps

SCHEMA_VERSION = "4"
STEPS: Steps = {"1": ("2", ""), "2": ("3", ""), "3": ("4", "")}
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
published = sa.Table(
    "ticket_published",
    metadata,
    sa.Column("number", sa.String(20), sa.ForeignKey("ticket.number"), primary_key=True),
    sa.Column("salt", sa.String(64), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
)
"""Of a ticket that somebody proposed here: the salt of its public fingerprint, and the hash of the
record that its author read."""
link = sa.Table(
    "ticket_link",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("number", sa.String(20), sa.ForeignKey("ticket.number"), nullable=False, index=True),
    sa.Column("expires", sa.Double, nullable=False),
)
"""Links by which a pole without accounts answers once."""
author_link = sa.Table(
    "ticket_author_link",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("author", sa.String(64), sa.ForeignKey("ticket_author.token_hash"), nullable=False),
    sa.Column("number", sa.String(20), sa.ForeignKey("ticket.number"), nullable=False, index=True),
)
"""Further links of an author, one for each mail that answers: a hash cannot be mailed again."""
silence = sa.Table(
    "ticket_silence",
    metadata,
    sa.Column("pole", sa.String(80), primary_key=True),
    sa.Column("since", sa.Double, nullable=False),
)
"""Poles whose editors want no mail when a correction arrives."""
origin = sa.Table(
    "ticket_origin",
    metadata,
    sa.Column("token_hash", sa.String(64), sa.ForeignKey("ticket_author.token_hash"),
              primary_key=True),
    sa.Column("number", sa.String(20), sa.ForeignKey("ticket.number"), nullable=False, index=True),
    sa.Column("upstream", sa.Text, nullable=False),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("reply", sa.Text, nullable=False),
)  # fmt: skip
"""Authors who wrote at a node above: which node, what it calls their correction, and the seal with
which the answer goes back."""
mailbox = sa.Table(
    "ticket_mailbox",
    metadata,
    sa.Column("slug", sa.String(80), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("made", sa.Double, nullable=False),
)
"""Mailboxes of sources: the hash of the token in the address, and what seals are made with."""
notice = sa.Table(
    "ticket_notice",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("name", sa.String(32), nullable=False, unique=True),
    sa.Column("mailbox", sa.String(80), nullable=False, index=True),
    sa.Column("number", sa.String(20), nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("made", sa.Double, nullable=False),
    sqlite_autoincrement=True,
)
"""What waits in a mailbox until it is acknowledged; ``number`` is empty for what is passed on."""
upstream = sa.Table(
    "ticket_upstream",
    metadata,
    sa.Column("url", sa.String(400), primary_key=True),
    sa.Column("namespace", sa.Text, nullable=False),
    sa.Column("variable", sa.String(100), nullable=False),
    sa.Column("allow_private", sa.Boolean, nullable=False),
    sa.Column("cursor", sa.String(32), nullable=False),
    sa.Column("etag", sa.Text, nullable=False),
    sa.Column("asked", sa.Double, nullable=False),
    sa.Column("fault", sa.Text, nullable=False),
)
"""The nodes above whose mailboxes are asked; nothing enters the ledger through them."""
outbox = sa.Table(
    "ticket_outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("sort", sa.String(20), nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("number", sa.String(20), nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("made", sa.Double, nullable=False),
    sa.Column("due", sa.Double, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("tried", sa.Double, nullable=False),
    sa.Column("code", sa.Integer, nullable=False),
    sa.Column("location", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
"""What goes out and is tried again; ``address`` is the upstream, the source or the pole. The body
is emptied once it is delivered, or given up."""
