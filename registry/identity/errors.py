"""Why a sign-in by a provider did not come about."""

from enum import StrEnum


class Trouble(StrEnum):
    """What people are told; the details are for the log."""

    DENIED = "denied"
    LOGIN_REQUIRED = "login-required"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"


class ProviderError(Exception):
    """A provider gave no identity that may be believed.

    Its sentence is for the log alone, and in one language: it quotes what a stranger sent. People
    are told the trouble (:mod:`registry.web.accounts.refusals`).

    Attributes:
        trouble: what people are told.
    """

    def __init__(self, trouble: Trouble, template: str, /, **values: object) -> None:
        self.trouble = trouble
        super().__init__(template.format_map({k: _shown(v) for k, v in values.items()}))


def _shown(value: object) -> str:
    """Return a stranger's text as one bounded line of a log."""
    return ascii(value)[:200]
