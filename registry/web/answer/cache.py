"""What browsers and caches are told of an answer; whole answers, kept for who asks the same again.

Kept in memory, by address and state of the node: only pages that depend on nothing but the ledger,
the index and the minute. "Open now" ages by the minute, and so does every kept answer.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from flask import Flask, Response, current_app, g, request

from registry.settings.tiles import origin_of
from registry.web.answer.coding import accepted, encode, is_in_memory
from registry.web.site import clock
from registry.web.site.node import current_node

ENDPOINTS = frozenset(
    {
        "home.home", "map.points", "map.ground_below", "places.listing", "resources.page",
        "home.coverage", "territories.territory", "network.overview", "discovery.sitemap",
        "discovery.sitemap_index",
    }
)  # fmt: skip
EXTENSION = "maillage-kept"
_KEY = "maillage_kept_key"
_OVERHEAD = 2_000
_LARGEST_SHARE = 4
_CSP = (
    "default-src 'self'; script-src 'self'; style-src {styles}; img-src {images}; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
_ONE_YEAR = "max-age=31536000"
"""Of Strict-Transport-Security; names below the site's may be other people's, and are left out."""
_UNCACHED = frozenset(
    {
        "static", "health", "sparql", "feed", "running", "trials", "notify", "checks",
        "sign_in", "second_step", "second_factor", "provider", "space",
        "own_account", "own_identity", "invitation", "recovery",
        "people",
        "pole_places", "place_form", "place_past", "place_verdict", "place_position",
        "pole_settings",
        "sheet_drop", "sheet_done", "sheet_template", "place_batch",
        "corrections", "correction", "correction_answer", "correction_desk", "mailbox",
        "joining", "joining_request", "joining_desk", "source_desk", "moves",
    }
)  # fmt: skip

State = tuple[object, ...]
Key = tuple[str, str, str]


@dataclass(slots=True)
class Answer:
    """An answer as it is sent, plain and in the codings that were asked for."""

    headers: tuple[tuple[str, str], ...]
    bodies: dict[str, bytes]

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        return _OVERHEAD + sum(map(len, self.bodies.values()))


@dataclass
class AnswerCache:
    """Answers of one state of the node, bounded in bytes; those not asked for longest go first."""

    max_bytes: int
    _state: State = ()
    _bytes: int = 0
    _answers: OrderedDict[Key, Answer] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, state: State, key: Key) -> Answer | None:
        """Return the answer kept under an address in a state."""
        with self._lock:
            if state != self._state:
                return None
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def put(self, state: State, key: Key, answer: Answer) -> None:
        """Keep an answer, or keep it in one more coding; those of other states go."""
        if _weight(key, answer) * _LARGEST_SHARE > self.max_bytes:
            return
        with self._lock:
            if state != self._state:
                self._answers.clear()
                self._state, self._bytes = state, 0
            before = self._answers.pop(key, None)
            self._bytes += _weight(key, answer) - (_weight(key, before) if before else 0)
            self._answers[key] = answer
            while self._bytes > self.max_bytes:
                self._bytes -= _weight(*self._answers.popitem(last=False))


def _weight(key: Key, answer: Answer) -> int:
    """Bytes of an answer and of what was asked, of which a client chooses the length."""
    return answer.size + sum(map(len, key))


def install_answer_cache(app: Flask, megabytes: int) -> None:
    """Give each answer its headers, a tag of its bytes and its coding; keep so many megabytes."""
    app.after_request(_finish)
    if megabytes > 0:
        app.extensions[EXTENSION] = AnswerCache(megabytes * 1_000_000)
        app.before_request(_cached_answer)


def _cached_answer() -> Response | None:
    if request.endpoint not in ENDPOINTS or request.method not in ("GET", "HEAD"):
        return None
    state, key = _state(), _key()
    setattr(g, _KEY, (state, key))
    found = _cache().get(state, key)
    if found is None:
        return None
    coding = accepted()
    name = coding.name if coding else ""
    if name not in found.bodies:
        return Response(found.bodies[""], headers=list(found.headers))
    response = Response(found.bodies[name], headers=list(found.headers))
    if name:
        response.headers["Content-Encoding"] = name
    return response


def _store(response: Response, plain: bytes) -> None:
    """Keep an answer that is about to be sent, coded or not; ``plain`` is its body uncoded."""
    request_key: tuple[State, Key] | None = g.get(_KEY)
    if request_key is None or response.status_code != 200:
        return
    bodies = {"": plain}
    if name := response.headers.get("Content-Encoding", ""):
        bodies[name] = response.get_data()
    before = _cache().get(*request_key)
    if before is not None:
        if bodies.keys() <= before.bodies.keys():
            return
        bodies = before.bodies | bodies
    headers = tuple(
        (name, value)
        for name, value in response.headers
        if name not in ("Content-Encoding", "Content-Length")
    )
    _cache().put(*request_key, Answer(headers, bodies))


def _state() -> State:
    node = current_node()
    minute = int(clock.now().timestamp() // 60)
    return node.ledger.revision(), node.index.state(), minute


def _key() -> Key:
    # Path and query apart: a decoded path may hold a question mark, a query no line end.
    query = request.query_string.decode("latin-1")
    return request.script_root, f"{request.path}\n{query}", request.headers.get("Accept", "")


def _cache() -> AnswerCache:
    found: AnswerCache = current_app.extensions[EXTENSION]
    return found


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
        _store(response, plain)
    if request.if_none_match.contains_weak(response.get_etag()[0] or ""):
        return _not_modified(response)
    return response


def _secure(response: Response) -> None:
    """Say what the page may load, and that its type is what it says."""
    # The query editor injects <style> elements; only its page allows that.
    styles = "'self' 'unsafe-inline'" if request.path == "/sparql" else "'self'"
    # The map's tiles, where the operator gives an address of some.
    images = f"'self' data: {origin_of(current_node().config.map_tiles)}".rstrip()
    policy = _CSP.format(styles=styles, images=images)
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if current_node().config.base_url.startswith("https:"):
        response.headers["Strict-Transport-Security"] = _ONE_YEAR
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
