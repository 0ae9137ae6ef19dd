"""How often one network address may propose: counted for the whole node, where it may be lost.

Counted as tries to sign in are (:mod:`registry.accounts.limits`). The address itself is not kept:
the count stands under its fingerprint, which a secret of the process would not outlive, so it is a
plain one, and forgotten within a day.
"""

from limits import parse_many
from limits.strategies import FixedWindowRateLimiter

from registry.accounts.limits import SCHEME, StateStorage
from registry.tickets.types import FullError
from registry.web.answer.admission import asking_address, hashed
from registry.web.site.node import current_node
from vocab.errors import UnreachableError

LIMITS = parse_many("6 per hour; 20 per day")
"""How many proposals of one address are taken."""


def count_try() -> None:
    """Count a proposal of the network address that sends it.

    Raises:
        FullError: it has sent as many as are taken.
        UnreachableError: they cannot be counted.
    """
    storage = StateStorage(f"{SCHEME}://", database=current_node().state.database)
    limiter, who = FixedWindowRateLimiter(storage), hashed("correction", asking_address())
    try:
        is_taken = [limiter.hit(limit, "correction", who) for limit in LIMITS]
    except storage.base_exceptions as error:
        raise UnreachableError("corrections cannot be counted for now") from error
    if not all(is_taken):
        raise FullError(
            "{hour} corrections an hour and {day} a day are taken from one network address: go on "
            "later, or write to the pole itself",
            hour=LIMITS[0].amount,
            day=LIMITS[1].amount,
        )
