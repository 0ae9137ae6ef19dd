"""Files of the disk as a good static host sends them: conditional, in part, compressed once.

What a coding makes of a file is kept beside it in ``encoded/`` of the data folder, made when it is
first asked for; of a large file, in the background, and those who ask meanwhile get it compressed
as it is sent.
"""

import hashlib
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from registry.publish import checksums
from registry.web.answer.coding import LEAST_BYTES, Coding, accepted, coded_tag, is_compressible

_MAX_INLINE_BYTES = 2_000_000
"""Bytes that are compressed while the client waits: some hundredths of a second."""
_BLOCK = 1 << 18
_UNFINISHED = ".encoding-"
_preparing = threading.Lock()


@dataclass(frozen=True, slots=True)
class File:
    """An open file: its stream, and size, date and tag as they are whatever replaces it."""

    stream: BinaryIO
    size: int
    modified: float
    tag: str

    @classmethod
    def of(cls, stream: BinaryIO) -> "File":
        """Look at an open file."""
        found = os.fstat(stream.fileno())
        tag = f"{found.st_ino:x}-{found.st_mtime_ns:x}-{found.st_size:x}"
        return cls(stream, found.st_size, found.st_mtime, tag)


def send_file(path: Path, content_type: str, encoded: Path) -> Response:
    """Answer with a file: conditional and partial requests as in RFC 9110.

    Args:
        path: the file.
        content_type: what it is.
        encoded: folder of what codings made of files.

    Raises:
        OSError: there is no such file.
        RequestedRangeNotSatisfiable: it has no such part.
    """
    file = File.of(path.open("rb"))
    tag, size, coding = file.tag, file.size, None
    can_gain = is_compressible(content_type) and file.size >= LEAST_BYTES
    if can_gain and (coding := accepted()):
        packed = _encoded(path, file, coding, encoded)
        if packed is None:
            if "Range" not in request.headers:
                return _compressed_stream(file, content_type, coding)
            coding = None
        else:
            file.stream.close()
            file, size = packed, packed.size
            tag = coded_tag(tag, coding)
    response = _response(file, tag, content_type)
    if can_gain:
        response.vary.add("Accept-Encoding")
    if coding is not None:
        response.headers["Content-Encoding"] = coding.name
    try:
        make_conditional(response, size)
    except RequestedRangeNotSatisfiable:
        file.stream.close()
        raise
    return response


def _response(file: File, tag: str, content_type: str) -> Response:
    response = Response(
        wrap_file(request.environ, file.stream), content_type=content_type, direct_passthrough=True
    )
    response.content_length = file.size
    response.set_etag(tag)
    return _of_file(response, file)


def _compressed_stream(file: File, content_type: str, coding: Coding) -> Response:
    """Answer with a file whose compression is not prepared: neither length nor parts are known."""
    response = Response(coding.stream(_blocks(file.stream)), content_type=content_type)
    response.headers["Content-Encoding"] = coding.name
    response.vary.add("Accept-Encoding")
    response.set_etag(coded_tag(file.tag, coding), weak=True)
    _of_file(response, file).make_conditional(request)
    return response


def _of_file(response: Response, file: File) -> Response:
    response.call_on_close(file.stream.close)
    response.last_modified = file.modified  # type: ignore[assignment]  # a timestamp is taken too
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def _encoded(path: Path, file: File, coding: Coding, folder: Path) -> File | None:
    """What a coding made of a file; None when it is not made yet, or cannot be."""
    cached = folder / f"{_name_of(path)}-{file.tag}.{coding.name}"
    for attempt in range(2):
        try:
            found = File.of(cached.open("rb"))
        except OSError:
            if attempt or not _make(path, file, coding, cached):
                return None
        else:
            return File(found.stream, found.size, file.modified, found.tag)
    return None


def _make(path: Path, file: File, coding: Coding, cached: Path) -> bool:
    """Make what is missing; say whether it is there now."""
    if file.size <= _MAX_INLINE_BYTES:
        return _write(path, file, coding, cached)
    if _preparing.acquire(blocking=False):
        threading.Thread(
            target=_write_and_release, args=(path, file, coding, cached), daemon=True
        ).start()
    return False


def _write_and_release(path: Path, file: File, coding: Coding, cached: Path) -> None:
    try:
        _write(path, file, coding, cached)
    finally:
        _preparing.release()


def _write(path: Path, file: File, coding: Coding, cached: Path) -> bool:
    """Compress a file; say whether that was done: it may change meanwhile, or the disk be full."""
    try:
        cached.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=cached.parent, prefix=_UNFINISHED)
    except OSError:
        return False
    temporary = Path(name)
    try:
        with path.open("rb") as source, os.fdopen(handle, "wb") as target:
            if File.of(source).tag != file.tag:
                return False
            digest = hashlib.sha256()
            for chunk in coding.stream(_blocks(source)):
                digest.update(chunk)
                target.write(chunk)
        for older in cached.parent.glob(f"{_name_of(path)}-*.{coding.name}"):
            checksums.remove(older)
        checksums.seal(cached, digest.hexdigest())
        temporary.replace(cached)
    except OSError:
        return False
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return True


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    while block := source.read(_BLOCK):
        yield block


def _name_of(path: Path) -> str:
    return hashlib.sha256(path.as_posix().encode()).hexdigest()[:16]


# One range, in bytes; more digits than any file has bytes would only cost time.
_ONE_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-\d{1,18})\Z", re.ASCII | re.IGNORECASE)


def make_conditional(response: Response, size: int) -> None:
    """Make an answer with tag and date what the client asked for: 200, 206, 304 or 412.

    Args:
        response: the whole answer.
        size: its bytes.

    Raises:
        RequestedRangeNotSatisfiable: it has no such part.
    """
    environ = dict(request.environ)
    # Looked at below; werkzeug would take a weak tag and a later date as well.
    environ.pop("HTTP_IF_RANGE", None)
    environ.pop("HTTP_IF_MATCH", None)
    range_header = environ.pop("HTTP_RANGE", None)
    # What the client has already comes first (13.2.2): no part of it is sent.
    response.make_conditional(environ, accept_ranges=True, complete_length=size)
    if _is_another(response):
        response.status_code = 412
        response.set_data(b"")
        return
    if response.status_code == 200 and range_header and _is_one_range(response):
        environ["HTTP_RANGE"] = range_header
        response.make_conditional(environ, accept_ranges=True, complete_length=size)


def _is_another(response: Response) -> bool:
    """Whether the file is not the one that the client wants alone (RFC 9110, 13.1.1, 13.1.4)."""
    if "If-Match" in request.headers:
        wanted = request.if_match
        return not (wanted.star_tag or wanted.is_strong(response.get_etag()[0] or ""))
    limit, changed = request.if_unmodified_since, response.last_modified
    return bool(limit and changed and changed > limit)


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
