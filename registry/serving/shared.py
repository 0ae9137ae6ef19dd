"""What a node has once, however many processes serve it: query processes, budgets, rates, slots.

One process keeps them (:class:`LimitServer`); the web processes ask it (:class:`Shared`), over a
socket in a folder that only their user can read. Whatever a connection holds is freed when it
closes, so that a web process that ends leaves nothing taken.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Unpack

from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from registry.store import errors
from registry.store.queries import Answer, Form, Limits, Queries, QueryOptions
from registry.web.answer.admission import RETRY_AFTER_S, NodeLimits, QueryBudgetError
from sandbox.frames import Frame, receive, send

_TIMEOUT_S = 120.0
"""Longer than any answer takes: a query waits for seconds and runs for seconds."""
_KINDS = {
    kind.__name__: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.QueryError)
}


class LimitServer:
    """Answers the web processes of a node; a thread for each of their connections."""

    def __init__(self, limits: NodeLimits, queries: Queries) -> None:
        self._limits = limits
        self._queries = queries

    def serve(self, listener: socket.socket) -> None:
        """Answer until the process ends."""
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=self._serve_connection, args=(connection,), daemon=True).start()

    def _serve_connection(self, connection: socket.socket) -> None:
        # The web process closes it, or is gone.
        with connection, suppress(OSError), ExitStack() as held:
            while request := receive(connection):
                send(connection, *self._answered(request[0], held))

    def _answered(self, header: dict[str, Any], held: ExitStack) -> Frame:
        try:
            return self._granted(header, held)
        except errors.QueryError as error:
            return {
                "error": type(error).__name__,
                "wait_s": getattr(error, "wait_s", None),
                "template": error.sentence.template,
                "values": error.sentence.values,
            }, b""
        except ServiceUnavailable:
            return {"error": "ServiceUnavailable"}, b""
        except TooManyRequests as error:
            return {"error": "TooManyRequests", "wait_s": error.retry_after}, b""

    def _granted(self, header: dict[str, Any], held: ExitStack) -> Frame:
        match header["op"]:
            case "ask":
                answer = self._queried(header["address"], header["query"], header["options"])
                return {"media_type": answer.media_type, "form": answer.form.name}, answer.body
            case "state":
                return {"state": self._queries.state()}, b""
            case "rate":
                rate = self._limits.rates[header["name"]]
                return {"wait_s": rate.wait_s(header["client"])}, b""
            case "slot":
                slots = getattr(self._limits, header["of"])
                held.callback(slots.take(header.get("address", "")))
            case "release":
                held.close()
        return {}, b""

    def _queried(self, address: str | None, query: str, options: dict[str, Any]) -> Answer:
        if address is None:
            return self._queries.ask(query, **options)
        return self._limits.queries.ask(self._queries, address, query, **options)


class _Connections:
    """Connections to the limit server; each is used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._lock = threading.Lock()
        self._free: list[socket.socket] = []

    def ask(self, header: dict[str, Any]) -> Frame:
        """Send a request and give its answer; raises as :meth:`asked` does."""
        connection, answer = self.asked(header)
        self.give_back(connection)
        return answer

    def asked(self, header: dict[str, Any]) -> tuple[socket.socket, Frame]:
        """Send a request; give the answer and the connection, which holds what was asked for.

        Asks once more when the other end was replaced.

        Raises:
            OSError: nobody answers.
        """
        with suppress(OSError):
            return self._asked(header)
        self.close()
        return self._asked(header)

    def _asked(self, header: dict[str, Any]) -> tuple[socket.socket, Frame]:
        with self._lock:
            known = self._free.pop() if self._free else None
        connection = known or socket.socket(socket.AF_UNIX)
        try:
            if known is None:
                connection.settimeout(_TIMEOUT_S)
                connection.connect(self._path)
            return connection, exchange(connection, header)
        except BaseException:
            connection.close()
            raise

    def give_back(self, connection: socket.socket) -> None:
        """Take back a connection that holds nothing."""
        with self._lock:
            self._free.append(connection)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with self._lock:
            for connection in self._free:
                connection.close()
            self._free.clear()


def exchange(connection: socket.socket, header: dict[str, Any]) -> Frame:
    """Send a request over a connection and return its answer; raises ``OSError`` without one."""
    send(connection, header)
    if (answer := receive(connection)) is None:
        raise ConnectionResetError
    return answer


class Shared:
    """What a web process asks the limit server for: ``queries`` and ``limits`` as of a node."""

    def __init__(self, path: Path, limits: Limits, own: NodeLimits) -> None:
        """Name the socket of the limit server, what a query may take, and the node's limits."""
        connections = _Connections(path)
        self.queries = SharedQueries(connections, limits)
        self.limits = NodeLimits(
            SharedAdmission(self.queries, own.queries.slots),
            SharedSlots(connections, "exports"),
            SharedSlots(connections, "checks"),
            {name: SharedRate(connections, name) for name in own.rates},
        )


class SharedQueries:
    """Queries answered by the node's query processes."""

    def __init__(self, connections: _Connections, limits: Limits) -> None:
        self._connections = connections
        self.limits = limits

    def ask(self, query: str, **options: Unpack[QueryOptions]) -> Answer:
        """Answer one query; arguments and errors are those of ``Queries.ask``."""
        return self.admitted(None, query, dict(options))

    def state(self) -> str | None:
        """Return which state readers see; see ``Queries.state``."""
        header, _ = self._asked({"op": "state"})
        found: str | None = header["state"]
        return found

    def admitted(self, address: str | None, query: str, options: dict[str, Any]) -> Answer:
        """Answer one query of a client, at its expense unless it is None, in one message."""
        request = {"op": "ask", "address": address, "query": query, "options": options}
        header, body = self._asked(request)
        return Answer(body, header["media_type"], Form[header["form"]])

    def _asked(self, request: dict[str, Any]) -> Frame:
        try:
            header, body = self._connections.ask(request)
        except OSError as error:
            raise errors.QueryUnavailableError(
                "the query processes are being replaced: ask again in a few seconds"
            ) from error
        _check(header)
        return header, body

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()


class SharedAdmission:
    """Admission of queries to the endpoint, for all processes."""

    def __init__(self, queries: SharedQueries, slots: int) -> None:
        self._queries = queries
        self.slots = slots

    def ask(self, queries: Queries, address: str, query: str, **options: Any) -> Answer:
        """Put a query while holding a slot, both at the limit server.

        Errors are those of ``Admission``. The node's own queries are those of the limit server,
        whatever is given.
        """
        return self._queries.admitted(address, query, options)


class SharedRate:
    """So many requests of each client, over all processes."""

    def __init__(self, connections: _Connections, name: str) -> None:
        self._connections = connections
        self._name = name

    def wait_s(self, client: str) -> int:
        """Count one request of a client; give 0, or the seconds to wait."""
        try:
            header, _ = self._connections.ask({"op": "rate", "name": self._name, "client": client})
        except OSError:  # being replaced
            return RETRY_AFTER_S
        return int(header["wait_s"])


class SharedSlots:
    """A few slots for what takes long, for all processes."""

    def __init__(self, connections: _Connections, name: str) -> None:
        """Name the slots as the node's limits do."""
        self._connections = connections
        self._name = name

    def take(self, address: str = "") -> Callable[[], None]:
        """Take a slot; give the function that frees it, once however often it is called."""
        try:
            asked = {"op": "slot", "of": self._name, "address": address}
            connection, (reply, _) = self._connections.asked(asked)
        except OSError as error:
            raise ServiceUnavailable(retry_after=RETRY_AFTER_S) from error
        if "error" in reply:
            self._connections.give_back(connection)
            _check(reply)
        held = [connection]

        def release() -> None:
            if held:
                self._free(held.pop())

        return release

    def _free(self, connection: socket.socket) -> None:
        try:
            exchange(connection, {"op": "release"})
        except OSError:  # closed, which lets go as well
            connection.close()
        else:
            self._connections.give_back(connection)


def _check(reply: dict[str, Any]) -> None:
    kind = reply.get("error")
    if kind is None:
        return
    if kind == "ServiceUnavailable":
        raise ServiceUnavailable(retry_after=RETRY_AFTER_S)
    if kind == "TooManyRequests":
        raise TooManyRequests(retry_after=reply["wait_s"])
    if kind == QueryBudgetError.__name__:
        raise QueryBudgetError(reply["wait_s"])
    raise _KINDS[kind](reply["template"], **reply["values"])
