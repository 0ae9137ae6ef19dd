"""Whole answers, kept in memory by address and state of the node, for those who ask the same again.

Only pages that depend on nothing but the ledger, the index and the minute: "open now" ages by the
minute, and so does every kept answer.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from flask import Flask, Response, current_app, g, request

from registry.web.answer.coding import accepted
from registry.web.site import clock
from registry.web.site.node import current_node

ENDPOINTS = frozenset(
    {
        "home.home", "home.points", "home.point", "places.listing", "resources.page",
        "coverage.coverage", "discovery.sitemap", "discovery.sitemap_index",
    }
)  # fmt: skip
EXTENSION = "maillage-kept"
_KEY = "maillage_kept_key"
_OVERHEAD = 2_000
_LARGEST_SHARE = 4

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
        if answer.size * _LARGEST_SHARE > self.max_bytes:
            return
        with self._lock:
            if state != self._state:
                self._answers.clear()
                self._state, self._bytes = state, 0
            before = self._answers.pop(key, None)
            self._bytes += answer.size - (before.size if before else 0)
            self._answers[key] = answer
            while self._bytes > self.max_bytes:
                self._bytes -= self._answers.popitem(last=False)[1].size


def install_answer_cache(app: Flask, megabytes: int) -> None:
    """Have an application keep so many megabytes of answers; 0 keeps none."""
    if megabytes <= 0:
        return
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


def store(response: Response, plain: bytes) -> None:
    """Keep an answer that is about to be sent, coded or not.

    Args:
        response: the answer.
        plain: its body before any coding.
    """
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
    return request.script_root, request.full_path, request.headers.get("Accept", "")


def _cache() -> AnswerCache:
    found: AnswerCache = current_app.extensions[EXTENSION]
    return found
