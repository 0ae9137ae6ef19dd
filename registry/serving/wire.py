"""Messages between the web processes of a node and its limit server.

Both ends are our own processes of one user, over a socket in a folder that only that user can read.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sandbox.frames import Frame, receive, send

_TIMEOUT_S = 120.0
"""Longer than any answer takes: a query waits for seconds and runs for seconds."""


class Connections:
    """Connections to the process that shares; each is used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Name the socket; it is connected to when first needed."""
        self._path = str(path)
        self._lock = threading.Lock()
        self._free: list[socket.socket] = []

    def take(self) -> socket.socket:
        """Take a connection; what it asks for and holds is let go of when it is closed.

        Raises:
            OSError: nobody listens.
        """
        with self._lock:
            if self._free:
                return self._free.pop()
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(_TIMEOUT_S)
            connection.connect(self._path)
        except OSError:
            connection.close()
            raise
        return connection

    def give_back(self, connection: socket.socket) -> None:
        """Return a connection back that holds nothing."""
        with self._lock:
            self._free.append(connection)

    @contextmanager
    def borrowed(self) -> Iterator[socket.socket]:
        """Use a connection; one on which anything went wrong is closed."""
        connection = self.take()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self.give_back(connection)

    def ask(self, header: dict[str, Any]) -> Frame:
        """Send a request and give its answer; once more when the other end was replaced.

        Raises:
            OSError: nobody answers.
        """
        with suppress(OSError), self.borrowed() as connection:
            return exchange(connection, header)
        self.close()
        with self.borrowed() as connection:
            return exchange(connection, header)

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
