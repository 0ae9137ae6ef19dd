"""How often one address may send or be sent something, counted for the whole node; may be lost.

The address itself is not kept: the count stands under its fingerprint, which a secret of the
process would not outlive, so it is a plain one, and forgotten within a day.
"""

from collections.abc import Sequence

from limits import RateLimitItem
from limits.strategies import FixedWindowRateLimiter

from registry.accounts.limits import SCHEME, StateStorage
from registry.web.answer.admission import asking_address, hashed
from registry.web.site.node import current_node
from vocab.errors import UnreachableError


def is_too_often(kind: str, limits: Sequence[RateLimitItem], whom: str = "") -> bool:
    """Count what an address sends, or is sent; tell whether it is more than is taken.

    Args:
        kind: what is sent, in one word of ASCII.
        limits: how much is taken.
        whom: whom it counts; empty for the network address of the request.

    Raises:
        UnreachableError: it cannot be counted.
    """
    storage = StateStorage(f"{SCHEME}://", database=current_node().state.database)
    limiter, who = FixedWindowRateLimiter(storage), hashed(kind, whom or asking_address())
    try:
        is_taken = [limiter.hit(limit, kind, who) for limit in limits]
    except storage.base_exceptions as error:
        raise UnreachableError("what is sent cannot be counted for now: try later") from error
    return not all(is_taken)
