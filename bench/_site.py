"""The web processes of a node, as ``maillage serve`` has them, and nothing beside them.

python -m bench._site DATA PORT PROCESSES MEGABYTES_OF_KEPT_ANSWERS
"""

import socket
import sys
from collections.abc import Callable
from functools import partial

from registry.node import Node
from registry.serving.http_server import WebServer, listening
from registry.serving.supervisor import Supervisor
from registry.settings.config import Config, load
from registry.web.app import create_app
from sandbox.gc import tune_gc


def main() -> None:
    """Serve until the process is ended; say ``ready`` when it answers."""
    data, port, processes, megabytes = sys.argv[1:]
    settings = {
        "MAILLAGE_DATA": data,
        "MAILLAGE_PORT": port,
        "MAILLAGE_BASE_URL": f"http://127.0.0.1:{port}/",
        "MAILLAGE_KEPT_ANSWERS_MB": megabytes,
    }
    config, count = load(None, settings), int(processes)
    sockets = listening(config)
    tune_gc()  # as every command does
    with Supervisor() as supervisor:
        for number in range(count):
            supervisor.start(f"web {number}", partial(_answer, config, sockets, count))
        print("ready", flush=True)
        supervisor.supervise()


def _answer(
    config: Config, sockets: list[socket.socket], count: int, ready: Callable[[], None]
) -> None:
    with Node.open(config) as node:
        server = WebServer(create_app(node), config, sockets, count)
        ready()
        server.run()


if __name__ == "__main__":
    main()
