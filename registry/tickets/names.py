"""What may be wrong and why a pole declines, in words that pages and mails share."""

from collections.abc import Mapping

from registry.tickets.types import Field, Reason
from vocab.messages import Message

FIELDS: Mapping[Field, Message] = {
    Field.HOURS: Message("The opening hours"),
    Field.CONTACT: Message("The phone or the mail address"),
    Field.ADDRESS: Message("The address or the point on the map"),
    Field.SERVICES: Message("The services offered"),
    Field.CLOSED: Message("This place has closed"),
    Field.DUPLICATE: Message("It is the same as another place"),
    Field.OTHER: Message("Something else"),
}
REASONS: Mapping[Reason, Message] = {
    Reason.ALREADY_RIGHT: Message("what the record says is right"),
    Reason.CANNOT_VERIFY: Message("it could not be verified"),
    Reason.NOT_OURS: Message("another organisation keeps this place"),
    Reason.ABUSE: Message("this is no correction"),
}
