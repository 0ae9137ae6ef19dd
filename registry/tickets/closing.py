"""Tickets that a harvest answered: the field of the place has changed, or the place is gone.

Where the pole of a place moved to other addresses, its tickets go with it.
"""

from collections.abc import Callable
from itertools import groupby

from registry.ledger.ledger import Ledger
from registry.sources.succession import successor_of
from registry.tickets.store import Tickets
from registry.tickets.types import Field, State, TicketError
from registry.tickets.values import commitment, present
from vocab.records import Record

_OF_A_FIELD = (Field.HOURS, Field.CONTACT, Field.ADDRESS, Field.SERVICES)


def close_answered(tickets: Tickets, record_of: Callable[[str], Record | None], now: float) -> int:
    """Close what later harvests answered; give how many.

    Args:
        tickets: those of the node.
        record_of: the present record of an IRI in the ledger; None where it is gone.
        now: the moment, in seconds of the epoch.
    """
    closed = 0
    for place, group in groupby(tickets.waiting(now), lambda item: item[0].place):
        record = record_of(place)
        for ticket, salt, kept in group:
            state = _state(record, ticket.about, salt, kept)
            if state is None:
                continue
            try:
                tickets.close_by_harvest(ticket.number, state, now)
            except TicketError:  # answered or withdrawn meanwhile
                continue
            closed += 1
    return closed


def follow_moves(tickets: Tickets, ledger: Ledger, now: float) -> int:
    """Have tickets of places whose pole moved follow them; give how many did.

    Args:
        tickets: those of the node.
        ledger: of the node.
        now: the moment, in seconds of the epoch.
    """
    moved = 0
    for place, group in groupby(tickets.waiting(now), lambda item: item[0].place):
        source = ledger.cached_source(ledger.owner(place) or "")
        new = successor_of(ledger, place, source) if source else ""
        holder = ledger.cached_source(ledger.owner(new) or "") if new else None
        if holder is not None:
            tickets.move(place, new, holder.pole)
            moved += len(list(group))
    return moved


def _state(record: Record | None, about: Field, salt: str, kept: str) -> State | None:
    if record is None:
        return State.PLACE_GONE
    if about in _OF_A_FIELD and commitment(salt, about, present(record, about)) != kept:
        return State.CORRECTED
    return None
