"""How often one network address may propose a correction."""

from limits import parse_many

from registry.tickets.types import FullError
from registry.web.answer.tries import is_too_often

LIMITS = parse_many("6 per hour; 20 per day")
"""How many proposals of one address are taken."""


def count_try() -> None:
    """Count a proposal of the network address that sends it.

    Raises:
        FullError: it has sent as many as are taken.
        UnreachableError: they cannot be counted.
    """
    if is_too_often("correction", LIMITS):
        raise FullError(
            "{hour} corrections an hour and {day} a day are taken from one network address: go on "
            "later, or write to the pole itself",
            hour=LIMITS[0].amount,
            day=LIMITS[1].amount,
        )
