"""One function fetches, for everything.

    check the URL -> resolve -> check every address -> dial that address -> headers -> body
         ^                                                                  |
         +------------------------- redirect (few) -------------------------+

The whole of one try is under one deadline; transient faults are tried again, after a pause.
"""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from harvester.errors import (
    DocumentError,
    FetchError,
    ForbiddenAddressError,
    IncompleteError,
)
from harvester.fetch.body import read_body
from harvester.fetch.credentials import origin_of
from harvester.fetch.dial import Dialer, Resolve, Watchdog, session_for, system_resolve
from harvester.fetch.kept import Kept
from harvester.fetch.robots import PACE, Robots
from harvester.fetch.values import (
    ROBOT,
    Answered,
    Attempt,
    Conditions,
    Fetched,
    Policy,
    Posted,
    moment_of,
)
from registry.sources.health import Cause
from vocab.messages import Message
from vocab.urls import from_header, web_address

ACCEPT_RDF = (
    "application/n-quads, application/trig;q=0.9, application/n-triples;q=0.9, text/turtle;q=0.8, "
    "application/ld+json;q=0.7, application/rdf+xml;q=0.5, application/gzip;q=0.5, */*;q=0.1"
)
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WHOLE = frozenset({200, 203})
"""A whole document: 203 says that a proxy on the way changed it (RFC 9110, section 15.3.4)."""
_CAUSES: tuple[tuple[type[OSError], Cause], ...] = (
    (ssl.SSLError, Cause.CERTIFICATE),
    (ConnectionRefusedError, Cause.REFUSED),
    (TimeoutError, Cause.TIMEOUT),
)


class _RetryError(Exception):
    """A transient fault: asks for one more try; carries the error to raise when there is none."""

    def __init__(self, error: FetchError, wait_s: float | None = None) -> None:
        self.error = error
        self.wait_s = wait_s


class Fetcher:
    """Fetches one document at a time over connections that it keeps open; use as a context.

    Attributes:
        attempts: every request sent so far, for the report.
        on_bytes: called with the bytes of each piece that comes, and with 0 before each try.
        on_found: called by a reader once it knows what it will read: how many records, or None.
        kept: what earlier visits of the source, cut short, left on disk.
        unconditional: documents are asked for as if we held no copy of them.
        spent_s: how long the source took so far, in seconds.
        used_copy: a source said "not modified", and the copy that we hold was used.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        resolve: Resolve = system_resolve,
    ) -> None:
        self.attempts: list[Attempt] = []
        self.on_bytes: Callable[[int], None] = lambda _: None
        self.on_found: Callable[[int | None], None] = lambda _: None
        self.kept = Kept()
        self.unconditional = False
        self.used_copy = False
        self._policy = policy
        self._sleep = sleep
        self._clock = clock
        self.spent_s = 0.0
        self._received = 0
        self._watchdog = Watchdog()
        dialer = Dialer(
            allow_private=policy.allow_private, resolve=resolve, watchdog=self._watchdog
        )
        self._session = session_for(dialer, policy.user_agent)
        self._robots = Robots(lambda url: self.fetch(url, accept="text/plain"), ROBOT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._session.close()
        self._watchdog.close()

    def cut(self) -> None:
        """End the try that is under way, from another thread."""
        self._watchdog.fire()

    def fetch(
        self,
        url: str,
        conditions: Conditions | None = None,
        accept: str = ACCEPT_RDF,
        *,
        may_be_gone: bool = False,
    ) -> Fetched:
        """Return the whole document at an address: status 200, 304 (not changed) or 410 (gone).

        Args:
            url: its address, as anybody writes one (:func:`vocab.urls.web_address`).
            conditions: which copy we hold already.
            accept: media types wished.
            may_be_gone: 410 is an answer that the caller can use; by default, it is an error.

        Raises:
            ForbiddenAddressError: not an address that a harvester may reach; nothing was sent.
            IncompleteError: the document did not arrive whole.
            DocumentError: it is larger, or packed tighter, than allowed.
            FetchError: no answer, or an answer that is an error.
        """
        url = self._checked(url)
        known = Conditions() if self.unconditional or conditions is None else conditions
        known = known.without_future_date(self._clock())
        fetched = self._tried(url, {"Accept": accept, **known.headers()})
        if fetched.status == 304 and known.contradicted_by(fetched.conditions):
            fetched = self._tried(url, {"Accept": accept})
        if fetched.status == 410 and not may_be_gone:  # RFC 9110, 15.5.11
            raise FetchError("MED-H117", url=url, status=410)
        self.used_copy |= fetched.status == 304
        return fetched

    def post(self, url: str, body: bytes, media_type: str) -> Posted:
        """Send a document once, and tell how it was taken: no redirect is followed, nothing read.

        Args:
            url: where to, as anybody writes an address.
            body: what is sent.
            media_type: what it is.

        Raises:
            ForbiddenAddressError: not an address that may be reached; nothing was sent.
            FetchError: no answer came.
        """
        with self._once(url, {"Content-Type": media_type}, body) as answer:
            location = from_header(answer.headers.get("Location", ""))
            return Posted(answer.status_code, location, self._retry_after(answer) or 0.0)

    def ask(self, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answered:
        """Send one request, and read its answer whole, whatever it is; no redirect is followed.

        Args:
            url: where to, as anybody writes an address.
            headers: what goes with it; credentials too, which no report holds.
            body: what is sent; None to ask.

        Raises:
            ForbiddenAddressError: not an address that may be reached; nothing was sent.
            IncompleteError: the answer did not arrive whole.
            DocumentError: it is larger, or packed tighter, than allowed.
            FetchError: no answer came.
        """
        with self._once(url, headers, body) as answer:
            read = read_body(answer, self._policy, lambda: self._watchdog.late, self._count_bytes)
            kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return Answered(answer.status_code, kind, read)

    @contextmanager
    def _once(
        self, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Iterator[requests.Response]:
        """Send one request, under the deadline of a try."""
        url = self._checked(url)
        started = time.monotonic()
        self._watchdog.start(min(self._policy.deadline_s, self._left_s()))
        try:
            with self._send(url, headers, body) as answer:
                yield answer
        except _RetryError as retry:
            raise retry.error from retry
        finally:
            self._watchdog.stop()
            self.spent_s += time.monotonic() - started

    def _tried(self, url: str, headers: Mapping[str, str]) -> Fetched:
        """Ask until an answer comes, as often as the policy allows."""
        last_retry: _RetryError | None = None
        for number in range(self._policy.tries):
            if last_retry is not None:
                self._pause(last_retry, number)
            if self._left_s() <= 0:
                raise last_retry.error if last_retry else self._timed_out(url)
            try:
                return self._one_try(url, headers)
            except _RetryError as retry:
                last_retry = retry
            if self._watchdog.late:  # what took so long once is not asked for again
                break
        assert last_retry is not None, "a policy allows at least one try"  # noqa: S101  for mypy
        raise last_retry.error

    def crawl(
        self, url: str, conditions: Conditions | None = None, accept: str = ACCEPT_RDF
    ) -> Fetched:
        """Fetch a page that we found by ourselves: its site's robots.txt and pace are kept.

        Raises:
            FetchError: robots.txt keeps us away (RFC 9309); else as :meth:`fetch`.
        """
        url = self._checked(url)
        if not self._robots.allows(url):
            raise FetchError("MED-H115", url=url, robot=ROBOT)
        usual = 0.0 if self._policy.allow_private else self._policy.crawl_interval_s
        interval = max(usual, self._robots.delay_s(url))
        wait = PACE.wait_s(url, interval, time.monotonic())
        if wait > 0:
            self._sleep(wait)
        return self.fetch(url, conditions, accept, may_be_gone=True)

    def _pause(self, last_retry: _RetryError, number: int) -> None:
        wait = last_retry.wait_s if last_retry.wait_s is not None else 2.0 ** (number - 1)
        if wait > min(self._policy.max_wait_s, self._left_s()):
            raise last_retry.error
        self._sleep(wait)
        self.spent_s += wait

    def _left_s(self) -> float:
        """Return how long the source may still take: more, the more it sends."""
        policy = self._policy
        allowed_s = policy.grace_s + self._received / policy.min_rate
        return min(allowed_s, policy.max_visit_s) - self.spent_s

    def _timed_out(self, url: str, now_s: float = 0.0) -> FetchError:
        seconds = round(self.spent_s + now_s)
        return FetchError("MED-H116", url=url, seconds=seconds, received=self._received)

    def _count_bytes(self, size: int) -> None:
        self._received += size
        self.on_bytes(size)

    def _one_try(self, url: str, headers: Mapping[str, str]) -> Fetched:
        self.on_bytes(0)
        started, left_s = time.monotonic(), self._left_s()
        self._watchdog.start(min(self._policy.deadline_s, left_s))
        try:
            proof = self._policy.credentials
            sent = {**headers, **(proof.headers_for(url) if proof else {})}
            for _ in range(self._policy.max_redirects + 1):
                answer = self._hop(url, sent)
                if isinstance(answer, Fetched):
                    return answer
                if origin_of(answer) != origin_of(url):
                    sent = dict(headers)  # also not when it redirects back: who redirected may lie
                url = answer
        except _RetryError as retry:
            if self._watchdog.late and left_s < self._policy.deadline_s:
                raise self._timed_out(url, left_s) from retry
            raise
        finally:
            self._watchdog.stop()
            self.spent_s += time.monotonic() - started
        raise FetchError("MED-H110", url=url, limit=self._policy.max_redirects)

    def _checked(self, url: str, base: str = "") -> str:
        return checked_url(url, base, allow_private=self._policy.allow_private)

    def _hop(self, url: str, headers: Mapping[str, str]) -> Fetched | str:
        started = time.monotonic()
        status = size = 0
        note = target = ""
        try:
            with self._send(url, headers) as answer:
                status = answer.status_code
                if status in _REDIRECTS:
                    target = self._next_hop(url, answer)
                    return target
                fetched = self._read(answer)
                size = len(fetched.body)
                return fetched
        except (FetchError, DocumentError) as error:
            note = error.code
            raise
        except _RetryError as retry:
            note = retry.error.code
            raise
        finally:
            spent = round(time.monotonic() - started, 4)
            self.attempts.append(Attempt(url, status, size, spent, note, target))

    def _send(
        self, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> requests.Response:
        limit, verb = self._policy.deadline_s, "GET" if body is None else "POST"
        options: dict[str, Any] = {"stream": True, "allow_redirects": False, "timeout": limit}
        try:
            return self._session.request(verb, url, headers=dict(headers), data=body, **options)
        except requests.exceptions.InvalidURL as error:
            raise _unfit(url, "form") from error
        except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
            if own := _own_cause(error):
                raise own from None
            code = "MED-H108" if self._watchdog.late else "MED-H103"
            inner = _innermost(error)
            reason = str(inner) or type(inner).__name__
            cause = next((cause for kind, cause in _CAUSES if isinstance(inner, kind)), None)
            raise _RetryError(
                FetchError(code, url=url, seconds=limit, reason=reason, cause=cause)
            ) from error

    def _read(self, answer: requests.Response) -> Fetched:
        status = answer.status_code
        if self._watchdog.late:  # headers cut short by the watchdog look like headers that end
            limit = self._policy.deadline_s
            raise _RetryError(IncompleteError("MED-H108", url=answer.url, seconds=limit))
        if status in _TRANSIENT:
            error = FetchError("MED-H109", url=answer.url, status=status)
            raise _RetryError(error, self._retry_after(answer))
        if status not in {*_WHOLE, 304, 410} or (status == 304 and not _is_conditional(answer)):
            raise FetchError("MED-H109", url=answer.url, status=status)
        body = b""
        if status in _WHOLE:
            try:
                body = read_body(
                    answer, self._policy, lambda: self._watchdog.late, self._count_bytes
                )
            except IncompleteError as error:
                raise _RetryError(error) from error
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Fetched(answer.url, 200 if status in _WHOLE else status, headers, body)

    def _next_hop(self, url: str, answer: requests.Response) -> str:
        location = answer.headers.get("Location", "")
        if not location.strip():
            raise FetchError("MED-H119", url=url, status=answer.status_code)
        target = self._checked(from_header(location), url)
        if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
            raise ForbiddenAddressError("MED-H111", url=url, target=target)
        return target

    def _retry_after(self, answer: requests.Response) -> float | None:
        """Seconds that the server asks us to wait (RFC 9110, section 10.2.3)."""
        value = answer.headers.get("Retry-After", "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        moment = moment_of(value)
        return None if moment is None else max(moment - self._clock(), 0.0)


def _is_conditional(answer: requests.Response) -> bool:
    """Whether the request named a copy that "not modified" can speak of."""
    return bool({"If-None-Match", "If-Modified-Since"} & set(answer.request.headers))


_MAX_URL = 2_048
_UNFIT: Mapping[str, Message] = {
    "form": Message("it is no complete http or https address (https://host/path)"),
    "login": Message("it holds a user name or a password; give them by --credentials"),
    "port": Message("its port belongs to another service; use 443, 80, or a port from 1024 on"),
    "length": Message("it is longer than {max_url} characters", max_url=_MAX_URL),
}


def checked_url(text: str, base: str = "", *, allow_private: bool) -> str:
    """Return an address as it goes over the wire; refuse one that no harvest may ask for.

    Nothing is looked up for that. Ports below 1024 other than 80 and 443 belong to other services,
    and a feed is no reason to contact them; private networks are free to use them.

    Args:
        text: the address, absolute or relative to the base.
        base: address of the document where it stands; empty when there is none.
        allow_private: the operator lets this source live on a private network.

    Raises:
        ForbiddenAddressError: no http(s) address, user information, reserved port, too long.
    """
    try:
        url = web_address(text, base)
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _unfit(text, "form") from error
    if not parts.hostname:
        raise _unfit(url, "form")
    if len(url) > _MAX_URL:
        raise _unfit(url, "length")
    if "@" in parts.netloc:
        raise _unfit(text, "login")
    if port is not None and port < 1_024 and port not in {80, 443} and not allow_private:
        raise _unfit(url, "port")
    return url


def _unfit(url: str, why: str) -> ForbiddenAddressError:
    return ForbiddenAddressError("MED-H100", url=url, reason=_UNFIT[why])


def _own_cause(error: BaseException) -> FetchError | None:
    """Return the error of ours that requests and urllib3 wrapped, if there is one."""
    seen: BaseException | None = error
    for _ in range(8):
        if seen is None or isinstance(seen, FetchError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def _innermost(error: BaseException) -> BaseException:
    """Return what happened, without the library's wrapping."""
    while error.__context__ is not None:
        error = error.__context__
    return error
