"""How often one network address may propose a correction."""

from registry.tickets.types import FullError
from registry.web.answer.tries import is_too_often

LIMITS = ((3_600, 6), (86_400, 20))
"""Seconds of a window, and how many proposals of one address it takes."""


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
            hour=LIMITS[0][1],
            day=LIMITS[1][1],
        )
