"""The inbox (W3C Linked Data Notifications): a source says that it is there, or that it changed.

A request downloads nothing and writes nothing into the ledger: it marks a known source as due,
which the schedule sees, or keeps an unknown address for the operator.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.types import Access
from registry.formats.small_json import small_object
from registry.sources.lifecycle import is_active
from registry.web.access.declared import access
from registry.web.answer.admission import NOTICES, wait_s
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.language import current_lang
from registry.web.site.node import absolute, absolute_link, current_node
from vocab.errors import UsageError
from vocab.redaction import public
from vocab.urls import as_asked

blueprint = Blueprint("notify", __name__)

MAX_BYTES = 65_536
_MAX_URL = 2_048
_AS = "https://www.w3.org/ns/activitystreams"
_VERBS = frozenset({"Announce", "Update"})
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
        address = announced(body)
    except UsageError as error:
        return _refused(400, error.message(current_lang()))
    return _accepted(address)


@blueprint.get("/notify")
def inbox() -> Response:
    """Describe the inbox; what others sent is for the operator, so it lists nothing."""
    description = {"@context": _LDP, "@id": absolute_link(url_for(".inbox")), "contains": []}
    return _ld(jsonify(description))


@blueprint.get("/notify/<name>")
def proposal(name: str) -> Response:
    """Show an address that waits, to whoever holds the answer to its notice."""
    found = current_node().state.inbox.proposal(name)
    if found is None:
        raise NotFound
    return _ld(
        jsonify(
            {
                "@context": _AS,
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


def _accepted(address: str) -> Response:
    node = current_node()
    sources = node.ledger.sources(cursors=False)
    source = next((each for each in sources if as_asked(each.url) == address), None)
    if source is not None:
        if is_active(source):
            node.state.inbox.mark_due(source.slug)
        page = absolute_link(url_for("poles.pole", slug=source.pole))
        return Response(status=202, headers={"Location": page})
    kept = node.state.inbox.propose(address, clock.now().isoformat(timespec="seconds"))
    if kept is None:
        return _refused(429, _("Too many addresses wait for the operator already."), _FULL_RETRY_S)
    waiting = absolute_link(url_for(".proposal", name=kept.name))
    return Response(status=201, headers={"Location": waiting})


def _refused(code: int, reason: str, retry_after_s: int | None = None) -> Response:
    response = jsonify(error=reason)
    response.status_code = code
    response.headers["Accept-Post"] = ", ".join(sorted(_TYPES))
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _ld(response: Response) -> Response:
    response.mimetype = "application/ld+json"
    response.headers["Accept-Post"] = ", ".join(sorted(_TYPES))
    return response


def announced(body: bytes) -> str:
    """Return the address that a notice announces (``object`` of an Announce or an Update).

    Raises:
        UsageError: no JSON, too deep, another vocabulary, or no http(s) address; says which.
    """
    document = small_object(body)
    if not _speaks_as(document.get("@context")):
        raise UsageError('"@context" must name {context}.', context=_AS)
    if not _VERBS & _types(document):
        raise UsageError('"type" must be Announce or Update.')
    found = document.get("object")
    address = found.get("id", found.get("@id")) if isinstance(found, dict) else found
    if not isinstance(address, str) or not _is_address(address):
        raise UsageError('"object" must be the http(s) address of the source.')
    return as_asked(address)


def _speaks_as(context: object) -> bool:
    return _AS in (context if isinstance(context, list) else [context])


def _types(document: dict[str, Any]) -> set[str]:
    found = document.get("type", document.get("@type"))
    names = found if isinstance(found, list) else [found]
    return {name.removeprefix(f"{_AS}#") for name in names if isinstance(name, str)}


def _is_address(text: str) -> bool:
    if len(text) > _MAX_URL or not text.isascii() or any(c <= " " or c in '<>"\\' for c in text):
        return False
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
