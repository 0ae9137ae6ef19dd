"""How often one network address may propose: counted for the whole node, where it may be lost.

The address itself is not kept: the count stands under its fingerprint, which a secret of the
process would not outlive, so it is a plain one, and forgotten within a day.
"""

import hashlib

from flask import request

from registry.accounts.limits import SCHEME, StateStorage
from registry.tickets.types import FullError
from registry.web.answer.admission import client_of
from registry.web.site.node import current_node
from vocab.errors import UnreachableError

LIMITS = ((3_600, 6), (86_400, 20))
"""Seconds of a window, and how many proposals of one address it takes."""


def count_try() -> None:
    """Count a proposal of the network address that sends it.

    Raises:
        FullError: it has sent as many as are taken.
        UnreachableError: they cannot be counted.
    """
    client = client_of(request.remote_addr or "") or "this machine"
    storage = StateStorage(f"{SCHEME}://", database=current_node().state.database)
    key = hashlib.sha256(f"correction {client}".encode()).hexdigest()[:32]
    try:
        counts = [storage.incr(f"correction-{window}-{key}", window) for window, _most in LIMITS]
    except storage.base_exceptions as error:
        raise UnreachableError("corrections cannot be counted for now") from error
    if any(count > most for count, (_window, most) in zip(counts, LIMITS, strict=True)):
        raise FullError(
            "{hour} corrections an hour and {day} a day are taken from one network address: go on "
            "later, or write to the pole itself",
            hour=LIMITS[0][1],
            day=LIMITS[1][1],
        )
