"""Which form of a resource to send: a suffix decides, else ``Accept`` does.

The order and the meaning of ``q`` are those of RFC 9110, section 12.5.1; ``*/*`` means HTML.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from flask import Response, redirect, request
from werkzeug.exceptions import NotAcceptable
from werkzeug.wrappers import Response as BaseResponse

from registry.formats.jsonld import jsonld
from registry.formats.national import national_object
from registry.formats.rdf import ntriples, rdfxml, turtle
from registry.search.facts import PLACE
from vocab.records import Record

LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write a record: file suffix, media type, name for people, writer."""

    suffix: str
    media_type: str
    name: str
    write: Callable[[Record], bytes]


def _plain_json(record: Record) -> bytes:
    """The national fields of a place; JSON-LD, which is JSON too, for anything else."""
    if not record.is_a(PLACE):
        return jsonld(record)
    return json.dumps(national_object(record), ensure_ascii=False, indent=1).encode()


FORMS = MappingProxyType(
    {
        form.suffix: form
        for form in (
            Form(".ttl", "text/turtle", "Turtle", turtle),
            Form(".jsonld", "application/ld+json", "JSON-LD", jsonld),
            Form(".nt", "application/n-triples", "N-Triples", ntriples),
            Form(".rdf", "application/rdf+xml", "RDF/XML", rdfxml),
            Form(".json", "application/json", "JSON", _plain_json),
        )
    }
)
_BY_TYPE = {form.media_type: form for form in FORMS.values()}


def split_suffix(path: str) -> tuple[str, Form | None]:
    """Split a path into what names the resource and the form that its suffix asks for."""
    for suffix, form in FORMS.items():
        if path.endswith(suffix):
            return path.removesuffix(suffix), form
    return path, None


def accepted_form() -> Form | None:
    """Return the form that ``Accept`` prefers; None means HTML.

    Raises:
        NotAcceptable: the client takes none of our forms, or its header cannot be read.
    """
    if not request.accept_mimetypes:
        if request.headers.get("Accept", "").strip():
            raise NotAcceptable
        return None
    offered = [HTML, *_BY_TYPE]
    best = request.accept_mimetypes.best_match(offered)
    if best is None:
        raise NotAcceptable
    return _BY_TYPE.get(best)


def send_record(record: Record, form: Form, page: str) -> Response:
    """Send a record in a form, with links to its page and licence."""
    response = Response(form.write(record), content_type=content_type(form))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return _linked(response, page, f'<{page}>; rel="alternate"; type="{HTML}"')


def see_other(address: str) -> BaseResponse:
    """Send elsewhere (303) whoever takes what ``Accept`` made us choose."""
    response = redirect(address, 303)
    response.vary.add("Accept")
    return response


def link_forms(response: Response, page: str, described_by: str) -> Response:
    """Say in headers, as in the page's head, where the other forms of it are."""
    _linked(response, page, f'<{described_by}>; rel="describedby"')
    return link_record(response, page)


def link_record(response: Response, record: str) -> Response:
    """Say in headers where the forms are of the record that a page shows.

    Args:
        response: the page.
        record: address of the page of that record, below which its forms are.
    """
    response.vary.add("Accept")
    for form in FORMS.values():
        link = f'<{record}{form.suffix}>; rel="alternate"; type="{form.media_type}"'
        response.headers.add("Link", link)
    return response


def _linked(response: Response, page: str, *links: str) -> Response:
    response.vary.add("Accept")
    for each in (f'<{page}>; rel="canonical"', f'<{LICENCE}>; rel="license"', *links):
        response.headers.add("Link", each)
    return response


def content_type(form: Form) -> str:
    """Return the media type of a form, with the coding of its characters."""
    charset = "; charset=utf-8" if form.media_type.startswith("text/") else ""
    return form.media_type + charset
