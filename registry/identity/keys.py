"""The public keys of a provider, kept, and asked for again when a token names one that is new."""

import threading
import time
import warnings
from collections.abc import Callable
from typing import Any

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, Key, RSAKey, import_key

from registry.identity.documents import ask, object_of
from registry.identity.errors import ProviderError, Trouble
from registry.identity.transport import Transport

KEPT_S = 3_600.0
"""How long keys are believed, in seconds: one that was withdrawn signs no longer after that."""
_MOST = 50
_KINDS = {"R": RSAKey, "P": RSAKey, "E": ECKey}
"""First letter of an algorithm -> what its keys are."""


class Keys:
    """The keys of one provider; safe among threads."""

    def __init__(self, transport: Transport, clock: Callable[[], float] = time.monotonic) -> None:
        self._transport = transport
        self._clock = clock
        self._lock = threading.Lock()
        self._found: list[Key] = []
        self._read = (-KEPT_S, "")

    def key(self, url: str, algorithm: str, kid: object) -> Key:
        """Return the key of a signature.

        Args:
            url: where the keys are (``jwks_uri``).
            algorithm: one with a key pair.
            kid: which key the token names; None where it names none.

        Raises:
            ProviderError: there is no such key, or no single one.
        """
        with self._lock:
            is_new = self._read_if_old(url)
            fit = self._fit(algorithm, kid)
            if not fit and not is_new:
                self._ask(url)
                fit = self._fit(algorithm, kid)
        if len(fit) != 1:
            raise ProviderError(
                Trouble.UNTRUSTED, "{count} keys are {kid} for {algorithm}",
                count=len(fit), kid=kid, algorithm=algorithm,
            )  # fmt: skip
        return fit[0]

    def _read_if_old(self, url: str) -> bool:
        moment, kept = self._read
        if kept == url and self._clock() - moment < KEPT_S:
            return False
        self._ask(url)
        return True

    def _ask(self, url: str) -> None:
        found = object_of(ask(self._transport, url, {"Accept": "application/json"}), url)
        keys = found.get("keys")
        if not isinstance(keys, list):
            raise ProviderError(Trouble.UNTRUSTED, "{url} holds no keys", url=url)
        self._found = [key for each in keys[:_MOST] if (key := _imported(each)) is not None]
        self._read = (self._clock(), url)

    def _fit(self, algorithm: str, kid: object) -> list[Key]:
        kind = _KINDS[algorithm[0]]
        fit = [key for key in self._found if isinstance(key, kind)]
        fit = [key for key in fit if key.alg in (None, algorithm)]
        return fit if kid is None else [key for key in fit if key.kid == kid]


def _imported(each: Any) -> Key | None:
    """Return a key that signs; None for what is none, or of a kind or length that we do not take.

    A set may hold kinds that are newer than the library: they hide no other.
    """
    if not isinstance(each, dict) or each.get("use", "sig") != "sig":
        return None
    if each.get("kty") not in ("RSA", "EC"):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error", SecurityWarning)  # keys that are too short
        try:
            return import_key(each)
        except (JoseError, SecurityWarning, ValueError, TypeError, KeyError):
            return None
