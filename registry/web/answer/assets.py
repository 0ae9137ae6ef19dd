"""The site's own files: served from memory under the digest of all of them, compressed once.

``/static/DIGEST/NAME`` never changes, so that caches keep it for a year, and with it what a style
sheet names relative to itself. ``/static/NAME``, and the digest of another release, are the file
as it is now. The style sheet is one file, joined from those of ``css/`` in the order of names.
"""

import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from flask import Blueprint, Response, abort

from registry.web.answer.coding import LEAST_BYTES, Coding, accepted, coded_tag, is_compressible
from registry.web.answer.files import make_conditional
from registry.web.site.guide_folder import PICTURES
from registry.web.site.language import root_prefix

blueprint = Blueprint("static", __name__, url_prefix="/static")

FOLDER = Path(__file__).parent.parent / "static"
STYLES = "site.css"
_YEAR_S = 31_536_000
_RELEASE = re.compile(r"[0-9a-f]{12}\Z")
_TYPES = {
    ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml",
    ".webp": "image/webp", ".woff2": "font/woff2",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent: type, tag, bytes, and compressed bytes once they were asked for."""

    content_type: str
    tag: str
    body: bytes
    coded: dict[str, bytes] = field(default_factory=dict)

    def bytes_in(self, coding: Coding | None) -> bytes:
        """Return the bytes in a coding, made when it is first asked for."""
        if coding is None:
            return self.body
        if coding.name not in self.coded:
            self.coded[coding.name] = coding.thorough(self.body)
        return self.coded[coding.name]


def asset(name: str) -> str:
    """Return the address of a file, or of a folder, that changes when any file does."""
    return f"{root_prefix()}/static/{_release()}/{name}"


@blueprint.get("/<path:name>")
def file(name: str) -> Response:
    """Return a file: whole, in part, or not at all when the client has it."""
    release, _, rest = name.partition("/")
    known = _assets()
    found = known.get(rest) if _RELEASE.match(release) else known.get(name)
    if found is None:
        abort(404)
    can_gain = len(found.body) >= LEAST_BYTES and is_compressible(found.content_type)
    coding = accepted() if can_gain else None
    body = found.bytes_in(coding)
    response = Response(body, content_type=found.content_type)
    if coding is not None:
        response.headers["Content-Encoding"] = coding.name
    if can_gain:
        response.vary.add("Accept-Encoding")
    response.set_etag(coded_tag(found.tag, coding))
    is_current = release == _release()
    response.headers["Cache-Control"] = (
        f"public, max-age={_YEAR_S}, immutable" if is_current else "public, no-cache"
    )
    make_conditional(response, len(body))
    return response


@lru_cache(maxsize=1)
def _assets() -> Mapping[str, Asset]:
    styles = sorted((FOLDER / "css").glob("*.css"))
    files = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.rglob("*"))}
    files |= {f"guides/{path.name}": path for path in sorted(PICTURES.glob("*.webp"))}
    found = {
        name: _asset(name, path.read_bytes())
        for name, path in files.items()
        if path.is_file() and path not in styles
    }
    found[STYLES] = _asset(STYLES, b"\n".join(path.read_bytes() for path in styles))
    return MappingProxyType(found)


def _asset(name: str, body: bytes) -> Asset:
    mimetype = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "text/plain"
    content_type = f"{mimetype}; charset=utf-8" if mimetype.startswith("text/") else mimetype
    return Asset(content_type, hashlib.sha256(body).hexdigest()[:32], body)


@lru_cache(maxsize=1)
def _release() -> str:
    """The digest of all files with their names."""
    listing = "".join(f"{name}\n{found.tag}\n" for name, found in _assets().items())
    return hashlib.sha256(listing.encode()).hexdigest()[:12]
