"""Response headers: what a browser may do with an answer, and how a cache keeps it."""

import hashlib

from flask import Flask, Response, request

from registry.web.answer.cache import store
from registry.web.answer.coding import encode, is_in_memory

_CSP = (
    "default-src 'self'; script-src 'self'; style-src {styles}; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
_UNCACHED = frozenset({"static", "health", "sparql", "feed", "running", "trials", "notify"})


def install_headers(app: Flask) -> None:
    """Return every answer of an application its headers, a tag of its bytes, and its coding."""
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    _secure(response)
    if not _is_tagged(response):
        return encode(response)
    # The tag is that of the bytes: it lasts as long as they do, and "open now" ages by itself.
    # It is weak, since it is the same whatever the coding.
    plain = None if "Content-Encoding" in response.headers else response.get_data()
    if plain is not None and "ETag" not in response.headers:
        response.set_etag(hashlib.sha256(plain).hexdigest()[:32], weak=True)
        response.headers["Cache-Control"] = "no-cache"
    response = encode(response)
    if plain is not None:
        store(response, plain)
    if request.if_none_match.contains_weak(response.get_etag()[0] or ""):
        return _not_modified(response)
    return response


def _secure(response: Response) -> None:
    """Say what the page may load, and that its type is what it says."""
    # The query editor injects <style> elements; only its page allows that.
    styles = "'self' 'unsafe-inline'" if request.path == "/sparql" else "'self'"
    response.headers.setdefault("Content-Security-Policy", _CSP.format(styles=styles))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=()"


def _is_tagged(response: Response) -> bool:
    """Whether an answer is a whole page or document, in memory, that may be asked for again."""
    return (
        response.status_code == 200
        and request.method in ("GET", "HEAD")
        and (request.blueprint or request.endpoint or "") not in _UNCACHED
        and is_in_memory(response)
    )


def _not_modified(response: Response) -> Response:
    """What a cache needs of the answer that it has (RFC 9110, section 15.4.5)."""
    response.status_code = 304
    response.set_data(b"")
    for name in ("Content-Encoding", "Content-Length", "Content-Type"):
        response.headers.pop(name, None)
    return response
