"""The accounts in a backup of the node, one a line; no session, no link, no request."""

import json
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import sqlalchemy as sa

from registry.accounts import identities, second_factors
from registry.accounts.errors import DamagedAccountsError
from registry.accounts.schema import SCHEMA_VERSION, account, identity
from registry.accounts.store import Accounts, account_of, insert_poles
from registry.accounts.types import Roles
from registry.ledger.ledger import Ledger
from registry.settings.config import Config

_RESTORED = (1, 2, SCHEMA_VERSION)
"""Schemas that can be read."""


def lines(accounts: Accounts) -> Iterable[bytes]:
    """Stream the accounts for a backup."""
    yield json.dumps({"schema": SCHEMA_VERSION}).encode() + b"\n"
    with accounts.database.reading() as connection:
        for row in connection.execute(sa.select(account).order_by(account.c.number)).all():
            more = {
                "poles": sorted(account_of(connection, row).roles.poles),
                "identities": identities.lines_of(connection, row.number),
                "second_factor": second_factors.line_of(connection, row.number),
            }
            yield json.dumps(dict(row._mapping) | more).encode() + b"\n"


def restore(config: Config, ledger: Ledger, kept: Iterable[bytes]) -> int:
    """Fill an empty database of accounts from a backup; give how many there are.

    Raises:
        DamagedAccountsError: the lines are no accounts, or there are accounts already.
    """
    with closing(Accounts.open(config, ledger, create=True)) as accounts:
        if accounts.all():
            raise DamagedAccountsError(
                "there are accounts already: restore into an empty data folder or database"
            )
        waiting = iter(kept)
        try:
            if json.loads(next(waiting))["schema"] not in _RESTORED:
                raise _not_accounts("schema")
            with accounts.database.writing() as connection:
                return sum(_restored(connection, json.loads(line)) for line in waiting)
        except (ValueError, KeyError, TypeError, StopIteration, sa.exc.SQLAlchemyError) as error:
            raise _not_accounts(type(error).__name__) from error


def _restored(connection: sa.Connection, row: dict[str, Any]) -> int:
    values = {column.name: row[column.name] for column in account.c}
    connection.execute(sa.insert(account), values)
    insert_poles(connection, row["number"], Roles(poles=frozenset(row["poles"])))
    for each in row.get("identities", ()):  # backups of the first schema have none
        connection.execute(sa.insert(identity), each)
    second_factors.restore_line(connection, row.get("second_factor", {}))  # none before the third
    return 1


def _not_accounts(reason: str) -> DamagedAccountsError:
    return DamagedAccountsError(
        "the accounts of the backup cannot be read ({reason}): make them again (maillage account "
        "add)",
        reason=reason,
    )
