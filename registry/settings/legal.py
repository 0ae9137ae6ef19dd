"""Who answers for the site before the law (``[legal]``): what its legal notice names.

Loi n° 2004-575 (LCEN), article 1-1: publisher, who answers for what is published, host. Décret
n° 2019-768 for accessibility, whose three levels are those of the RGAA 4.1.
"""

from dataclasses import dataclass
from enum import StrEnum

from vocab.errors import UsageError


class Conformity(StrEnum):
    """How far an audit found the site to follow the RGAA; without an audit it is ``none``."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class LegalSettings:
    """The section ``[legal]`` of the settings.

    Attributes:
        publisher: the organisation that publishes the site; empty for that of ``[pole]``.
        address: its seat.
        director: who answers for what is published, as the law asks to be told.
        host: the company that hosts the site.
        host_address: its seat.
        host_phone: its number.
        accessibility: what an audit found: ``none``, ``partial`` or ``full``.
    """

    publisher: str = ""
    address: str = ""
    director: str = ""
    host: str = ""
    host_address: str = ""
    host_phone: str = ""
    accessibility: str = Conformity.NONE


def check_conformity(found: str) -> None:
    """Refuse a level that is none.

    Raises:
        UsageError: says which there are.
    """
    if found not in list(Conformity):
        raise UsageError(
            "[legal] accessibility {found!r}: use one of {choices}",
            found=found[:60],
            choices=", ".join(Conformity),
        )
