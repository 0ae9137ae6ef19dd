"""Why a sign-in by a provider did not come about."""

from enum import StrEnum

from vocab.errors import MaillageError


class Trouble(StrEnum):
    """What people are told; the details are for the log."""

    DENIED = "denied"
    LOGIN_REQUIRED = "login-required"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"


class ProviderError(MaillageError):
    """A provider gave no identity that may be believed; the sentence is for the log.

    Attributes:
        trouble: what people are told.
    """

    def __init__(self, trouble: Trouble, template: str, /, **values: object) -> None:
        self.trouble = trouble
        shown = {name: _shown(value) for name, value in values.items()}
        super().__init__(template, **shown)


def _shown(value: object) -> str:
    """Return a strangers' text as one bounded line of a log."""
    return ascii(value)[:200]
