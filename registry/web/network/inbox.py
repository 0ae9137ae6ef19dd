"""The inbox (W3C Linked Data Notifications): a source says that it is there, or that it changed.

A request downloads nothing and writes nothing into the ledger: it marks a known source as due,
which the schedule sees, or keeps an unknown address for the operator. What is addressed to this
node is a pointer of a node above, whose mailbox is then asked.
"""

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.formats.activity import CONTEXT, Activity, read_activity
from registry.sources.lifecycle import is_active
from registry.state.inbox import upstream_key
from registry.web.access.declared import access
from registry.web.answer.admission import NOTICES, wait_s
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.language import current_lang
from registry.web.site.node import absolute, absolute_link, current_node
from vocab.errors import UsageError
from vocab.messages import translate
from vocab.redaction import public
from vocab.urls import as_asked

blueprint = Blueprint("notify", __name__)

MAX_BYTES = 65_536
_TYPES = frozenset({"application/ld+json", "application/activity+json"})
_ADVERTISED = frozenset({"home.home", "poles.pole"})
_LDP = "http://www.w3.org/ns/ldp"
_FULL_RETRY_S = 86_400


@blueprint.post("/notify")
@access(Access.PUBLIC)
def receive() -> ResponseReturnValue:
    """Take a notice: 202 when a known source is due, 201 when an address was kept."""
    if request.mimetype not in _TYPES:
        return _refused(415, _("Send JSON-LD: Content-Type: application/ld+json."))
    if left_s := wait_s(NOTICES):
        return _refused(429, _("Too many notices: wait {wait} s.", wait=left_s), left_s)
    is_long = (request.content_length or 0) > MAX_BYTES
    body = b"" if is_long else request.stream.read(MAX_BYTES + 1)
    if is_long or len(body) > MAX_BYTES:
        return _refused(413, _("A notice fits in {limit} bytes.", limit=MAX_BYTES))
    try:
        activity = read_activity(body)
    except UsageError as error:
        return _refused(400, error.message(current_lang()))
    return _accepted(activity)


@blueprint.get("/notify")
def inbox() -> Response:
    """Describe the inbox; what others sent is for the operator, so it lists nothing."""
    description = {
        "@context": _LDP,
        "@id": absolute_link(url_for(".inbox")),
        "@type": f"{_LDP}#Container",
        "contains": [],
    }
    response = _ld(jsonify(description))
    for kind in ("Resource", "Container"):
        response.headers.add("Link", f'<{_LDP}#{kind}>; rel="type"')
    return response


@blueprint.get("/notify/contraintes")
def constraints() -> Response:
    """Say what a notice must be (LDP, ``constrainedBy``)."""
    lines = (
        _("Send JSON-LD: Content-Type: application/ld+json."),
        _("A notice fits in {limit} bytes.", limit=MAX_BYTES),
        translate('"type" must be Announce or Update.', current_lang()),
        translate('"object" must be the http(s) address of the source.', current_lang()),
    )
    return Response("\n".join(map(str, lines)) + "\n", mimetype="text/plain")


@blueprint.after_request
def describe(response: Response) -> Response:
    """Say what the inbox takes, and where it is written what that must be (LDN, 3.3)."""
    if request.endpoint in {"notify.inbox", "notify.receive"}:
        response.headers["Accept-Post"] = ", ".join(sorted(_TYPES))
        rules = absolute_link(url_for(".constraints"))
        response.headers.add("Link", f'<{rules}>; rel="{_LDP}#constrainedBy"')
    return response


@blueprint.get("/notify/<name>")
def proposal(name: str) -> Response:
    """Show an address that waits, to whoever holds the answer to its notice."""
    found = current_node().state.inbox.proposal(name)
    if found is None:
        raise NotFound
    return _ld(
        jsonify(
            {
                "@context": CONTEXT,
                "id": absolute_link(url_for(".proposal", name=name)),
                "type": "Announce",
                "object": public(found.url),
                "published": found.said,
            }
        )
    )


@blueprint.after_app_request
def advertise(response: Response) -> Response:
    """Name the inbox in a Link header of the pages that senders look at (LDN, section 3.1)."""
    if request.endpoint in _ADVERTISED:
        response.headers.add("Link", f'<{absolute("/notify")}>; rel="{_LDP}#inbox"')
    return response


def _accepted(activity: Activity) -> Response:
    node, address = current_node(), activity.object
    sources = node.ledger.sources(cursors=False)
    source = next((each for each in sources if as_asked(each.url) == address), None)
    if source is not None:
        if is_active(source):
            node.state.inbox.mark_due(source.slug)
        page = absolute_link(url_for("poles.pole", slug=source.pole))
        return Response(status=202, headers={"Location": page})
    if activity.target.startswith(node.config.namespace):
        return _pointer(activity.actor)
    kept = node.state.inbox.propose(address, clock.now().isoformat(timespec="seconds"))
    if kept is None:
        return _refused(429, _("Too many addresses wait for the operator already."), _FULL_RETRY_S)
    waiting = absolute_link(url_for(".proposal", name=kept.name))
    return Response(status=201, headers={"Location": waiting})


def _pointer(actor: str) -> Response:
    """Make the node above due that says to have something for this one; forget any other's word.

    It may have it from another node, which this one does not know.
    """
    node = current_node()
    upstream = node.tickets.upstreams.of(actor)
    if upstream is not None:
        node.state.inbox.mark_due(upstream_key(upstream.url))
    return Response(status=202)


def _refused(code: int, reason: str, retry_after_s: int | None = None) -> Response:
    response = jsonify(error=reason)
    response.status_code = code
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _ld(response: Response) -> Response:
    response.mimetype = "application/ld+json"
    return response
