"""Which account an identity opens: bound by issuer and subject together, by nothing else.

Names and mail addresses of a provider never come here.
"""

import sqlalchemy as sa

from registry.accounts.errors import AlreadyBoundError
from registry.accounts.schema import identity
from registry.accounts.types import Identity


def account_bound_to(connection: sa.Connection, found: Identity) -> str:
    """Return the number of the account that an identity opens; empty where it opens none."""
    query = sa.select(identity.c.account).where(_same(found))
    return connection.execute(query).scalar() or ""


def issuers_of(connection: sa.Connection, number: str) -> frozenset[str]:
    """Return the providers by whose word an account is opened."""
    query = sa.select(identity.c.issuer).where(identity.c.account == number)
    return frozenset(connection.execute(query).scalars())


def bind(connection: sa.Connection, number: str, found: Identity, now: float) -> None:
    """Have an identity open an account.

    Raises:
        AlreadyBoundError: it opens one already, or the account has another of this provider.
    """
    if account_bound_to(connection, found):
        raise AlreadyBoundError(
            "this identity is bound to an account already: unbind it there first"
        )
    if found.issuer in issuers_of(connection, number):
        raise AlreadyBoundError(
            "this account is bound to an identity already: unbind that one first"
        )
    row = {"issuer": found.issuer, "subject": found.subject, "account": number, "made": now}
    connection.execute(sa.insert(identity), row)


def unbind(connection: sa.Connection, number: str, issuer: str) -> bool:
    """Have a provider's word open an account no longer; give whether it did."""
    own = (identity.c.account == number) & (identity.c.issuer == issuer)
    return connection.execute(sa.delete(identity).where(own)).rowcount > 0


def lines_of(connection: sa.Connection, number: str) -> list[dict[str, object]]:
    """Return the identities of an account for a backup."""
    query = sa.select(identity).where(identity.c.account == number).order_by(identity.c.issuer)
    return [dict(row) for row in connection.execute(query).mappings()]


def _same(found: Identity) -> sa.ColumnElement[bool]:
    return (identity.c.issuer == found.issuer) & (identity.c.subject == found.subject)
