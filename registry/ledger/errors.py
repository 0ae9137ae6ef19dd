"""What can go wrong with the ledger."""

from vocab.errors import MaillageError, UsageError


class LedgerError(MaillageError):
    """The ledger refuses: names what was asked, which value, and how to correct it."""


class LedgerAddressError(LedgerError, UsageError):
    """The settings give an address that is no ledger's."""


class LedgerVersionError(LedgerError):
    """The ledger was written by another version of the program."""


class TakenError(LedgerError):
    """Another source has come to hold a subject since a harvest was compared: compare again."""


class DamagedLedgerError(LedgerError):
    """The ledger's file is damaged: names the place, and what to do."""


class LockedError(LedgerError):
    """Another process holds the lock; names the holder."""
