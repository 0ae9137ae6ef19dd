"""A service of addresses on this machine, in the form of the Base adresse nationale."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask

from maillage.serving.addresses import FetchedAddresses
from registry.node import Node
from registry.web.workspace.addresses import ADDRESSES
from tests.registry.web.accounts.pole_of_editors import made_app

Answer = tuple[int, str, bytes]


def feature(
    longitude: object = 6.4612, latitude: object = 43.5391, **said: object
) -> dict[str, Any]:
    """An answer about a street of Draguignan."""
    properties = {
        "label": "1 Place du Marché 83300 Draguignan", "score": 0.9612, "type": "housenumber",
        "citycode": "83050", "x": 1.0, "y": 2.0,
    }  # fmt: skip
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
        "properties": properties | said,
    }


def collection(*features: object) -> Answer:
    """A whole answer."""
    body = {"type": "FeatureCollection", "version": "draft", "features": features}
    return 200, "application/json", json.dumps(body).encode()


class SmallAddressService(ThreadingHTTPServer):
    """Answers what it is told to; remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: Callable[[], Answer] = lambda: collection(feature())
        self.asked: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_address[1]}/search/"


class _Handler(BaseHTTPRequestHandler):
    server: SmallAddressService

    def do_GET(self) -> None:
        self.server.asked.append(dict(parse_qsl(urlsplit(self.path).query)))
        self.server.headers.append(dict(self.headers))
        status, kind, body = self.server.answer()
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # the node hung up

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def small_address_service() -> Iterator[SmallAddressService]:
    """A service that answers during a block."""
    server = SmallAddressService()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def app_asking(node: Node, service: SmallAddressService) -> Flask:
    """The application of a node that asks a service, for what editors do."""
    made = made_app(node)
    made.extensions[ADDRESSES] = FetchedAddresses(replace(node.config, addresses_url=service.url))
    return made
