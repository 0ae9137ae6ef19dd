"""The mailbox of a source's node: it asks here for corrections of its places, and answers them.

The address is the proof of who asks; nothing here is for people or for search engines.
"""

import json
from hashlib import sha256

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.tickets import notices
from registry.tickets.mailboxes import Sealed
from registry.tickets.notices import Answer
from registry.tickets.outbox import Sort
from registry.tickets.types import TicketError
from registry.web.access.declared import access
from registry.web.corrections.acting import BY_MAILBOX, Answered, act
from registry.web.corrections.author_page import secret_page
from registry.web.corrections.notifying import iri_of
from registry.web.site import clock
from registry.web.site.language import current_lang
from registry.web.site.node import current_node
from vocab.errors import MaillageError, UsageError
from vocab.messages import Message

blueprint = Blueprint("mailbox", __name__, url_prefix="/avis")
blueprint.after_request(secret_page)
MOST_BYTES = 65_536
"""Bytes of an answer."""


@blueprint.before_request
def refuse_where_none_are_taken() -> None:
    """Have no mailbox where the settings say so."""
    if not current_node().config.corrections_enabled:
        raise NotFound


@blueprint.get("/<slug>/<token>")
def page(slug: str, token: str) -> ResponseReturnValue:
    """Return what waits; ``?apres=CURSOR`` acknowledges what came with that cursor."""
    boxes = current_node().tickets.mailboxes
    try:
        boxes.open(slug, token)
    except TicketError as error:
        return _refused(404, error)
    bodies, cursor = boxes.take(slug, request.args.get("apres", ""), clock.now().timestamp())
    document = {
        "@context": notices.CONTEXT,
        "type": "OrderedCollectionPage",
        "orderedItems": [json.loads(body) for body in bodies],
    }
    if cursor:
        document["next"] = f"?apres={cursor}"
    response = Response(json.dumps(document, ensure_ascii=False), mimetype=notices.MEDIA_TYPE)
    response.set_etag(sha256(response.data).hexdigest()[:32])
    return response.make_conditional(request)


@blueprint.post("/<slug>/<token>")
@access(Access.PUBLIC)
def answer(slug: str, token: str) -> ResponseReturnValue:
    """Take the answer of the pole, or pass it on to the node above that asked."""
    boxes = current_node().tickets.mailboxes
    if (request.content_length or 0) > MOST_BYTES:
        return _refused(413, Message("An answer fits in {limit} bytes.", limit=MOST_BYTES))
    try:
        boxes.open(slug, token)
        said = notices.read_answer(request.stream.read(MOST_BYTES + 1))
        way = boxes.way_back(slug, said.object, said.seal)
    except TicketError as error:
        return _refused(404, error)
    except UsageError as error:
        return _refused(400, error)
    return _passed_on(said, way) if way.upstream else _answered(said)


def _passed_on(said: Answer, way: Sealed) -> Response:
    tickets = current_node().tickets
    upstream = tickets.upstreams.by_name(way.upstream)
    if upstream is None:
        return _refused(410, Message("This node asks that node above no more."))
    onward = Answer(said.object, way.seal, said.state, said.reason, said.words)
    now = clock.now().timestamp()
    tickets.outbox.put(Sort.ANSWER, upstream.url, "", onward.to_text(), now)
    return Response(status=202)


def _answered(said: Answer) -> Response:
    tickets, now = current_node().tickets, clock.now().timestamp()
    number = said.object.removeprefix(iri_of(""))
    try:
        ticket = tickets.by_number(number, now)
    except TicketError as error:
        return _refused(410, error)
    if (ticket.state, ticket.reason, ticket.reply) == (said.state, said.reason, said.words):
        return Response(status=202)  # told once more, as the answer to the first time was lost
    try:
        act(ticket, Answered(said.state, said.reason, said.words), BY_MAILBOX)
    except TicketError as error:
        return _refused(409, error)
    return Response(status=202)


def _refused(code: int, reason: MaillageError | Message) -> Response:
    sentence = reason.message(current_lang())
    body = json.dumps({"error": sentence}, ensure_ascii=False)
    return Response(body, code, mimetype="application/json")
