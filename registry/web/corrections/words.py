"""Corrections in words: what may be wrong, what the record says of it, states and reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from registry.hours_words import hours_words
from registry.search.facts import PlaceFacts, facts_of
from registry.tickets import names
from registry.tickets.outbox import SendState
from registry.tickets.types import Field, Reason, State, Ticket
from registry.web.site import clock
from registry.web.site.i18n import lazy, lazy_gettext
from registry.web.site.labels import concept_label
from registry.web.site.language import current_lang
from registry.web.site.node import current_node, page_url
from vocab.phones import as_dialled

FIELDS, REASONS = lazy(names.FIELDS), lazy(names.REASONS)
RIGHT: Mapping[Field, lazy_gettext] = {
    Field.HOURS: lazy_gettext("The right hours"),
    Field.CONTACT: lazy_gettext("The right phone number or mail address"),
    Field.ADDRESS: lazy_gettext("The right address, or where the point should be"),
    Field.SERVICES: lazy_gettext("What is offered there, or no longer is"),
    Field.CLOSED: lazy_gettext("Since when, or where it has moved"),
    Field.DUPLICATE: lazy_gettext("The name or the address of the page of the other place"),
    Field.OTHER: lazy_gettext("What is wrong, in your words"),
}
STATES: Mapping[State, lazy_gettext] = {
    State.OPEN: lazy_gettext("waiting for the pole’s answer"),
    State.ASKED: lazy_gettext("the pole asks a question"),
    State.ACCEPTED: lazy_gettext("accepted: the record changes at its source"),
    State.DECLINED: lazy_gettext("declined"),
    State.CORRECTED: lazy_gettext("closed: the record has changed on this point"),
    State.PLACE_GONE: lazy_gettext("closed: the pole withdrew the record"),
    State.EXPIRED: lazy_gettext("closed without an answer, after eleven months"),
}
NEXT: Mapping[State, lazy_gettext] = {
    State.OPEN: lazy_gettext("You have nothing to do: the pole’s answer will stand here."),
    State.ASKED: lazy_gettext("The pole goes on once you have answered."),
    State.ACCEPTED: lazy_gettext(
        "You have nothing to do: once the directory has read the new record, this page says so."
    ),
    State.EXPIRED: lazy_gettext("If the record is still wrong, propose it again."),
}
"""What follows for the author, where something does."""
SEND_STATES: Mapping[SendState, lazy_gettext] = {
    SendState.WAITING: lazy_gettext("on its way: it is tried again until it arrives"),
    SendState.DELIVERED: lazy_gettext("arrived"),
    SendState.UNDELIVERED: lazy_gettext("not delivered: the other site did not take it"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket with what pages say of it.

    Attributes:
        title: name of the place; its IRI where it is gone for good.
        page: path of its page; empty where it is gone for good.
        present: what its record says of the field now.
    """

    ticket: Ticket
    title: str
    page: str
    present: str
    about: str
    state: str
    reason: str
    made: datetime
    changed: datetime
    age_days: int


def present_words(facts: PlaceFacts, about: Field) -> str:
    """Return what a record says of a field, for people; empty where it says nothing of it."""
    match about:
        case Field.HOURS:
            said = hours_words(facts.hours, current_lang()) if facts.hours else ""
            return "\n".join(filter(None, (said, facts.hours_text)))
        case Field.CONTACT:
            return ", ".join((*map(as_dialled, facts.phones), *facts.emails))
        case Field.ADDRESS:
            town = f"{facts.postcode} {facts.commune}".strip()
            return ", ".join(filter(None, (facts.street, facts.complement, town)))
        case Field.SERVICES:
            return ", ".join(str(concept_label(iri)) for iri in facts.concepts["service"])
        case _:
            return ""


def shown(ticket: Ticket) -> Shown:
    """Return a ticket as pages show it."""
    node = current_node()
    resource = node.index.resource(ticket.place)
    record = node.ledger.record(ticket.place) if resource and not resource.gone else None
    reason = str(REASONS[Reason(ticket.reason)]) if ticket.reason else ""
    return Shown(
        ticket,
        (resource.title if resource else "") or ticket.place,
        page_url(resource.pole, resource.path) if resource else "",
        present_words(facts_of(record, current_lang()), ticket.about) if record else "",
        str(FIELDS[ticket.about]),
        str(STATES[ticket.state]),
        reason,
        datetime.fromtimestamp(ticket.made, UTC),
        datetime.fromtimestamp(ticket.changed, UTC),
        max(0, int((clock.now().timestamp() - ticket.made) // 86_400)),
    )
