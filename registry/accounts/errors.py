"""What can go wrong with accounts."""

from vocab.errors import MaillageError, UnreachableError, UsageError


class AccountsError(UsageError):
    """What was asked of an account cannot be: names the value, the rule and the remedy."""


class AlreadyBoundError(AccountsError):
    """An identity opens an account already, or an account has another one of the provider."""


class PasswordError(AccountsError):
    """A password that would be guessed, or has no sense."""


class UnsafeError(UsageError):
    """A node with accounts must not start like this: says what is unsafe, and the remedy."""


class DamagedAccountsError(MaillageError):
    """The database of accounts is damaged or another version's; nothing is begun anew."""


class BusyError(UnreachableError):
    """Too many passwords are being compared at once."""
