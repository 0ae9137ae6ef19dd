"""The ledger: the append-only truth from which every projection can be rebuilt."""

from registry.ledger.errors import LedgerError, LedgerVersionError, LockedError
from registry.ledger.ledger import Ledger

__all__ = ["Ledger", "LedgerError", "LedgerVersionError", "LockedError"]
