"""A world where every address answers, to see which ones the harvester dials.

``python -m tests.security.world FOLDER`` runs inside namespaces of its own (user, network, mount)
whose kernel takes every address for its own (``ip route add local``). One server answers on all of
them and notes, for each connection, the address that was dialled; names come from a DNS server that
lies. Nothing of the harvester is replaced: its resolver and its sockets are the real ones.
"""

import json
import socket
import struct
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

from harvester.fetch import Fetched, Fetcher, Policy
from harvester.run.pipeline import Options, harvest
from harvester.sources.discover import discover
from registry.ledger.ledger import Ledger
from registry.ledger.types import Source
from tests.security.tricks import EACH, FEW, HOSTS, LINK, VECTORS
from vocab.errors import MaillageError

PORT = 8080
NAMESERVER, PUBLIC, ELSEWHERE, FORBIDDEN = "9.9.9.53", "9.9.9.9", "8.8.4.4", "10.0.0.1"
SETUP = f"""set -e
ip link set lo up
ip route add local 0.0.0.0/0 dev lo
ip -6 route add local ::/0 dev lo
echo "nameserver {NAMESERVER}" > "$1/resolv.conf"
mount --bind "$1/resolv.conf" /etc/resolv.conf
exec "$2" -m tests.security.world "$1"
"""
QUICK = Policy(tries=1, deadline_s=5)
NAMES = ["turn.example", "two.example", "mixed.example"]
"""Lead to a forbidden address: every other time, always as the second one, as the first one."""


FOLLOWED = ["tree:node", "DCAT downloadURL", "sitemap", "redirect"]
"""What leads a harvest on, where it may go."""


class World:
    """What answers, and what was asked of it.

    Attributes:
        document: what the start page says: content type, redirection, body.
        dialled: address -> connections.
        secrets: address -> requests for what nobody should have.
    """

    def __init__(self) -> None:
        self.document: tuple[str, str, bytes] = ("", "", b"")
        self.dialled: Counter[str] = Counter()
        self.secrets: Counter[str] = Counter()


class _Handler(BaseHTTPRequestHandler):
    """Answers as its world says."""

    def __init__(self, world: World, *request: Any) -> None:
        self.world = world
        super().__init__(*request)

    def do_GET(self) -> None:
        media_type, location, body = self._answer()
        self.send_response(302 if location else 200)
        for name, value in (("Location", location), ("Content-Type", media_type)):
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self) -> tuple[str, str, bytes]:
        if self.path == "/secret":
            self.world.secrets[_address(self.connection)] += 1
            return "text/turtle", "", b"<urn:a> <urn:b> <urn:c> ."
        return self.world.document if self.path == "/start" else ("text/plain", "", b"")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """Listens on every address of a family."""

    daemon_threads = True

    def __init__(self, world: World, everywhere: str) -> None:
        self.world = world
        self.address_family = socket.AF_INET6 if ":" in everywhere else socket.AF_INET
        super().__init__((everywhere, PORT), partial(_Handler, world))

    def server_bind(self) -> None:
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        super().server_bind()

    def get_request(self) -> tuple[socket.socket, Any]:
        sock, peer = super().get_request()
        self.world.dialled[_address(sock)] += 1
        return sock, peer


@contextmanager
def answering(world: World) -> Iterator[None]:
    """Serve HTTP on every address, of both families, and DNS."""
    servers = [_Server(world, everywhere) for everywhere in ("0.0.0.0", "::")]  # noqa: S104
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind((NAMESERVER, 53))
    serving = [partial(server.serve_forever, 0.02) for server in servers]
    for serve in (*serving, partial(_tell_names, names)):
        threading.Thread(target=serve, daemon=True).start()
    yield
    for server in servers:
        server.shutdown()
        server.server_close()


def _address(sock: socket.socket) -> str:
    return str(sock.getsockname()[0])


def _tell_names(names: socket.socket) -> None:
    """Answer for ever (RFC 1035, section 4.1); what nobody may keep has no time to live."""
    turns = count()
    while True:
        question, asker = names.recvfrom(512)
        labels, at = [], 12
        while size := question[at]:
            labels.append(question[at + 1 : at + 1 + size].decode("ascii", "replace"))
            at += 1 + size
        (kind,) = struct.unpack_from(">H", question, at + 1)
        found = _addresses(".".join(labels).lower(), turns) if kind == 1 else []
        head = question[:2] + struct.pack(">HHHHH", 0x8180, 1, len(found), 0, 0)
        answers = [
            struct.pack(">HHHIH", 0xC00C, 1, 1, 0, 4) + socket.inet_aton(one) for one in found
        ]
        names.sendto(head + question[12 : at + 5] + b"".join(answers), asker)


def _addresses(name: str, turns: Iterator[int]) -> list[str]:
    if name == "turn.example":
        return [PUBLIC if next(turns) % 2 == 0 else FORBIDDEN]
    known = {
        "public.example": [PUBLIC],
        "two.example": [PUBLIC, FORBIDDEN],
        "mixed.example": [FORBIDDEN, PUBLIC],
    }
    return known.get(name, [])


def fetch(url: str, *, policy: Policy) -> Fetched:
    """Fetch one document with a connection of its own."""
    with Fetcher(policy) as fetcher:
        return fetcher.fetch(url)


def every_spelling() -> None:
    """Ask for each spelling of each forbidden address."""
    for host in HOSTS:
        _refused(fetch, LINK.format(host, PORT))


def every_registration() -> None:
    """Have the kind of each address found out, as somebody does who registers a source."""
    for host in (*FEW, *NAMES):
        _refused(discover, LINK.format(host, PORT))


def _refused(act: Callable[..., object], url: str) -> None:
    with suppress(MaillageError):
        act(url, policy=QUICK)


def every_vector(
    world: World, ledger: Ledger, start: str, hosts: Sequence[str], vectors: Sequence[str]
) -> None:
    """Harvest documents of a host that lead to others."""
    for vector in vectors:
        kind, text, media_type = VECTORS[vector]
        space = f"http://{start}/id/"
        source = Source("pole", "pole", "Pole", f"http://{start}:{PORT}/start", kind, (space,))
        ledger.put_source(source)
        for host in hosts:
            link = LINK.format(host, PORT)
            redirection = "" if text else link.encode("ascii", "backslashreplace").decode()
            world.document = (media_type, redirection, text.format(link).encode())
            harvest(ledger, source, options=Options(QUICK))


def run(folder: Path) -> dict[str, dict[str, int]]:
    """Try everything; give whom the harvester dialled, and whom when it was allowed to."""
    world = World()
    ledger = Ledger.open(f"sqlite:///{folder}/ledger.sqlite")
    with answering(world):
        every_spelling()
        every_registration()
        every_vector(world, ledger, PUBLIC, [*EACH, *NAMES], [*VECTORS])
        every_vector(world, ledger, "turn.example", ["turn.example"] * 4, FOLLOWED)
        told = {"dialled": dict(world.dialled), "secrets": dict(world.secrets)}
        world.dialled.clear()
        world.secrets.clear()
        every_vector(world, ledger, PUBLIC, [PUBLIC], FOLLOWED)
        every_vector(world, ledger, PUBLIC, [ELSEWHERE], ["DCAT downloadURL", "redirect"])
        discover(LINK.format(ELSEWHERE, PORT), QUICK)
    ledger.close()
    return told | {"allowed": dict(world.secrets)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]))))
