"""The web server of a node over an application, in a thread of the tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import Flask

from registry.serving.http_server import WebServer
from registry.settings.config import Config


@contextmanager
def running(app: Flask, config: Config) -> Iterator[WebServer]:
    """Serve an application on loopback until the block ends."""
    server = WebServer(app, config)

    def run() -> None:
        with suppress(OSError):  # closed from another thread, it may still wait on its sockets
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(5)
