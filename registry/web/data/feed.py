"""Published folders, served as a static host would, with the right headers.

That of the node is at ``/feed/``, that of a pole which it hosts at ``/hote/SLUG/feed/``.

The files are those that ``registry/publish`` wrote and nothing else: no answer here is computed
from the ledger, so the feed of a live node and its copy on a web host are the same bytes.
"""

import os
import re
from pathlib import Path

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from registry.publish.pages import IMMUTABLE
from registry.web.answer.files import send_file
from registry.web.site.node import current_node
from vocab.slugs import VALID

blueprint = Blueprint("feed", __name__)

# Clients take text/* without a charset for Latin-1. A compressed dump is a file to keep, not a
# transfer coding: sent as such it would arrive unpacked under a name that says otherwise.
CONTENT_TYPES = {
    ".trig": "application/trig",
    ".ttl": "text/turtle; charset=utf-8",
    ".jsonld": "application/ld+json",
    ".rdf": "application/rdf+xml",
    ".csv": "text/csv; charset=utf-8; header=present",
    ".geojson": "application/geo+json",
    ".gz": "application/gzip",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
_ENTRY = {
    "text/html": "index.html",
    "application/trig": "stream.trig",
    "text/turtle": "catalog.ttl",
    "application/ld+json": "catalog.jsonld",
    "application/rdf+xml": "catalog.rdf",
}
# Every name that publishing gives; no hidden file, no way up, nothing that a system call minds.
_NAME = re.compile(r"(?=.{1,200}\Z)[a-z0-9][a-z0-9.-]*(?:/[a-z0-9][a-z0-9.-]*)*\Z")
_YEAR_S = 31_536_000


@blueprint.get("/feed/", strict_slashes=False)
@blueprint.get("/hote/<slug>/feed/", strict_slashes=False)
def entry(slug: str = "") -> BaseResponse:
    """Show the human page; lead a client that asks for RDF to the stream or to the catalogue.

    A redirection, because the documents name their parts relative to their own address.
    """
    if not request.path.endswith("/"):
        return redirect(f"{request.script_root}{request.path}/", 308)
    best = request.accept_mimetypes.best_match(_ENTRY) or "text/html"
    if best == "text/html":
        response: BaseResponse = _file(_folder(slug), "index.html")
    else:
        response = redirect(_ENTRY[best])
    response.vary.add("Accept")
    return response


@blueprint.get("/feed/<path:name>")
@blueprint.get("/hote/<slug>/feed/<path:name>")
def published(name: str, slug: str = "") -> Response:
    """Return a published file: conditional and partial requests as in RFC 9110."""
    return _file(_folder(slug), name)


def _folder(slug: str) -> Path:
    """Return the folder of the node's own feed, or of the feed of a pole that it hosts."""
    config = current_node().config
    if not slug:
        return config.publication
    if not VALID.match(slug):
        abort(404)
    return config.hosted / slug / "feed"


@blueprint.after_request
def _open_to_all(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match, Range"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Content-Range, Location"
    return response


def _file(folder: Path, name: str) -> Response:
    content_type = CONTENT_TYPES.get(Path(name).suffix)
    if content_type is None or not _NAME.match(name):
        abort(404)
    config = current_node().config
    path = folder / name
    try:
        response = send_file(path, content_type, config.encoded)
        is_for_ever = _never_changes(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        abort(404)
    if is_for_ever:
        response.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable"
    if name.startswith("dumps/"):
        file_name = name.rpartition("/")[2]
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _never_changes(path: Path) -> bool:
    """Whether a file ends as a full page does, which no publication writes again."""
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - len(IMMUTABLE)))
        return stream.read() == IMMUTABLE
