"""A ticket: what somebody says is wrong about a place, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum

from vocab.errors import UnreachableError, UsageError


class Field(StrEnum):
    """What a proposal is about."""

    HOURS = "horaires"
    CONTACT = "contact"
    ADDRESS = "adresse"
    SERVICES = "services"
    CLOSED = "ferme"
    DUPLICATE = "doublon"
    OTHER = "autre"


class State(StrEnum):
    """Where a ticket stands. ``corrected``, ``withdrawn-place``: a later harvest closed it."""

    OPEN = "open"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CORRECTED = "corrected"
    PLACE_GONE = "place-gone"
    EXPIRED = "expired"


WAITING = (State.OPEN, State.ASKED)
"""States in which the pole, or the author, has something to do."""


class Reason(StrEnum):
    """Why a pole declines."""

    ALREADY_RIGHT = "already-right"
    CANNOT_VERIFY = "cannot-verify"
    NOT_OURS = "not-ours"
    ABUSE = "abuse"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes.

    Attributes:
        place: IRI of the place.
        pole: short name of the pole whose record it is.
        about: what is wrong.
        present: what the record says of it now (:func:`registry.tickets.values.present`).
        value: the right value, or words.
        evidence: how one knows; empty where nothing is said.
        mail: address for the answer; empty where none is given.
        version: SHA-256 of the record that was read; empty where it was read at another node.
    """

    place: str
    pole: str
    about: Field
    present: str
    value: str
    evidence: str = ""
    mail: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The node above where a proposal was written.

    Attributes:
        upstream: address of that node.
        object: IRI by which the node that made the correction knows it.
        reply: the seal to give back with the answer.
    """

    upstream: str
    object: str
    reply: str

    @property
    def token(self) -> str:
        """What stands for its author here: of no link's form, so it opens no page."""
        return f"{self.upstream}\n{self.object}"

    def to_row(self) -> dict[str, str]:
        """Return what is kept of it."""
        return {"upstream": self.upstream, "object": self.object, "reply": self.reply}


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket, as its pole sees it. Moments are seconds of the epoch, 0 for never.

    Attributes:
        number: random, for people; it opens nothing.
        count: how often the same was proposed.
        evidence: how those who proposed it know, in their words.
        answers: what they replied to the pole's question.
        reason: why it was declined; empty where it was not.
        reply: the pole's words.
        mailed: when the pole's contact got it by mail.
    """

    number: str
    place: str
    pole: str
    about: Field
    value: str
    state: State
    reason: str
    reply: str
    count: int
    made: float
    changed: float
    closed: float
    mailed: float
    evidence: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has something to do."""
        return self.state in WAITING


@dataclass(frozen=True, slots=True)
class Counts:
    """Tickets of a pole that wait, and how many of them for longer than thirty days."""

    open: int = 0
    old: int = 0


class TicketError(UsageError):
    """What was asked of a ticket cannot be: names the rule and the remedy."""


class FullError(UnreachableError):
    """No more is taken for a place, for a proposal or in all."""
