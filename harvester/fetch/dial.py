"""Connections that dial only the address which was checked.

A name is resolved once, every answer is checked, and the socket goes to a checked address: there is
no second resolution that could differ (DNS rebinding). The hooks are urllib3's connection classes,
so TLS still verifies the certificate against the name.

Which addresses a harvest may reach is data, the IANA special-purpose registries
(``harvester/data/iana-special-*.csv``): the longest matching block decides, as in routing. An IPv6
address that carries an IPv4 one (mapped, NAT64, 6to4) counts as the one inside; ISATAP hides it in
the interface identifier.
"""

import csv
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from importlib.resources import files
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from harvester.errors import FetchError, ForbiddenAddressError

_MAX_HANDLES = 8  # more than the pools keep open, so only dead connections are let go
_ISATAP_IDS = (0x00005EFE, 0x02005EFE)
_SIX_TO_FOUR = IPv6Network("2002::/16")
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[tuple[Any, ...]]]


def system_resolve(host: str, port: int) -> list[tuple[Any, ...]]:
    """Ask the system for the addresses of a name."""
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))


@cache
def _blocks(version: int) -> tuple[tuple[int, int, str, str], ...]:
    text = files("harvester").joinpath(f"data/iana-special-ipv{version}.csv").read_text("utf-8")
    rows = [(ip_network(r["block"]), r) for r in csv.DictReader(text.splitlines())]
    rows.sort(key=lambda row: row[0].prefixlen, reverse=True)
    return tuple(
        (int(net.network_address), int(net.netmask), row["reachable"], row["name"])
        for net, row in rows
    )


def _block_of(address: Address) -> tuple[str, str]:
    number = int(address)
    for network, mask, reachable, name in _blocks(address.version):
        if number & mask == network:
            return reachable, name
    return "yes", ""


def _embedded(address: IPv6Address) -> IPv4Address:
    number = int(address)
    shift = 80 if address in _SIX_TO_FOUR else 0
    return IPv4Address((number >> shift) & 0xFFFFFFFF)


def why_forbidden(text: str, *, allow_private: bool = False) -> str | None:
    """Return the name of the special block that forbids an address, or None when it may be dialled.

    Args:
        text: numeric IPv4 or IPv6 address, as ``getaddrinfo`` gives it (a zone is tolerated).
        allow_private: loopback, RFC 1918, RFC 6598 and unique-local addresses are allowed.

    >>> why_forbidden("169.254.169.254", allow_private=True)
    'Link Local'
    >>> why_forbidden("::ffff:127.0.0.1")
    'Loopback'
    >>> why_forbidden("9.9.9.9") is None
    True
    """
    address: Address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and (int(address) >> 32) & 0xFFFFFFFF in _ISATAP_IDS:
        inner = why_forbidden(str(IPv4Address(int(address) & 0xFFFFFFFF)))
        if inner is not None:
            return f"ISATAP, {inner}"
    reachable, name = _block_of(address)
    if reachable == "embedded" and isinstance(address, IPv6Address):
        return why_forbidden(str(_embedded(address)), allow_private=allow_private)
    if reachable == "yes" or (reachable == "private" and allow_private):
        return None
    return name


class Watchdog:
    """Cuts every open socket of a fetcher when its time is over.

    A socket timeout bounds one read, not a download: a server that sends a byte now and then, in
    its headers as well, would hold us for ever. Shutting the socket down wakes who reads from it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handles: list[socket.socket] = []
        self._timer: threading.Timer | None = None
        self._ends = 0.0
        self._fired = False

    @property
    def late(self) -> bool:
        """The time is over."""
        return self._fired or time.monotonic() >= self._ends

    def watch(self, sock: socket.socket) -> None:
        """Keep a second handle on a socket (TLS wrapping detaches the first)."""
        handle = socket.socket(fileno=os.dup(sock.fileno()))
        with self._lock:
            self._handles.append(handle)
            while len(self._handles) > _MAX_HANDLES:
                self._handles.pop(0).close()
            if self._fired:
                _cut(handle)

    def start(self, seconds: float) -> None:
        """Begin to count."""
        self._fired = False
        self._ends = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self.fire)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Stop counting; open connections stay usable."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def left_s(self) -> float:
        """Seconds that remain, never below a tenth."""
        return max(self._ends - time.monotonic(), 0.1)

    def close(self) -> None:
        """Let go of all sockets."""
        self.stop()
        with self._lock:
            for handle in self._handles:
                handle.close()
            self._handles.clear()

    def fire(self) -> None:
        """Cut now, from any thread."""
        with self._lock:
            self._fired = True
            for handle in self._handles:
                _cut(handle)


def _cut(handle: socket.socket) -> None:
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


class Dialer:
    """Resolves, checks and dials."""

    def __init__(self, *, allow_private: bool, resolve: Resolve, watchdog: Watchdog) -> None:
        self._allow_private = allow_private
        self._resolve = resolve
        self._watchdog = watchdog

    def dial(self, host: str, port: int, options: Any) -> socket.socket:
        """Return a connected socket.

        Raises:
            ForbiddenAddressError: one of the name's addresses may not be reached.
            FetchError: no such name.
            OSError: nobody answers.
        """
        answers = self._lookup(host, port)
        for answer in answers:
            self._check(host, answer[4][0])
        failure: OSError = OSError(f"no address for {host}")
        for family, kind, protocol, _, address in answers:
            try:
                return self._open(family, kind, protocol, address, options)
            except OSError as error:
                failure = error
        raise failure

    def _check(self, host: str, address: str) -> None:
        reason = why_forbidden(address, allow_private=self._allow_private)
        if reason is not None:
            raise ForbiddenAddressError("MED-H101", host=host, address=address, block=reason)

    def _open(
        self, family: int, kind: int, protocol: int, address: Any, options: Any
    ) -> socket.socket:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(self._watchdog.left_s())
            for option in options or ():
                sock.setsockopt(*option)
            self._watchdog.watch(sock)
            sock.connect(address)
        except OSError:
            sock.close()
            raise
        return sock

    def _lookup(self, host: str, port: int) -> list[tuple[Any, ...]]:
        """Resolve in a thread of its own: the system's resolver cannot be interrupted."""
        found: list[list[tuple[Any, ...]]] = []
        failed: list[Exception] = []

        def look() -> None:
            try:
                found.append(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                failed.append(error)

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        thread.join(self._watchdog.left_s())
        if not found or not found[0]:
            reason = str(failed[0]) if failed else "no answer in time"
            raise FetchError("MED-H102", host=host, reason=reason)
        return found[0]


class CheckedAdapter(HTTPAdapter):
    """A requests adapter whose every connection goes through a :class:`Dialer`."""

    def __init__(self, dialer: Dialer) -> None:
        self._dialer = dialer
        super().__init__(pool_connections=4, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Return urllib3 our connection classes; called by requests."""
        manager = PoolManager(num_pools=4, maxsize=1, block=False)
        manager.pool_classes_by_scheme = _pools(self._dialer)
        self.poolmanager = manager


def _pools(dialer: Dialer) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return dialer.dial(self.host, self.port or 80, self.socket_options)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return dialer.dial(self.host, self.port or 443, self.socket_options)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class _Session(requests.Session):
    """A session that leaves redirects to its caller, whatever they look like."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return none: requests would read ``Location`` as UTF-8, and fail on other bytes."""


def session_for(dialer: Dialer, user_agent: str) -> requests.Session:
    """Return a session without proxies, ``.netrc`` or cookies from the environment."""
    session = _Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.headers = requests.structures.CaseInsensitiveDict(
        {"User-Agent": user_agent, "Accept-Encoding": "gzip"}
    )
    adapter = CheckedAdapter(dialer)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
