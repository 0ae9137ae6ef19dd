"""Long answers as files: prepared ones at once, others written as they are read, a few at a time.

What was written once is kept in ``prepared/`` of the data folder, as long as it stays true: those
who ask again get a file with a length, a tag and ranges, and it costs nothing.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flask import Response, current_app, request

from registry.publish import checksums
from registry.web.answer.files import send_file
from registry.web.site.node import current_node

EXPORTS = "maillage-exports"
SLOTS = 4
"""Exports written at once: a whole one is seconds of work."""
SMALL_ROWS = 1_000
"""Rows that are written before they are sent: a fraction of a second of work."""
MAX_PREPARED_BYTES = 2_000_000_000
"""Bytes of prepared exports, of which those asked for longest ago go first."""
_UNFINISHED = ".writing-"


@dataclass(frozen=True, slots=True)
class Export:
    """An answer as a file.

    Attributes:
        name: file name for who keeps it.
        content_type: what it is.
        state: what its bytes depend on; None when they are not to be kept.
        rows: how many records it holds, when that is known.
    """

    name: str
    content_type: str
    state: tuple[object, ...] | None = None
    rows: int | None = None


def download(body: Iterable[bytes], content_type: str, name: str) -> Response:
    """Stream a file that anybody may read from anywhere; errors: see :func:`send_export`."""
    return send_export(Export(name, content_type), lambda: body)


def send_export(export: Export, body: Callable[[], Iterable[bytes]]) -> Response:
    """Send an export: the file that it was written to before, else as it is written.

    Args:
        export: what it is.
        body: writes it, a part at a time.

    Raises:
        ServiceUnavailable: too many others are being written.
        TooManyRequests: the client has its share of those.
    """
    if export.state is not None:
        path = _path_of(export)
        with suppress(OSError):
            return send_prepared(path, export)
    release: Callable[[], None] = current_app.extensions[EXPORTS].take(request.remote_addr or "")
    if export.rows is not None and export.rows <= SMALL_ROWS:
        try:
            return _with_headers(
                Response(b"".join(body()), content_type=export.content_type), export
            )
        finally:
            release()
    chunks = body() if export.state is None else _saving(body(), path)
    response = Response(_releasing(chunks, release), content_type=export.content_type)
    response.call_on_close(release)  # a HEAD request never starts to write
    return _with_headers(response, export)


def send_prepared(path: Path, export: Export) -> Response:
    """Send a file that is there already.

    Raises:
        OSError: it is not.
    """
    response = send_file(path, export.content_type, current_node().config.encoded)
    return _with_headers(response, export)


def _with_headers(response: Response, export: Export) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{export.name}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Content-Range"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _releasing(body: Iterable[bytes], release: Callable[[], None]) -> Iterator[bytes]:
    try:
        yield from body
    finally:
        release()


def _path_of(export: Export) -> Path:
    digest = hashlib.sha256(
        repr((export.name, export.content_type, export.state)).encode()
    ).hexdigest()
    return current_node().config.prepared / digest[:32]


def _saving(body: Iterable[bytes], path: Path) -> Iterator[bytes]:
    """Give the parts of a body, writing them to a file as well; a full disk costs only the file."""
    stream, temporary = None, None
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_UNFINISHED)
        stream, temporary = os.fdopen(handle, "wb"), Path(name)
    complete, digest = False, hashlib.sha256()
    try:
        for chunk in body:
            if stream is not None:
                try:
                    digest.update(chunk)
                    stream.write(chunk)
                except OSError:
                    stream = None
            yield chunk
        complete = stream is not None
    finally:
        if temporary is not None:
            with suppress(OSError):
                if stream is not None:
                    stream.close()
                if complete:
                    checksums.seal(path, digest.hexdigest())
                    temporary.replace(path)
                    _make_room(path.parent)
            temporary.unlink(missing_ok=True)


def _make_room(folder: Path) -> None:
    """Remove the exports that were written longest ago, until the rest fits."""
    found = [(path.stat(), path) for path in folder.iterdir()]
    held = sum(stat.st_size for stat, _ in found)
    for stat, path in sorted(found, key=lambda item: item[0].st_mtime):
        if held <= MAX_PREPARED_BYTES:
            return
        checksums.remove(path)
        held -= stat.st_size
