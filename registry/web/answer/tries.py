"""How often one network address may send something, counted for the whole node; may be lost.

The address itself is not kept: the count stands under its fingerprint, which a secret of the
process would not outlive, so it is a plain one, and forgotten within a day.
"""

import hashlib
from collections.abc import Sequence

from flask import request

from registry.accounts.limits import SCHEME, StateStorage
from registry.web.answer.admission import client_of
from registry.web.site.node import current_node
from vocab.errors import UnreachableError

Limits = Sequence[tuple[int, int]]
"""Seconds of a window, and how many of one address it takes."""


def is_too_often(kind: str, limits: Limits) -> bool:
    """Count what the network address of the request sends; tell whether it is more than is taken.

    Args:
        kind: what is sent, in one word of ASCII.
        limits: how much is taken.

    Raises:
        UnreachableError: it cannot be counted.
    """
    client = client_of(request.remote_addr or "") or "this machine"
    storage = StateStorage(f"{SCHEME}://", database=current_node().state.database)
    key = hashlib.sha256(f"{kind} {client}".encode()).hexdigest()[:32]
    try:
        counts = [storage.incr(f"{kind}-{window}-{key}", window) for window, _most in limits]
    except storage.base_exceptions as error:
        raise UnreachableError("what is sent cannot be counted for now: try later") from error
    return any(count > most for count, (_window, most) in zip(counts, limits, strict=True))
