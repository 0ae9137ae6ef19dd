"""What a node has once, however many processes serve it: query processes, budgets, rates, slots.

One process keeps them (:class:`LimitServer`); the web processes ask it over a socket
(:class:`Shared`). Whatever a connection holds is freed when it closes, so that a web process that
ends leaves nothing taken.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Unpack

from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from registry.serving.wire import Connections, exchange
from registry.store import errors
from registry.store.queries import Answer, Form, Limits, Queries, QueryOptions
from registry.web.answer.admission import RETRY_AFTER_S, NodeLimits, QueryBudgetError
from sandbox.frames import Frame, receive, send

_KINDS = {
    kind.__name__: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.QueryError)
}


class LimitServer:
    """Answers the web processes of a node; a thread for each of their connections.

    Args:
        limits: what clients may take of the node.
        queries: what answers queries.
    """

    def __init__(self, limits: NodeLimits, queries: Queries) -> None:
        self._limits = limits
        self._queries = queries
        self._answers: dict[str, Callable[[dict[str, Any], ExitStack], Frame]] = {
            "ask": self._ask,
            "rate": self._rate,
            "slot": self._take_slot,
            "release": self._release,
        }

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
            return self._answers[header["op"]](header, held)
        except errors.QueryError as error:
            wait_s = getattr(error, "wait_s", None)
            problem = {"error": type(error).__name__, "wait_s": wait_s}
            return problem | {
                "template": error.sentence.template,
                "values": error.sentence.values,
            }, b""
        except ServiceUnavailable:
            return {"error": "ServiceUnavailable"}, b""
        except TooManyRequests as error:
            return {"error": "TooManyRequests", "wait_s": error.retry_after}, b""

    def _ask(self, header: dict[str, Any], _held: ExitStack) -> Frame:
        query, options = header["query"], header["options"]
        if header["address"] is None:
            answer = self._queries.ask(query, **options)
        else:
            admission = self._limits.queries
            answer = admission.ask(self._queries, header["address"], query, **options)
        return {"media_type": answer.media_type, "form": answer.form.name}, answer.body

    def _rate(self, header: dict[str, Any], _held: ExitStack) -> Frame:
        return {"wait_s": self._limits.rates[header["name"]].wait_s(header["client"])}, b""

    def _take_slot(self, header: dict[str, Any], held: ExitStack) -> Frame:
        held.callback(self._limits.exports.take(header.get("address", "")))
        return {}, b""

    def _release(self, _header: dict[str, Any], held: ExitStack) -> Frame:
        held.close()
        return {}, b""


class Shared:
    """What the web process of a node asks the limit server for.

    Attributes:
        queries: what answers queries, used as a ``QueryPool``.
        limits: what clients may take, used as those of a node with one process.
    """

    def __init__(self, path: Path, limits: Limits, own: NodeLimits) -> None:
        """Name the socket of the limit server.

        Args:
            path: the socket.
            limits: what one query may take.
            own: what the node's limits are.
        """
        connections = Connections(path)
        self.queries = SharedQueries(connections, limits)
        self.limits = NodeLimits(
            SharedAdmission(self.queries, own.queries.slots),
            SharedSlots(connections),
            {name: SharedRate(connections, name) for name in own.rates},
        )


class SharedQueries:
    """Queries answered by the node's query processes.

    Attributes:
        limits: what one query may take.
    """

    def __init__(self, connections: Connections, limits: Limits) -> None:
        self._connections = connections
        self.limits = limits

    def ask(self, query: str, **options: Unpack[QueryOptions]) -> Answer:
        """Answer one query; arguments and errors are those of ``Queries.ask``."""
        return self.admitted(None, query, dict(options))

    def admitted(self, address: str | None, query: str, options: dict[str, Any]) -> Answer:
        """Answer one query of a client, at its expense unless it is None, in one message."""
        request = {"op": "ask", "address": address, "query": query, "options": options}
        try:
            header, body = self._connections.ask(request)
        except OSError as error:
            raise _unavailable() from error
        _check(header)
        return Answer(body, header["media_type"], Form[header["form"]])

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()


class SharedAdmission:
    """Admission of queries to the endpoint, for all processes.

    Attributes:
        slots: queries that may run or wait at once.
    """

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

    def __init__(self, connections: Connections, name: str) -> None:
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
    """A few slots for answers that take long to write, for all processes."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def take(self, address: str = "") -> Callable[[], None]:
        """Take a slot; give the function that frees it, once however often it is called."""
        try:
            held = [_holding_slot(self._connections, {"op": "slot", "address": address})]
        except OSError as error:
            raise ServiceUnavailable(retry_after=RETRY_AFTER_S) from error

        def release() -> None:
            if held:
                _freed(self._connections, held.pop())

        return release


def _holding_slot(connections: Connections, header: dict[str, Any]) -> socket.socket:
    """Return a connection that holds what was asked for, on a new one when the server was replaced.

    Raises:
        OSError: nobody answers.
        QueryError: refused.
        ServiceUnavailable, TooManyRequests: refused.
    """
    connection = connections.take()
    try:
        reply, _ = exchange(connection, header)
    except OSError:
        connection.close()
        connections.close()
        connection = connections.take()
        reply, _ = exchange(connection, header)
    if "error" in reply:
        connections.give_back(connection)
    _check(reply)
    return connection


def _freed(connections: Connections, connection: socket.socket) -> None:
    try:
        exchange(connection, {"op": "release"})
    except OSError:  # closed, which lets go as well
        connection.close()
    else:
        connections.give_back(connection)


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


def _unavailable() -> errors.QueryUnavailableError:
    return errors.QueryUnavailableError(
        "the query processes are being replaced: ask again in a few seconds"
    )
