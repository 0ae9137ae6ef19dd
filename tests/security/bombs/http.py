"""HTTP that drips, loops, grows or says what nobody may say."""

import time

from tests.security.bombs.bomb import NT, PATH, Bomb
from tests.simulator import Fault, SimulatedPole, endless, raw, redirect, status, written

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/n-triples\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_LINE = b"<urn:a> <urn:b> <urn:c> .\n"
_SLOW, _DEAF, _BROKEN = "MED-H116", "MED-H103", "MED-H107"
_DRIP_S = 0.05
_HEADER_S = 0.6  # so slow that time runs out before the hundredth, where http.client gives up
_HOP_S = 9.0  # so slow that time runs out before the last hop that is followed


def _answers(code: str, fault: Fault, patient: float | None = None, kind: str = "dump") -> Bomb:
    return Bomb(kind, code, lambda pole: pole.fail(PATH, fault), patient=patient)


def _drips(head: bytes, piece: bytes = b"x", kind: str = "dump", pause_s: float = _DRIP_S) -> Bomb:
    return _answers(_SLOW, endless(head, lambda _: piece, pause_s=pause_s), 1.5, kind)


def _pours(code: str, head: bytes, piece: bytes) -> Bomb:
    return _answers(code, endless(head, lambda _: piece))


def _loop(pole: SimulatedPole) -> None:
    pole.fail(PATH, redirect("/other"))
    pole.fail("/other", redirect(PATH))


def _growing(pole: SimulatedPole) -> None:
    pole.answer(PATH, lambda handler, _: redirect(handler.path + "x" * 10)(handler, None))


def _slow_hops(pole: SimulatedPole) -> None:
    def hop(handler: object, _: object) -> None:
        time.sleep(_HOP_S)
        redirect(f"{handler.path}/x")(handler, None)  # type: ignore[attr-defined, arg-type]

    pole.answer(PATH, hop)


HTTP: dict[str, Bomb] = {
    "status line that drips": _drips(b""),
    "headers that drip": _drips(b"HTTP/1.1 200 OK\r\nX: ", b"a"),
    "header after header": _drips(b"HTTP/1.1 200 OK\r\n", b"X: a\r\n", pause_s=_HEADER_S),
    "body that drips": _drips(_OK + b"Content-Length: 1000000\r\n\r\n", b"#"),
    "chunks that drip": _drips(_CHUNKED, b"1\r\n#\r\n"),
    "chunk size that drips": _drips(_CHUNKED, b"0"),
    "chunk extension that drips": _drips(_CHUNKED + b"1;", b"x"),
    "trailers that drip": _drips(_CHUNKED + b"0\r\n", b"X: a\r\n"),
    "gzip that drips": _drips(
        _OK + b"Content-Encoding: gzip\r\nContent-Length: 9000000\r\n\r\n\x1f\x8b\x08\x08"
        + bytes(6), b"n",
    ),
    "continue that drips": _drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "silence": _answers(_SLOW, endless(b"", lambda _: b"", pause_s=0.2), 1.5),
    "silence after the headers": _answers(
        _SLOW, endless(_OK + b"Content-Length: 9\r\n\r\n", lambda _: b"", pause_s=0.2), 1.5
    ),
    "stream that drips": _drips(_CHUNKED, b"1\r\n#\r\n", "feed"),
    "catalogue that drips": _drips(_CHUNKED, b"1\r\n#\r\n", "dcat"),
    "table that drips": _drips(_CHUNKED, b"1\r\n#\r\n", "table"),
    "sitemap that drips": _drips(_CHUNKED, b"1\r\n#\r\n", "sitemap"),
    "redirects that wait": Bomb("dump", _SLOW, _slow_hops, patient=1.5),
    "redirect to itself": _answers("MED-H110", redirect(PATH)),
    "redirect there and back": Bomb("dump", "MED-H110", _loop),
    "redirect that grows": Bomb("dump", "MED-H110", _growing),
    "redirect to another scheme": _answers("MED-H100", redirect("gopher://127.0.0.1/")),
    "redirect to data": _answers("MED-H100", redirect("data:text/turtle,<a:a>")),
    "redirect of 100 kB": _answers(_DEAF, redirect("/" + "x" * 100_000)),
    "redirect of 5 kB": _answers("MED-H100", redirect("/" + "x" * 5_000)),
    "headers without end": _pours(_DEAF, b"HTTP/1.1 200 OK\r\n", b"X: a\r\n" * 1_000),
    "a header without end": _pours(_DEAF, b"HTTP/1.1 200 OK\r\nX: ", b"a" * 100_000),
    "continue without end": _answers(
        _SLOW, endless(b"", lambda _: b"HTTP/1.1 100 Continue\r\n\r\n" * 100, pause_s=0.01), 1.5
    ),
    "a chunk extension without end": _pours(_BROKEN, _CHUNKED + b"14;", b"x" * 100_000),
    "trailers without end": _answers(
        _SLOW, endless(_CHUNKED + b"0\r\n", lambda _: b"X: a\r\n" * 100, pause_s=0.01), 1.5
    ),
    "a negative length": _answers(_BROKEN, raw(_OK + b"Content-Length: -1\r\n\r\n" + _LINE)),
    "a length of 5,000 digits": _answers(
        _BROKEN, raw(_OK + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n" + _LINE)
    ),
    "a length beyond memory": _answers(
        _BROKEN, raw(_OK + b"Content-Length: 99999999999999\r\n\r\n" + _LINE)
    ),
    "a chunk beyond memory": _answers(_BROKEN, raw(_CHUNKED + b"fffffffffffff\r\n" + _LINE)),
    "busy, come back in 9 s": _answers("MED-H109", status(429, Retry_After="9"), 1.5),
    "busy for ever": _answers("MED-H109", status(429, Retry_After="99999999")),
    "busy until 9999": _answers(
        "MED-H109", status(503, Retry_After="Fri, 31 Dec 9999 23:59:59 GMT")
    ),
    "not modified, though not asked": _answers("MED-H109", status(304)),
    "not modified stream": _answers("MED-H109", status(304), kind="feed"),
    "not modified catalogue": _answers("MED-H109", status(304), kind="dcat"),
    "not modified table": _answers("MED-H109", status(304), kind="table"),
    "not modified sitemap": _answers("MED-H109", status(304), kind="sitemap"),
    "partial content": _answers("MED-H109", status(206)),
    "teapot": _answers("MED-H109", status(418)),
    "a status beyond all": _answers(_DEAF, raw(b"HTTP/1.1 99999 X\r\n\r\n")),
    "noise": _answers(_DEAF, raw(b"\x00\xff\xfe" * 100_000)),
    "HTML as a stream": _answers(
        "MED-H219", written(lambda _: ("text/html", b"<!doctype html><p>x")), kind="feed"
    ),
    "HTML as a dump": _answers("MED-H219", written(lambda _: ("text/html", b"<html>" * 100_000))),
    "HTML as a catalogue": _answers(
        "MED-H219", written(lambda _: ("text/html", b"<!doctype html><p>x")), kind="dcat"
    ),
    "a type of 50 kB": _answers("MED-H201", written(lambda _: ("x/" + "y" * 50_000, _LINE))),
    "an empty stream": _answers("MED-H201", written(lambda _: ("text/plain", b"")), kind="feed"),
    "an empty dump": _answers("MED-H401", written(lambda _: (NT, b""))),
}  # fmt: skip
