"""The HTTP server of a node: waitress, made safe against clients that are slow on purpose.

Waitress reads requests whole before a thread sees them, and writes answers without one: no thread
waits for a client. What it lacks is here: a deadline for the head and the body of a request, a
least rate at which answers are taken, and a way to make room. The server never stops accepting:
when a client, or all together, hold too many connections, the one goes that has waited longest
without asking anything; whoever sends a whole request at once is always answered.
"""

import socket
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

from waitress.adjustments import Adjustments
from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error, RequestEntityTooLarge
from waitress.wasyncore import close_all, loop

from registry.serving import ServingError
from registry.serving.dispatcher import FairDispatcher
from registry.settings.config import Config
from registry.web.answer.admission import REFUSED, client_of
from registry.web.answer.uploads import is_upload, largest_body

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HEAD_S = 15.0
"""Seconds in which the head of a request must be whole, from its first byte or from connecting."""
BODY_S = 60.0
"""Seconds in which its body must be whole too."""
IDLE_S = 60.0
"""Seconds that a connection is kept between two requests."""
SLOW_S = 30.0
"""Seconds over which the rate is measured at which an answer is taken."""
LEAST_RATE = 1_000
"""Bytes a second that a client takes of its answer at least, over :data:`SLOW_S` seconds."""
MAX_CONNECTIONS = 500
"""Connections of one process."""
SHARE = 128
"""Connections of one client to the whole node; a trusted proxy speaks for many and has no share."""
MAX_SPOOLED = 1_000_000_000
"""Bytes of answers that one process keeps for slow readers, on disk when they are large."""
MAX_UPLOADS, SHARE_OF_UPLOADS = 8, 2
"""Larger bodies that one process takes in at once: of all clients, and of one."""
_LEAST_SHARE = 16
_LARGEST_ANSWER = 1_000_000_000
_MAX_HEAD_BYTES = 131_072
_MAX_BODY_BYTES = 1_048_576
_SAID_BY_THE_SITE = frozenset({413, 431})
"""Refusals of the server whose requests are sound as far as they were read."""
_CHECK_S = 1
_JOINED = 65_536
"""Bytes of a body that are copied to join its head; more are sent separately."""
_PIECE = 262_144
_PROBES = frozenset({"/healthz", "/readyz"})
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Length: 0\r\n"
_BUSY += b"Connection: close\r\n\r\n"


class _BusyError(Error):  # type: ignore[misc]  # waitress ships no types
    """Too many large bodies come in already."""

    code, reason = 503, "Service Unavailable"

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Say when to come again."""
        status, headers, body = super().to_response(ident)
        return status, [*headers, ("Retry-After", "10")], body


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress ships no types
    """One request as it is read; what makes no sense is answered by 400, whatever it is."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request.

        Raises:
            ParsingError: it is none.
        """
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # a number of 5,000 digits, an address with half a bracket
            raise ParsingError("the head of the request makes no sense") from error
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            # Two lengths: what a proxy took for the next request may not be one (RFC 9112, 6.1).
            self.headers["CONNECTION"] = "close"

    def received(self, data: bytes) -> int:
        """Take bytes; a large body is refused by its head where no file is read."""
        taken = int(super().received(data))
        size = max(self.content_length, self.body_bytes_received)
        is_file = not self.chunked and is_upload(getattr(self, "path", ""))
        if self.headers_finished and not self.error and size >= _MAX_BODY_BYTES and not is_file:
            self.refuse(RequestEntityTooLarge(f"exceeds max_body of {_MAX_BODY_BYTES}"))
        return taken

    @property
    def is_large(self) -> bool:
        """Whether its head announces more than a form."""
        return bool(self.headers_finished) and self.content_length >= _MAX_BODY_BYTES

    def refuse(self, error: Error) -> None:
        """Answer by an error, whatever still comes."""
        self.error, self.completed = error, True


class Task(WSGITask):  # type: ignore[misc]  # waitress ships no types
    """One request; the head of its answer goes out with the body, as one segment."""

    def build_response_header(self) -> bytes:
        """Pass the head to the channel instead of having it sent."""
        self.channel.hold_head(super().build_response_header())
        return b""

    def finish(self) -> None:
        """Send the head of an answer without a body."""
        super().finish()
        self.channel.send_head()


class RefusedTask(Task):
    """One request that was refused before it was read whole; the site says so where it can.

    A head that is too long is not looked at: the site answers as at its home, in the language and
    the form of those who ask for none.
    """

    def execute(self) -> None:
        """Answer, and close: what is left of the request is not read."""
        self.set_close_on_finish()
        if self.request.error.code in _SAID_BY_THE_SITE:
            super().execute()
        else:
            self.complete = True
            ErrorTask.execute(self)

    def get_environment(self) -> dict[str, Any]:
        """Return the environment of the request with the code that it is refused by."""
        environ: dict[str, Any] = super().get_environment()
        return environ | {REFUSED: self.request.error.code, "wsgi.input": BytesIO()}


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress ships no types
    """One connection."""

    task_class = Task
    error_task_class = RefusedTask
    parser_class = Parser
    request: Any  # the parser of what comes in; None between two requests

    def __init__(self, server: "Server", sock: socket.socket, addr: Any, *args: Any, **kw: Any):
        self.peer = _name_of(str(addr[0]))
        self.is_proxy = server.is_proxy(str(addr[0]))
        self.since = self._measured_at = time.time()
        self._sent = self._taken = 0
        self._is_deferred = False
        self._head = b""
        super().__init__(server, sock, addr, *args, **kw)

    @property
    def client(self) -> str:
        """Who sent the request that is answered next; behind a trusted proxy, whom that names."""
        if self.is_proxy and self.requests:
            forwarded = self.requests[0].headers.get("X_FORWARDED_FOR", "")
            return _name_of(forwarded.rpartition(",")[2].strip()) or self.peer
        return str(self.peer)

    @property
    def is_probe(self) -> bool:
        """Whether the request that is answered next asks how the node is."""
        return bool(self.requests) and getattr(self.requests[0], "path", "") in _PROBES

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is asked and nothing is left to send."""
        return not self.requests and not self.total_outbufs_len

    @property
    def spooled(self) -> int:
        """Bytes of answers kept for the client, files that lie there anyway left out."""
        if not self.total_outbufs_len:
            return 0
        kept = [b for b in tuple(self.outbufs) if not isinstance(b, ReadOnlyFileBasedBuffer)]
        return sum(len(buffer) for buffer in kept)

    def received(self, data: bytes) -> bool:
        """Take bytes of a request; note when its first came."""
        if self.request is None:
            self.since = time.time()
        taken = bool(super().received(data))
        if self.is_uploading and self.server.is_crowded(self):
            self._refuse_upload()
        return taken

    def _refuse_upload(self) -> None:
        """Answer a large body before it is in."""
        with self.requests_lock:
            coming: Parser = self.request
            coming.refuse(_BusyError("too many files come in: send it again later"))
            self.requests.append(coming)
            self.request = None
            is_next = len(self.requests) == 1  # else the answer before it starts this one
        if is_next:
            self.server.add_task(self)

    @property
    def is_uploading(self) -> bool:
        """Whether a large body comes in."""
        coming: Parser | None = self.request
        return coming is not None and coming.is_large

    def hold_head(self, head: bytes) -> None:
        """Keep the head of an answer until its body comes."""
        self._head = head

    def send_head(self) -> None:
        """Send a head that is still held."""
        head, self._head = self._head, b""
        super().write_soon(head)

    def write_soon(self, data: Any) -> int:
        """Queue bytes of an answer, a held head before them; a client that is quick has them sent.

        In pieces: given at once, a long answer would pass through a file, however quick the client.
        """
        if not isinstance(data, bytes):
            self.send_head()
            return int(super().write_soon(data))
        if not data:
            return 0
        if len(data) < _JOINED:
            data, self._head = self._head + data, b""
        self.send_head()
        return sum(
            super(Channel, self).write_soon(data[start : start + _PIECE])
            for start in range(0, len(data), _PIECE)
        )

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send bytes of an answer; count them."""
        sent = int(super().send(data, do_close=do_close))
        self._sent += sent
        return sent

    def handle_write(self) -> None:
        """Send what the client takes, then go on with what it asked meanwhile."""
        super().handle_write()
        with self.outbuf_lock:
            resumes = self._is_deferred and not self.total_outbufs_len and self.connected
            if resumes:
                self._is_deferred = False
        if resumes:
            self.server.task_dispatcher.add_task(self)

    def defer(self) -> bool:
        """Have the next request wait until the answer before it is gone; give whether it does.

        Many requests can come at once on one connection; their answers must not pile up.
        """
        with self.outbuf_lock:
            self._is_deferred = bool(self.total_outbufs_len)
            return self._is_deferred

    def is_overdue(self, now: float) -> bool:
        """Whether the client took too long, by the clock of :func:`time.time`."""
        if self.total_outbufs_len:
            return self._is_slow_reader(now)
        self._measured_at, self._taken = now, self._sent
        if self.requests:
            return False
        if self.request is not None:
            limit_s = BODY_S if self.request.headers_finished else HEAD_S
            return now - self.since > limit_s
        was_served = self.last_activity > self.creation_time
        return bool(now - self.last_activity > (IDLE_S if was_served else HEAD_S))

    def _is_slow_reader(self, now: float) -> bool:
        span_s = now - self._measured_at
        if span_s < SLOW_S:
            return False
        taken = self._sent - _unread(self.socket)
        is_slow = taken - self._taken < LEAST_RATE * span_s
        self._measured_at, self._taken = now, taken
        return is_slow


class Server(TcpWSGIServer):  # type: ignore[misc]  # waitress ships no types
    """Takes connections on one socket."""

    channel_class = Channel

    def __init__(self, *args: Any, trusted_proxy: str, share: int, **kw: Any) -> None:
        self._trusted_proxy = trusted_proxy
        self._share = share
        super().__init__(*args, **kw)

    def is_proxy(self, address: str) -> bool:
        """Whether connections from an address speak for many clients."""
        return self._trusted_proxy in ("*", address)

    def is_crowded(self, channel: Channel) -> bool:
        """Whether more large bodies come in than this process takes, this connection's included."""
        others = [c for c in self.active_channels.values() if c is not channel and c.is_uploading]
        own = sum(c.peer == channel.peer for c in others)
        is_over_share = not channel.is_proxy and own >= SHARE_OF_UPLOADS
        return len(others) >= MAX_UPLOADS or is_over_share

    def add_task(self, channel: Channel) -> None:
        """Have a request answered, after the answer before it is gone."""
        if not channel.defer():
            self.task_dispatcher.add_task(channel)

    def maintenance(self, now: float) -> None:
        """Close the connections of clients that take too long."""
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(now):
                # At once: a socket whose client reads nothing never becomes writable.
                channel.handle_close()
        spooled = {channel: channel.spooled for channel in self.active_channels.values()}
        while sum(spooled.values()) > MAX_SPOOLED:
            largest = max(spooled, key=lambda channel: spooled[channel])
            del spooled[largest]
            largest.handle_close()

    def handle_accept(self) -> None:
        """Take a connection, if need be in the place of one that only waits."""
        try:
            accepted = self.accept()
            if accepted is None:  # another process took it
                return
            connection, address = accepted
            self.set_socket_options(connection)
        except OSError:  # gone before it was taken
            return
        if self._make_room(str(address[0])):
            Channel(self, connection, address, self.adj, map=self._map)
        else:
            # Said without waiting for the client to read it.
            with connection, suppress(OSError):
                connection.setblocking(False)
                connection.send(_BUSY)

    def _make_room(self, address: str) -> bool:
        open_ones = [c for c in self._map.values() if isinstance(c, Channel) and not c.will_close]
        if not self.is_proxy(address):
            peer = _name_of(address)
            of_peer = [channel for channel in open_ones if channel.peer == peer]
            if len(of_peer) >= self._share:
                return _close_one(of_peer)
        return len(open_ones) < MAX_CONNECTIONS or _close_one(open_ones)


class WebServer:
    """The servers of all sockets of a node, in one process.

    Args:
        application: what answers.
        config: limits, and who is the proxy.
        sockets: bound already; none for those that the settings name.
        processes: how many processes share the sockets.

    Raises:
        ServingError: the address cannot be listened on.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        config: Config,
        sockets: Iterable[socket.socket] = (),
        processes: int = 1,
    ) -> None:
        self._map: dict[int, Any] = {}
        self._dispatcher = FairDispatcher(config.threads)
        self._adjustments = _adjustments(config)
        share = max(_LEAST_SHARE, SHARE // processes)
        self._servers = [
            Server(
                application,
                self._map,
                _sock=sock,
                dispatcher=self._dispatcher,
                adj=self._adjustments,
                sockinfo=(sock.family, sock.type, sock.proto, sock.getsockname()),
                bind_socket=False,
                trusted_proxy=config.trusted_proxy,
                share=share,
            )
            for sock in tuple(sockets) or listening(config)
        ]

    @property
    def effective_port(self) -> int:
        """The port of the first socket."""
        return int(self._servers[0].effective_port)

    def connections(self) -> list[Channel]:
        """Return the connections that are open."""
        return [channel for channel in self._map.values() if isinstance(channel, Channel)]

    def run(self) -> None:
        """Answer until a signal ends the process; requests under way are given five seconds."""
        try:
            loop(
                timeout=self._adjustments.asyncore_loop_timeout,
                map=self._map,
                use_poll=self._adjustments.asyncore_use_poll,
            )
        finally:
            self._dispatcher.shutdown()

    def close(self) -> None:
        """Close every connection and socket."""
        close_all(self._map)


def listening(config: Config) -> list[socket.socket]:
    """Bind the sockets that a node listens on: one for each address of its host.

    Raises:
        ServingError: an address is taken, not this machine's, or not allowed.
    """
    bound: list[socket.socket] = []
    try:
        for family, kind, protocol, address in _adjustments(config).listen:
            bound.append(socket.socket(family, kind, protocol))
            if family == socket.AF_INET6:
                bound[-1].setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            bound[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound[-1].bind(address)
    except (OSError, OverflowError, ValueError) as error:
        for one in bound:
            one.close()
        reason = error.strerror if isinstance(error, OSError) else str(error)
        place = f"{config.host}:{config.port}"
        raise ServingError(
            "cannot listen on {place} ({reason}): choose another host or port (--host, --port), "
            "or stop what listens there",
            place=place,
            reason=reason,
        ) from error
    return bound


def _adjustments(config: Config) -> Adjustments:
    proxy: dict[str, object] = {}
    if config.trusted_proxy:
        proxy = {
            "trusted_proxy": config.trusted_proxy,
            "trusted_proxy_headers": {"x-forwarded-for"},
        }
    return Adjustments(
        **proxy,
        host=config.host,
        port=config.port,
        threads=config.threads,
        ident=None,
        max_request_header_size=_MAX_HEAD_BYTES,
        max_request_body_size=max(_MAX_BODY_BYTES, largest_body(config)),
        cleanup_interval=_CHECK_S,
        # Room is made when a connection comes, never by leaving it in the queue.
        connection_limit=10 * MAX_CONNECTIONS,
        asyncore_use_poll=True,
        # An answer goes to a file when its reader is slow: no thread waits for a client.
        outbuf_high_watermark=_LARGEST_ANSWER,
    )


def _unread(connection: socket.socket) -> int:
    """Bytes that the system holds because the client does not take them; megabytes, maybe.

    Only Linux says that; elsewhere less is held, and what was sent counts as read.
    """
    if sys.platform != "linux":
        return 0
    import fcntl  # only where it is
    import termios

    return int.from_bytes(fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)), sys.byteorder)


def _name_of(address: str) -> str:
    """The name under which a client is counted: an IPv6 household is one."""
    return client_of(address) or address


def _close_one(channels: list[Channel]) -> bool:
    """Close the connection that has waited longest without asking, else one that reads slowly."""
    idle = [channel for channel in channels if channel.is_waiting]
    reading = [c for c in channels if c.total_outbufs_len and not c.requests]
    begun = [channel for channel in idle if channel.request is not None]
    for group in (begun, idle, reading):
        if group:
            oldest = min(group, key=lambda channel: (channel.since, channel.creation_time))
            oldest.handle_close()
            return True
    return False
