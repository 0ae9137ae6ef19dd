"""The way to the service of addresses, through the one door to the web."""

import threading
import time
from dataclasses import replace
from urllib.parse import urlencode

from harvester.fetch import Fetcher, policy_of
from registry.settings.config import Config
from registry.web.workspace.addresses import Address, AddressServiceError

_DEADLINE_S = 5.0
_MAX_BYTES = 256_000
_ANSWERS = 5
_AT_ONCE, _WAIT_S = 2, 3.0
_INTERVAL_S = 0.1
"""Ten questions a second and process; the national service allows fifty to an address."""
_LONGEST = 200
"""Characters of a question that the national service takes."""
_OK = 200


class FetchedAddresses:
    """Asks as a harvest would: judged addresses, no redirect, bounded time and bytes, few at once.

    What goes out is the address and the code of its commune: no name, no pole, no person.
    """

    def __init__(self, config: Config) -> None:
        self._url = config.addresses.url
        self._policy = replace(
            policy_of(config),
            allow_private=config.addresses.is_here,
            deadline_s=_DEADLINE_S,
            max_bytes=_MAX_BYTES,
            tries=1,
        )
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        self._pace = threading.Lock()
        self._next = 0.0

    def ask(self, address: Address) -> bytes:
        """Return the answer of the service.

        Raises:
            MaillageError: no whole answer came in time, or another one than 200.
        """
        if not self._room.acquire(timeout=_WAIT_S):
            raise AddressServiceError("too many addresses are being looked for")
        try:
            self._wait()
            with Fetcher(self._policy) as fetcher:
                answered = fetcher.ask(self._question(address), {"Accept": "application/json"})
        finally:
            self._room.release()
        if answered.status != _OK:
            raise AddressServiceError(
                "the address service answered {status}", status=answered.status
            )
        return answered.body

    def _question(self, address: Address) -> str:
        words = " ".join(f"{address.street} {address.postcode} {address.commune}".split())
        asked = {"q": words[:_LONGEST], "citycode": address.insee, "limit": _ANSWERS}
        return f"{self._url}?{urlencode(asked)}"

    def _wait(self) -> None:
        with self._pace:
            now = time.monotonic()
            at = max(now, self._next)
            self._next = at + _INTERVAL_S
        time.sleep(at - now)


def addresses_of(config: Config) -> FetchedAddresses | None:
    """Return the service of addresses, where the settings name one for editors."""
    return FetchedAddresses(config) if config.accounts_enabled and config.addresses_url else None
