"""What goes to a provider with somebody, and what comes back."""

import secrets
from dataclasses import dataclass, field

from registry.accounts.types import Identity


@dataclass(frozen=True, slots=True)
class Challenge:
    """What binds an answer to its request: random, and never sent together.

    Attributes:
        state: comes back with the answer.
        nonce: comes back in the ``id_token``.
        verifier: goes to the provider with the code, its hash with the request.
    """

    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)


@dataclass(frozen=True, slots=True)
class Identified:
    """Who somebody is, as a provider says it.

    Attributes:
        identity: issuer and subject: all that is kept of it.
        id_token: the proof, for signing out at the provider.
    """

    identity: Identity
    id_token: str = field(repr=False)
