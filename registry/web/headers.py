"""Response headers: what a browser may do with a page, and how long a cache may keep it."""

import hashlib
import time
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.wrappers import Response as BaseResponse

from registry.web.language import current_lang
from registry.web.node import current_node

_CSP = (
    "default-src 'self'; script-src 'self'; style-src {styles}; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
_SLOT_S = 300  # "open now" may be this old
_STATIC_AGE_S = 31_536_000
_UNCACHED = ("static", "health", "sparql", "feed", "running", "trials", "notify")


def secure(response: Response) -> Response:
    """Say what the page may load, and that its type is what it says."""
    # The query editor injects <style> elements; its page alone allows that.
    styles = "'self' 'unsafe-inline'" if request.path == "/sparql" else "'self'"
    response.headers.setdefault("Content-Security-Policy", _CSP.format(styles=styles))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=()"
    return response


def install_cache(app: Flask) -> None:
    """Give pages an ETag made of the state of the ledger, and answer 304 before building them."""
    version = _code_version(Path(app.root_path))

    def tag() -> str:
        node = current_node()
        latest = node.ledger.harvests(None, 1)
        state = (
            version, node.ledger.head_hash(), node.index.applied(), latest[0].id if latest else 0,
            current_lang(), request.full_path, request.headers.get("Accept", ""),
            int(time.time() / _SLOT_S),
        )  # fmt: skip
        return hashlib.sha256(repr(state).encode()).hexdigest()[:32]

    @app.before_request
    def unchanged() -> BaseResponse | None:
        if not _cacheable() or not request.if_none_match:
            return None
        current = tag()
        if request.if_none_match.contains_weak(current):
            response = BaseResponse(status=304)
            response.set_etag(current, weak=True)
            return response
        return None

    @app.after_request
    def describe(response: Response) -> Response:
        if request.endpoint == "static" and request.args.get("v"):
            response.cache_control.max_age = _STATIC_AGE_S
            response.cache_control.no_cache = None
            response.cache_control.immutable = True
        elif _cacheable() and response.status_code == 200:
            response.set_etag(tag(), weak=True)
            response.headers["Cache-Control"] = "no-cache"
        return response


def _cacheable() -> bool:
    blueprint = request.blueprint or request.endpoint or ""
    return request.method in ("GET", "HEAD") and blueprint not in _UNCACHED


def _code_version(folder: Path) -> str:
    """Digest of the templates and assets, so that a new release changes every ETag."""
    digest = hashlib.sha256()
    for name in ("templates", "static", "translations"):
        for path in sorted((folder / name).rglob("*")):
            if path.is_file():
                stat = path.stat()
                digest.update(f"{path.name}{stat.st_size}{stat.st_mtime_ns}".encode())
    return digest.hexdigest()
