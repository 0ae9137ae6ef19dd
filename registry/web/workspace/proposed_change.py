"""A correction that somebody proposed, put into the form of its place; nothing is published."""

import re
from collections.abc import Mapping, Sequence

from flask import request

from registry.tickets.types import Field, Ticket, TicketError
from registry.web.corrections.words import FIELDS
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.node import current_node
from registry.web.workspace.fields import HOURS, Typed
from vocab.order import SEPARATOR
from vocab.phones import as_dialled
from vocab.schemes import match

_MAIL = re.compile(r"[^\s,;<>()]+@[^\s,;<>()]+")
_NUMBER = re.compile(r"\+?[0-9][0-9\s./()-]{7,}[0-9]")
_BETWEEN_DIGITS = re.compile(r"[\s./()-]+")
_PARTS = re.compile(r"[,;|\n]")
_SERVICES = "services"


def proposed_change(slug: str, iri: str, typed: Typed) -> tuple[Typed, str] | None:
    """Return a form with what ``?correction=NUMBER`` proposes, and a sentence that says so.

    Args:
        slug: pole of the form.
        iri: place of the form; a correction of another one is left out.
        typed: the form as the place is published.
    """
    number = request.args.get("correction", "")
    if not number:
        return None
    try:
        ticket = current_node().tickets.of_pole(slug, number, clock.now().timestamp())
    except TicketError:
        return None
    if ticket.place != iri:
        return None
    cells = _cells(ticket, typed.cells)
    if not cells:
        said = _(
            "Somebody proposes, about “{about}”: “{value}”. Change what has to be changed.",
            about=FIELDS[ticket.about], value=ticket.value or _("(nothing)"),
        )  # fmt: skip
        return typed, said
    said = _(
        "Somebody proposes, about “{about}”: “{value}”. It stands in the form: check it, then "
        "publish.",
        about=FIELDS[ticket.about], value=ticket.value or _("(nothing)"),
    )  # fmt: skip
    week = {} if HOURS in cells else typed.week
    return Typed(typed.cells | cells, week, is_centred=typed.is_centred), said


def _cells(ticket: Ticket, before: Mapping[str, str]) -> dict[str, str]:
    """Return what a correction proposes, by name of column; nothing where only words were sent."""
    value = ticket.value
    if not value:
        return {}
    match ticket.about:
        case Field.HOURS:
            return {HOURS: value}
        case Field.CONTACT:
            return _contact(value, before)
        case Field.ADDRESS:
            return {"adresse": value.replace("\n", ", ")}
        case Field.SERVICES:
            return _services(value, before)
        case _:
            return {}


def _contact(value: str, before: Mapping[str, str]) -> dict[str, str]:
    """Tell numbers from mail addresses; what is neither stands where a number would.

    They stand in place of the first ones, which pages propose; those behind stay.
    """
    mails, numbers = _MAIL.findall(value), _NUMBER.findall(value)
    if not mails and not numbers:
        return {"telephone": value}
    found = {"telephone": numbers, "courriels": mails}
    return {
        name: _in_front(name, given, before.get(name, "")) for name, given in found.items() if given
    }


def _in_front(name: str, given: Sequence[str], before: str) -> str:
    kept = before.split(SEPARATOR)[len(given) :]
    new = {_plain(name, one) for one in given}
    return SEPARATOR.join([*given, *(one for one in kept if one and _plain(name, one) not in new)])


def _plain(name: str, text: str) -> str:
    """Return what is the same for all spellings of a number or of a mail address."""
    return _BETWEEN_DIGITS.sub("", as_dialled(text)) if name == "telephone" else text.casefold()


def _services(value: str, before: Mapping[str, str]) -> dict[str, str]:
    """Tick the services that are named as the list names them, beside those that are stated."""
    given = [part for part in before.get(_SERVICES, "").split(SEPARATOR) if part]
    stated = {match(_SERVICES, part) for part in given}
    named = [found for part in _PARTS.split(value) if (found := match(_SERVICES, part))]
    new = [each.notation for each in named if each not in stated]
    return {_SERVICES: SEPARATOR.join([*given, *new])} if new else {}
