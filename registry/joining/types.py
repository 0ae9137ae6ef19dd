"""A request to join the network, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from vocab.errors import UnreachableError, UsageError
from vocab.messages import Message


class State(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Reason(StrEnum):
    """Why a request is declined."""

    NO_PLACE = "no-place"
    ELSEWHERE = "elsewhere"
    KNOWN = "known"
    UNVERIFIED = "unverified"
    NOT_SERIOUS = "not-serious"


REASONS: Mapping[Reason, Message] = {
    Reason.NO_PLACE: Message("it keeps no place of digital mediation"),
    Reason.ELSEWHERE: Message("another pole keeps the places of this territory: ask it first"),
    Reason.KNOWN: Message("its places are in the directory already"),
    Reason.UNVERIFIED: Message("who asks could not be verified"),
    Reason.NOT_SERIOUS: Message("this is no request to join"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for, in the name of an organisation.

    Attributes:
        name: of the organisation.
        homepage: its site; empty where it has none.
        contact: name of a person or a team; empty where none is given.
        mail: where the invitation goes.
        territory: commune or territory, in words.
        places: about how many places it keeps, in figures; empty where it does not say.
        feed: address of what it publishes itself; empty for who has no server.
        words: what else it says.
    """

    name: str
    homepage: str
    contact: str
    mail: str
    territory: str
    places: str
    feed: str
    words: str


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Moments are seconds of the epoch, 0 for never.

    Attributes:
        number: random, for people; it opens nothing.
        reason: why it was declined; empty where it was not.
        reply: the operator's words.
        pole: short name of the pole that was accepted; empty before.
    """

    number: str
    asked: Asked
    state: State
    reason: str
    reply: str
    pole: str
    made: float
    closed: float

    @property
    def is_waiting(self) -> bool:
        """Whether nobody answered yet."""
        return self.state is State.WAITING


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operator answers.

    Attributes:
        state: accepted or declined.
        reason: why it is declined; empty for one that is accepted.
        reply: words for who asked.
        pole: short name of the pole that is accepted; empty for one that is declined.
    """

    state: State
    reason: str = ""
    reply: str = ""
    pole: str = ""


class JoiningError(UsageError):
    """What was asked of a request cannot be: names the rule and the remedy."""


class FullError(UnreachableError):
    """No more is taken from an address, for an organisation or in all."""
