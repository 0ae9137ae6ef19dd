"""Long answers as files: written as they are read, two at a time, so pages keep the threads."""

from collections.abc import Callable, Iterable, Iterator

from flask import Response, current_app

EXPORTS = "maillage-exports"
SEATS = 2
"""Exports at once: a whole one is seconds of work."""


def download(body: Iterable[bytes], content_type: str, name: str) -> Response:
    """Stream a file that anybody may read from anywhere.

    Raises:
        ServiceUnavailable: two others are being written.
    """
    leave: Callable[[], None] = current_app.extensions[EXPORTS].take()
    response = Response(_until(body, leave), content_type=content_type)
    response.call_on_close(leave)  # a HEAD request never starts to write
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _until(body: Iterable[bytes], leave: Callable[[], None]) -> Iterator[bytes]:
    try:
        yield from body
    finally:
        leave()
