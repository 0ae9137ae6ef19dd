"""Conditional and partial requests as in RFC 9110, sections 13 and 14: one part of a body, or all.

Werkzeug refuses what a server may pass over: several parts, other units, ranges that are none. Here
they are passed over, and the body is sent whole.
"""

import re

from flask import Response, request

# One range, in bytes; more digits than any file has bytes would only cost time.
_ONE_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-\d{1,18})\Z", re.ASCII | re.IGNORECASE)


def make_conditional(response: Response, size: int) -> None:
    """Make an answer with tag and date what the client asked for: 200, 206 or 304.

    Args:
        response: the whole answer.
        size: its bytes.

    Raises:
        RequestedRangeNotSatisfiable: it has no such part.
    """
    environ = dict(request.environ)
    # Looked at below; werkzeug would take a weak tag and a later date as well.
    environ.pop("HTTP_IF_RANGE", None)
    range_header = environ.pop("HTTP_RANGE", None)
    # What the client has already comes first (13.2.2): no part of it is sent.
    response.make_conditional(environ, accept_ranges=True, complete_length=size)
    if response.status_code == 200 and range_header and _is_one_range(response):
        environ["HTTP_RANGE"] = range_header
        response.make_conditional(environ, accept_ranges=True, complete_length=size)


def _is_one_range(response: Response) -> bool:
    # A range has no sense with another method (14.2).
    found = _ONE_RANGE.match(request.headers.get("Range", "").strip())
    if request.method != "GET" or not found:
        return False
    first, last = found.groups()
    if last and int(last) < int(first):
        return False
    # The tag, strong, or the date, exactly (13.1.5).
    version = request.headers.get("If-Range", "").strip()
    return not version or version in (
        response.headers.get("ETag"),
        response.headers.get("Last-Modified"),
    )
