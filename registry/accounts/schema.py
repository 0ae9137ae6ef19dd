"""The tables of accounts, in SQL that SQLite and PostgreSQL both speak.

Moments are seconds of the epoch. Secrets that are given out (ids of sessions, links) are kept as
SHA-256 only: they have 256 random bits each.
"""

import sqlalchemy as sa

from registry.ledger.tables import Steps

SCHEMA_VERSION = 3
metadata = sa.MetaData()

meta = sa.Table(
    "account_meta",
    metadata,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
account = sa.Table(
    "account",
    metadata,
    sa.Column("number", sa.String(40), primary_key=True),
    sa.Column("login", sa.String(60), nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("mail", sa.Text, nullable=False),
    sa.Column("password", sa.Text, nullable=False),
    sa.Column("is_operator", sa.Boolean, nullable=False),
    sa.Column("made", sa.Double, nullable=False),
    sa.Column("disabled", sa.Double, nullable=False),
)
pole = sa.Table(
    "account_pole",
    metadata,
    sa.Column("account", sa.String(40), sa.ForeignKey("account.number"), primary_key=True),
    sa.Column("pole", sa.String(80), primary_key=True),
)
session = sa.Table(
    "account_session",
    metadata,
    sa.Column("id_hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(40), sa.ForeignKey("account.number"), nullable=False),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("started", sa.Double, nullable=False),
    sa.Column("seen", sa.Double, nullable=False),
    sa.Column("made", sa.Double, nullable=False),
    sa.Column("replaced", sa.Double, nullable=False),
    sa.Column("browser", sa.Text, nullable=False),
    sa.Column("id_token", sa.Text, nullable=False, server_default=""),
    sa.Index("account_session_by_name", "name"),
    sa.Index("account_session_by_account", "account"),
)
"""One row for each id. A session keeps its name while its id is replaced."""
link = sa.Table(
    "account_link",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("number", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("mail", sa.Text, nullable=False),
    sa.Column("is_operator", sa.Boolean, nullable=False),
    sa.Column("poles", sa.Text, nullable=False),
    sa.Column("by_whom", sa.String(40), nullable=False),
    sa.Column("made", sa.Double, nullable=False),
    sa.Column("expires", sa.Double, nullable=False),
)
"""Links that were given out and not used: a used one is deleted."""
failure = sa.Table(
    "account_failure",
    metadata,
    sa.Column("hour", sa.String(20), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
)
"""Sign-ins that failed, by hour and without a name, until the audit trail has their number."""
identity = sa.Table(
    "account_identity",
    metadata,
    sa.Column("issuer", sa.String(400), primary_key=True),
    sa.Column("subject", sa.String(255), primary_key=True),
    sa.Column("account", sa.String(40), sa.ForeignKey("account.number"), nullable=False),
    sa.Column("made", sa.Double, nullable=False),
    sa.UniqueConstraint("account", "issuer"),
)
"""Whom a provider of identities means, and the account that is bound to it; one of each issuer."""
authorization = sa.Table(
    "account_authorization",
    metadata,
    sa.Column("state_hash", sa.String(64), primary_key=True),
    sa.Column("browser_hash", sa.String(64), nullable=False),
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("verifier", sa.String(128), nullable=False),
    sa.Column("purpose", sa.String(20), nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("link_hash", sa.String(64), nullable=False),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("lang", sa.String(20), nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("expires", sa.Double, nullable=False),
)
"""Requests to a provider that wait for its answer; an answer deletes its request."""
second_factor = sa.Table(
    "account_second_factor",
    metadata,
    sa.Column("account", sa.String(40), sa.ForeignKey("account.number"), primary_key=True),
    sa.Column("secret", sa.String(64), nullable=False),
    sa.Column("made", sa.Double, nullable=False),
    sa.Column("last_step", sa.BigInteger, nullable=False),
)
"""Secrets of one-time codes (RFC 6238), and the time step of the last code that was taken."""
second_factor_offer = sa.Table(
    "account_second_factor_offer",
    metadata,
    sa.Column("account", sa.String(40), sa.ForeignKey("account.number"), primary_key=True),
    sa.Column("secret", sa.String(64), nullable=False),
    sa.Column("session", sa.String(40), nullable=False),
    sa.Column("made", sa.Double, nullable=False),
)
"""Secrets that were shown in a session, of which no code has been typed yet."""
recovery_code = sa.Table(
    "account_recovery_code",
    metadata,
    sa.Column("account", sa.String(40), sa.ForeignKey("account.number"), primary_key=True),
    sa.Column("code_hash", sa.String(200), primary_key=True),
)
"""Recovery codes that were given out and not used, by argon2id: a used one is deleted."""
pending_sign_in = sa.Table(
    "account_pending_sign_in",
    metadata,
    sa.Column("browser_hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(40), sa.ForeignKey("account.number"), nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("made", sa.Double, nullable=False),
)
"""Browsers in which the right password was typed, and no code yet."""
STEPS: Steps = {
    "1": ("2", "ALTER TABLE account_session ADD COLUMN id_token TEXT NOT NULL DEFAULT ''"),
    "2": ("3", ""),
}
