"""The one door to the web: what it refuses, what it proves, how long it waits."""

import gzip
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from harvester.errors import (
    DocumentError,
    FetchError,
    ForbiddenAddressError,
    IncompleteError,
)
from harvester.fetch import Answered, Conditions, Fetcher, Policy, origin_of
from harvester.fetch.dial import why_forbidden
from harvester.fetch.values import Fetched
from registry.sources.health import Cause
from tests.simulator import SimulatedPole, gzip_bomb, raw, redirect, status, truncated

LOCAL = Policy(allow_private=True, deadline_s=2, tries=2)


def get(url: str, policy: Policy = LOCAL, **more: Any) -> Fetched:
    slept: list[float] = more.pop("slept", [])
    with Fetcher(policy, sleep=slept.append, clock=lambda: 1_772_366_400.0, **more) as fetcher:
        got = fetcher.fetch(url)
        assert got is not None
        return got


FORBIDDEN = """
    127.0.0.1 127.8.8.8 0.0.0.0 10.1.2.3 172.31.255.255 192.168.0.1 100.64.0.1 169.254.169.254
    192.0.0.8 192.88.99.1 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.1.1.1
    240.0.0.1 255.255.255.255 ::1 :: ::127.0.0.1 ::2 ::ffff:127.0.0.1 ::ffff:10.0.0.1
    ::ffff:a9fe:a9fe 64:ff9b::a9fe:a9fe 64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1:: 2002:a00:1::1
    2001::1 2001:db8::1 3fff::1 5f00::1 100::1 100:0:0:1::1 fc00::1 fd12:3456::1 fe80::1
    fe80::1%eth0 fec0::1 ff02::1 ff0e::1 ::5efe:10.0.0.1 2a01::5efe:192.168.0.1
    2a01::200:5efe:7f00:1 4000::1"""
PUBLIC = "9.9.9.9 172.32.0.1 192.0.1.1 2a01:4f8::1 64:ff9b::909:909 ::ffff:9.9.9.9"


@pytest.mark.parametrize("address", FORBIDDEN.split())
def test_special_addresses_are_forbidden(address: str) -> None:
    assert why_forbidden(address) is not None


@pytest.mark.parametrize("address", PUBLIC.split())
def test_public_addresses_are_allowed(address: str) -> None:
    assert why_forbidden(address) is None


def test_an_operator_may_allow_private_networks_but_never_link_local() -> None:
    allowed = {a: why_forbidden(a, allow_private=True) for a in ("127.0.0.1", "10.0.0.1", "::1")}
    assert set(allowed.values()) == {None}
    assert why_forbidden("169.254.169.254", allow_private=True)
    assert why_forbidden("::ffff:169.254.169.254", allow_private=True)


HOSTS = """
    127.0.0.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 127.1 127.0.1 0 localhost LOCALHOST
    localhost. 127.0.0.1. [::1] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:0:0:1] [::127.0.0.1]
    [::] 0.0.0.0 017700000001 127.000.000.001"""


@pytest.mark.parametrize("host", HOSTS.split())
@pytest.mark.parametrize("where", ["registered", "redirect"])
def test_no_spelling_reaches_loopback(
    pole: SimulatedPole, monkeypatch: pytest.MonkeyPatch, host: str, where: str
) -> None:
    """A listener counts what arrives: nothing may, directly or by redirect."""
    target = f"http://{host}:{pole.port}/secret"
    pole.put("/secret", "secret")
    pole.fail("/start", redirect(target))
    if where == "redirect":
        _let_the_first_connection_pass(monkeypatch)
    public = f"http://public.example:{pole.port}/start"
    with pytest.raises(FetchError):
        get(
            target if where == "registered" else public,
            Policy(tries=1, deadline_s=2),
            resolve=_with_public_name,
        )
    assert pole.asked("/secret") == 0
    assert pole.asked("/start") == (where == "redirect")


def _with_public_name(host: str, port: int) -> list[tuple[Any, ...]]:
    known = {"public.example": "127.0.0.1"}.get(host, host)
    return list(socket.getaddrinfo(known, port, type=socket.SOCK_STREAM))


def _let_the_first_connection_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulated pole stands for a public one: judged so once, then the real judge."""
    judged: list[str] = []

    def judge(address: str, *, allow_private: bool) -> str | None:
        judged.append(address)
        return why_forbidden(address, allow_private=allow_private) if len(judged) > 1 else None

    monkeypatch.setattr("harvester.fetch.dial.why_forbidden", judge)


@pytest.mark.parametrize("target", ["169.254.169.254", "[fe80::1]", "metadata.example"])
def test_a_redirect_is_judged_like_a_first_address(pole: SimulatedPole, target: str) -> None:
    pole.fail("/start", redirect(f"http://{target}/latest/meta-data"))

    def resolve(host: str, port: int) -> list[tuple[Any, ...]]:
        known = {"metadata.example": "169.254.169.254"}.get(host, host)
        return list(socket.getaddrinfo(known, port, type=socket.SOCK_STREAM))

    with pytest.raises(ForbiddenAddressError) as refusal:
        get(pole.url("/start"), resolve=resolve)
    assert refusal.value.code == "MED-H101"


def test_one_bad_answer_among_good_ones_is_enough(pole: SimulatedPole) -> None:
    def resolve(host: str, port: int) -> list[tuple[Any, ...]]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("127.0.0.1", "169.254.1.1")
        ]

    with pytest.raises(ForbiddenAddressError):
        get(f"http://two.example:{pole.port}/", resolve=resolve)
    assert pole.requests == []


def test_the_checked_address_is_the_one_dialled(pole: SimulatedPole) -> None:
    """A name that changes its answer is asked once per connection: no second, other answer."""
    pole.put("/a", "<a> <b> <c> .")
    asked = []

    def resolve(host: str, port: int) -> list[tuple[Any, ...]]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    got = get(f"http://pole.example:{pole.port}/a", resolve=resolve)
    assert (got.status, asked) == (200, ["pole.example"])
    assert pole.requests[0].headers["host"] == f"pole.example:{pole.port}"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://pole.example/x",
        "gopher://pole.example/",
        "http://user:secret@pole.example/",
        "http://pole.example\\@127.0.0.1/",
        "http:///x",
        "http://\\pole.example@127.0.0.1/",
        "http://pole.example/\ud800",
        "javascript:alert(1)",
        "https://pole.example:22/",
        "http://pole.example:99999/",
        "http://[::1/",
        "//pole.example/x",
        "",
    ],
)
def test_odd_addresses_are_refused_before_any_lookup(url: str) -> None:
    def resolve(host: str, port: int) -> None:
        raise AssertionError(f"{host} was looked up")

    with pytest.raises(ForbiddenAddressError):
        get(url, Policy(tries=1), resolve=resolve)


def test_conditional_request_and_validators(pole: SimulatedPole) -> None:
    pole.put("/a", "<a> <b> <c> .", immutable=True)
    with Fetcher(LOCAL) as fetcher:
        first = fetcher.fetch(pole.url("/a"))
        assert (first.status, first.media_type, first.immutable) == (200, "text/turtle", True)
        again = fetcher.fetch(pole.url("/a"), first.conditions)
        assert (again.status, again.body) == (304, b"")
        assert fetcher.fetch(pole.url("/a"), Conditions('"other"')).status == 200
    assert [a.status for a in fetcher.attempts] == [200, 304, 200]
    assert "Maillage" in pole.requests[0].headers["user-agent"]


def test_cookies_are_not_kept(pole: SimulatedPole) -> None:
    pole.put("/b", "x")
    pole.fail("/a", status(301, Location="/b", Set_Cookie="seen=1"))
    assert get(pole.url("/a")).status == 200
    assert "cookie" not in pole.requests[-1].headers


def test_environment_proxies_and_netrc_are_ignored(
    pole: SimulatedPole, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    pole.put("/a", "x")
    assert get(pole.url("/a")).status == 200
    assert "authorization" not in pole.requests[0].headers


@pytest.mark.parametrize("code", [408, 425, 429, 500, 502, 503, 504])
def test_a_fault_that_may_pass_is_tried_again(pole: SimulatedPole, code: int) -> None:
    pole.put("/a", "x")
    pole.fail("/a", status(code), times=1)
    slept: list[float] = []
    assert get(pole.url("/a"), slept=slept).status == 200
    assert slept == [1.0]


@pytest.mark.parametrize(
    ("value", "waited"), [("7", 7.0), ("Sun, 01 Mar 2026 12:00:09 GMT", 9.0), ("soon", 1.0)]
)
def test_retry_after_is_honoured(pole: SimulatedPole, value: str, waited: float) -> None:
    pole.put("/a", "x")
    pole.fail("/a", status(429, Retry_After=value), times=1)
    slept: list[float] = []
    get(pole.url("/a"), slept=slept)
    assert slept == [waited]


def test_a_long_retry_after_ends_the_fetch(pole: SimulatedPole) -> None:
    pole.fail("/a", status(503, Retry_After="86400"))
    with pytest.raises(FetchError, match="503"):
        get(pole.url("/a"))
    assert pole.asked("/a") == 1


@pytest.mark.parametrize("code", [400, 401, 403, 404, 451, 206, 418])
def test_other_statuses_are_final(pole: SimulatedPole, code: int) -> None:
    pole.fail("/a", status(code))
    with pytest.raises(FetchError, match=str(code)):
        get(pole.url("/a"))
    assert pole.asked("/a") == 1


def test_b9_a_redirect_to_nowhere_is_told_as_such(pole: SimulatedPole) -> None:
    pole.fail("/a", status(301))
    with pytest.raises(FetchError) as error:
        get(pole.url("/a"))
    assert error.value.code == "MED-H119"
    assert "Location" in error.value.message("fr")


def test_redirects_are_few(pole: SimulatedPole) -> None:
    pole.fail("/a", redirect("/a"))
    with pytest.raises(FetchError) as error:
        get(pole.url("/a"))
    assert error.value.code == "MED-H110"
    assert pole.asked("/a") == 6


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\nConnection: close\r\n"
CUTS = "length close chunk chunk-cut chunk-bad gzip gzip-length"
PACKED = gzip.compress(b"<a> <b> <c> .\n" * 2_000)


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Content-Length: 100\r\n\r\n" + b"x" * 60,
        HEAD + b"\r\n" + b"x" * 60,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nhello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
        HEAD + b"Content-Encoding: gzip\r\n\r\n" + PACKED[:-4],
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 50\r\n\r\n" + PACKED[:50],
    ],
    ids=CUTS.split(),
)
def test_a_document_without_its_end_is_incomplete(pole: SimulatedPole, answer: bytes) -> None:
    pole.fail("/a", raw(answer))
    with pytest.raises(IncompleteError):
        get(pole.url("/a"))
    assert pole.asked("/a") == 2, "a cut connection may pass: tried again"


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Content-Length: 5\r\n\r\nhello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"hello"),
    ],
    ids=["length", "chunked", "gzip trailer"],
)
def test_a_document_with_its_end_is_whole(pole: SimulatedPole, answer: bytes) -> None:
    pole.fail("/a", raw(answer))
    assert get(pole.url("/a")).body == b"hello"


@pytest.mark.parametrize("cut", range(0, len(PACKED), 7))
def test_no_cut_of_a_gzip_body_passes(cut: int) -> None:
    with SimulatedPole() as pole:
        pole.fail("/a", raw(HEAD + b"Content-Encoding: gzip\r\n\r\n" + PACKED[:cut]))
        with pytest.raises(IncompleteError):
            get(pole.url("/a"), Policy(allow_private=True, tries=1, deadline_s=2))


@pytest.mark.parametrize(
    ("payload", "pieces"),
    [
        (b"HTTP/1.1 200 OK\r\n" + b"X-Drip: yes\r\n" * 60, 60),
        (HEAD + b"Content-Length: 1000\r\n\r\n" + b"x" * 900, 60),
        (b"HTTP/1.1", 1),
    ],
    ids=["headers", "body", "silence"],
)
def test_slowness_is_bounded_in_total(pole: SimulatedPole, payload: bytes, pieces: int) -> None:
    pole.fail("/a", raw(payload, drip_s=6 / pieces, pieces=pieces))
    started = time.monotonic()
    with pytest.raises(FetchError) as error:
        get(pole.url("/a"), Policy(allow_private=True, tries=1, deadline_s=0.5))
    assert time.monotonic() - started < 2
    assert error.value.code == "MED-H108"


def test_a_name_server_that_does_not_answer_is_bounded() -> None:
    release = threading.Event()

    def resolve(host: str, port: int) -> list[tuple[Any, ...]]:
        release.wait(5)
        return []

    started = time.monotonic()
    with pytest.raises(FetchError):
        get("http://slow.example/", Policy(tries=1, deadline_s=0.3), resolve=resolve)
    assert time.monotonic() - started < 2
    release.set()


def test_bombs_and_large_documents_are_refused(pole: SimulatedPole) -> None:
    pole.fail("/bomb", gzip_bomb(50_000_000))
    pole.put("/big", b"x" * 5_000)
    with pytest.raises(DocumentError) as bomb:
        get(pole.url("/bomb"))
    assert bomb.value.code == "MED-H104"
    with pytest.raises(DocumentError) as big:
        get(pole.url("/big"), Policy(allow_private=True, max_bytes=4_000))
    assert big.value.code == "MED-H106"


def test_an_unasked_coding_is_refused(pole: SimulatedPole) -> None:
    pole.fail("/a", status(200, Content_Encoding="br"))
    with pytest.raises(DocumentError, match="br"):
        get(pole.url("/a"))


def test_truncation_by_the_simulator_is_noticed(pole: SimulatedPole) -> None:
    pole.put("/a", "<a> <b> <c> .")
    pole.fail("/a", truncated(4), times=1)
    assert get(pole.url("/a")).body == b"<a> <b> <c> ."


def test_b9_a_plain_body_labelled_gzip_is_told_as_such(pole: SimulatedPole) -> None:
    for body in (b"hello", b"h", b"<html>503</html>"):
        length = b"Content-Length: %d\r\n\r\n" % len(body)
        pole.fail("/a", raw(HEAD + b"Content-Encoding: gzip\r\n" + length + body))
        with pytest.raises(DocumentError) as error:
            get(pole.url("/a"))
        assert error.value.code == "MED-H118"
    assert pole.asked("/a") == 3, "it will not pass, so it is asked for once each time"


def test_b9_gone_is_told_by_name_unless_the_caller_can_use_it(pole: SimulatedPole) -> None:
    pole.fail("/a", status(410))
    with pytest.raises(FetchError) as error:
        get(pole.url("/a"))
    assert error.value.code == "MED-H117"
    with Fetcher(LOCAL) as fetcher:
        assert fetcher.fetch(pole.url("/a"), may_be_gone=True).status == 410


ASKED_AS = {
    "/lieux du pôle.csv": "/lieux%20du%20p%C3%B4le.csv",
    "/lieux%20du%20p%C3%B4le.csv": "/lieux%20du%20p%C3%B4le.csv",
    "/100%25%20é": "/100%25%20%C3%A9",
    "/a%2Fb": "/a%2Fb",
    "/a\\b": "/a/b",
    "/a/./b/../c": "/a/c",
    "/a?q=é b&w={x|y}": "/a?q=%C3%A9%20b&w=%7Bx%7Cy%7D",
    "/a\tb\n": "/ab",
    "/a\r\nX: y": "/aX:%20y",
    "/a#partie": "/a",
    " /a ": "/a",
}


@pytest.mark.parametrize("written", ASKED_AS)
def test_b9_addresses_are_asked_for_as_browsers_do(pole: SimulatedPole, written: str) -> None:
    asked = ASKED_AS[written]
    pole.put(asked, "<a> <b> <c> .")
    got = get(f" {pole.url()}{written.strip(' ')} ")
    assert (got.status, got.url) == (200, pole.url(asked))
    assert [request.path for request in pole.requests] == [asked]


def test_b9_an_international_host_is_looked_up_in_its_ascii_form(pole: SimulatedPole) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    pole.put("/", "<a> <b> <c> .")
    for host in ("Médiathèque.example", "xn--mdiathque-53af.example", "médiathèque。example"):
        got = get(f"HTTP://{host}:{pole.port}", resolve=resolve)
        assert got.url == f"http://xn--mdiathque-53af.example:{pole.port}/"
    assert set(asked) == {"xn--mdiathque-53af.example"}


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("/données 1.ttl", "/donn%C3%A9es%201.ttl"),
        ("/données".encode(), "/donn%C3%A9es"),
        ("/données".encode("latin-1"), "/donn%E9es"),
        ("/donn%C3%A9es", "/donn%C3%A9es"),
        ("/donn%E9es", "/donn%E9es"),
        ("suite?page=2&q=é", "/suite?page=2&q=%C3%A9"),
        ("\\\\127.0.0.1:{port}\\b", "/b"),
    ],
    ids=["blank", "UTF-8", "ISO 8859-1", "encoded", "encoded ISO 8859-1", "relative", "backslash"],
)
def test_b9_a_location_is_followed_as_it_is_meant(
    pole: SimulatedPole, location: str | bytes, asked: str
) -> None:
    raw_bytes = location.encode() if isinstance(location, str) else location
    pole.fail("/a", redirect(raw_bytes.decode("latin-1").replace("{port}", str(pole.port))))
    pole.put(asked, "<a> <b> <c> .")
    assert get(pole.url("/a")).url == pole.url(asked)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://user:secret@pole.example/", "--credentials"),
        ("https://pole.example:25/", "another service"),
        ("pole.example/lieux.csv", "complete http or https address"),
        ("https://pole.example/" + "x" * 3_000, "longer than 2048"),
    ],
)
def test_b9_an_address_that_will_not_do_says_why(url: str, words: str) -> None:
    with pytest.raises(ForbiddenAddressError, match=words):
        get(url, Policy(tries=1))


def test_b9_credentials_go_to_an_origin_however_it_is_written() -> None:
    names = ("https://médiathèque.example/a b", "HTTPS://XN--mdiathque-53af.example:443/é")
    assert len({origin_of(name) for name in names}) == 1


def test_b9_what_went_wrong_below_http_has_a_name(
    pole: SimulatedPole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Health names the cause of a failure by it, never by a sentence of a library."""

    def cause(url: str) -> object:
        with pytest.raises(FetchError) as error:
            get(url)
        assert error.value.code == "MED-H103"
        return error.value.details["cause"]

    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert cause(f"http://127.0.0.1:{port}/") is Cause.REFUSED
    assert cause(pole.url("/a").replace("http:", "https:")) is Cause.CERTIFICATE
    pole.fail("/a", raw(b"SSH-2.0-OpenSSH\r\n"))
    assert cause(pole.url("/a")) is None

    def silent(*_: object, **__: object) -> None:
        error = requests.ConnectTimeout("a wrapping")
        error.__context__ = TimeoutError("whatever a library calls it")
        raise error

    monkeypatch.setattr(requests.Session, "request", silent)
    assert cause(pole.url("/a")) is Cause.TIMEOUT


def ask(url: str, policy: Policy = LOCAL, body: bytes | None = None) -> Answered:
    with Fetcher(policy) as fetcher:
        return fetcher.ask(url, {"Accept": "application/json"}, body)


@pytest.mark.parametrize("code", [200, 201, 302, 400, 401, 404, 500, 503])
def test_whatever_one_asks_once_is_answered_whole_and_not_followed(
    pole: SimulatedPole, code: int
) -> None:
    head = f"HTTP/1.1 {code} X\r\nContent-Type: Application/JSON; a=b\r\nContent-Length: 2\r\n"
    pole.fail("/asked", raw(f"{head}Location: /elsewhere\r\n\r\n{{}}".encode()))
    assert ask(pole.url("/asked")) == Answered(code, "application/json", b"{}")
    assert pole.asked() == 1


def test_what_one_asks_once_has_the_bounds_of_a_fetch(pole: SimulatedPole) -> None:
    pole.put("/large", b" " * 5_000, "application/json")
    with pytest.raises(DocumentError):
        ask(pole.url("/large"), replace(LOCAL, max_bytes=1_000))
    pole.fail("/cut", raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"))
    with pytest.raises(IncompleteError):
        ask(pole.url("/cut"))
    pole.fail("/slow", raw(b"HTTP/1.1 200 OK\r\n\r\n", drip_s=0.2, pieces=19))
    with pytest.raises(FetchError):
        ask(pole.url("/slow"), replace(LOCAL, deadline_s=0.3))
    with pytest.raises(ForbiddenAddressError):
        ask(pole.url("/large"), replace(LOCAL, allow_private=False))
