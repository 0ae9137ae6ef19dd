"""Serving a node: pages, SPARQL, feed, and the harvests on their schedule."""

import gc
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask

from harvester.checking.checker import FileChecker
from harvester.run.board import BoardProgress
from harvester.run.schedule import Schedule
from harvester.run.worker import options_of
from maillage.serving.addresses import addresses_of
from maillage.serving.desk import LedgerDesk
from maillage.serving.following import Following, kept_compact
from maillage.serving.log import begin_log
from maillage.serving.mailing import Mailing
from maillage.serving.post import courier_of
from maillage.serving.registrar import NodeRegistrar
from maillage.serving.source_registrar import NodeSourceRegistrar
from maillage.steps.running import visit_by_cluster
from maillage.terminal.context import Settings
from registry.accounts.secret import check_safe
from registry.find.answer import prepare
from registry.node import Node, pole_identity, queries_of, query_limits
from registry.serving.http_server import WebServer, listening
from registry.serving.shared import LimitServer, Shared
from registry.serving.supervisor import Supervisor, stop_on
from registry.settings.config import Config
from registry.web.answer.admission import NodeLimits
from registry.web.app import create_app

if TYPE_CHECKING:
    from registry.identity.provider import Provider

_WAITING_FOR_WORKERS = 32
"""Harvests at a time where a cluster does them."""
_KeptUp = Callable[[Node], AbstractContextManager[None]]
"""What goes on beside the web server: following the ledger, and harvests on their schedule."""


@click.command()
@click.option("--host", help="Address to listen on (127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (8000).")
@click.option("--processes", type=int, help="Processes of the web server (one for each core).")
@click.option("--no-harvest", is_flag=True, help="Serve only; do not harvest on schedule.")
@click.option("--no-publish", is_flag=True, help="Do not write the feed that /feed/ serves.")
@click.pass_obj
def serve(
    settings: Settings,
    host: str | None,
    port: int | None,
    processes: int | None,
    no_harvest: bool,
    no_publish: bool,
) -> None:
    """Serve the pages, SPARQL and the feed of this node, and harvest its sources on schedule.

    Put a reverse proxy with TLS in front of it for the open web. Ctrl-C stops it cleanly.
    """
    stop_on(signal.SIGTERM, signal.SIGINT)
    begin_log(sys.stderr)
    config = settings.load(host=host, port=port, processes=processes)
    check_safe(config)
    kept_up = partial(_kept_up, harvesting=not no_harvest, publishing=not no_publish)
    count = _processes(config)
    with ExitStack() as opened:
        sockets = [opened.enter_context(one) for one in listening(config)]
        serving = _serve_alone if count == 1 else partial(_serve_together, count=count)

        def announce() -> None:
            _announce(settings, config.base_url, sockets[0])

        serving(config, sockets, kept_up, announce)


def _announce(settings: Settings, base_url: str, listener: socket.socket) -> None:
    """Say where the site is: its public address, and where it listens if that is another."""
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
    if address == base_url:
        settings.notify("Maillage: {base_url}", base_url=base_url)
        return
    settings.notify(
        "Maillage: listening on {address}; its pages give {base_url} as their address",
        address=address,
        base_url=base_url,
    )


def _processes(config: Config) -> int:
    """How many processes serve: children that end with their parent are Linux's to give."""
    if sys.platform != "linux":
        return 1
    return config.processes or os.cpu_count() or 1


def _serve_alone(
    config: Config, sockets: list[socket.socket], kept_up: _KeptUp, announce: Callable[[], None]
) -> None:
    """Serve in this process."""
    with Node.open(config) as node, kept_up(node):
        prepare()
        announce()
        WebServer(_app(node), config, sockets).run()


def _serve_together(
    config: Config,
    sockets: list[socket.socket],
    kept_up: _KeptUp,
    announce: Callable[[], None],
    count: int,
) -> None:
    """Serve by several processes: this one only starts them and replaces those that die."""
    with Node.open(config) as node:
        """Make what is missing, or say in a sentence what is wrong, before anything is started."""
        if config.accounts_enabled:
            node.accounts.all()
    with tempfile.TemporaryDirectory(prefix="maillage-") as folder, Supervisor() as supervisor:
        path = Path(folder, "shared")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen(socket.SOMAXCONN)
            prepare()
            gc.freeze()  # what all processes have in common stays in common
            supervisor.start("queries", partial(_keep, config, listener))
            supervisor.start("upkeep", partial(_keep_up, config, kept_up))
            for number in range(1, count + 1):
                work = partial(_answer, config, sockets, path, count)
                supervisor.start(f"web {number}", work)
            announce()
            supervisor.supervise()


def _keep(config: Config, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Keep what the node has once: query processes, budgets, rates, slots."""
    queries = queries_of(config)
    try:
        ready()
        LimitServer(NodeLimits.of(config.threads), queries).serve(listener)
    finally:
        queries.close()


def _answer(
    config: Config, sockets: list[socket.socket], path: Path, count: int, ready: Callable[[], None]
) -> None:
    """Answer requests, in one process of several."""
    shared = Shared(path, query_limits(config), NodeLimits.of(config.threads))
    with Node.open(config) as node:
        node.use_queries(shared.queries)
        server = WebServer(_app(node, shared.limits), config, sockets, count)
        ready()
        server.run()


def _app(node: Node, limits: NodeLimits | None = None) -> Flask:
    """Compose the application of a node with what judges, enters and hosts."""
    return create_app(
        node,
        limits,
        _checker(node.config),
        LedgerDesk(node),
        NodeRegistrar(node),
        _identities(node.config),
        addresses_of(node.config),
        NodeSourceRegistrar(node),
    )


def _identities(config: Config) -> "Provider | None":
    """The provider of identities, where the settings name one."""
    if not (config.accounts_enabled and config.oidc_issuer):
        return None
    # Cryptography is loaded by nodes that have a provider.
    from maillage.serving.identity import provider_of

    return provider_of(config)


def _checker(config: Config) -> FileChecker | None:
    """What checks the files of visitors, where the settings let them send any."""
    return FileChecker(pole_identity(config)) if config.checked_mb else None


@contextmanager
def _kept_up(node: Node, *, harvesting: bool, publishing: bool) -> Iterator[None]:
    """Follow the ledger, and harvest on schedule, in the background of a block."""
    with (
        Following(node, node.state.board, publishing=publishing) as following,
        kept_compact(node.store),
        _schedule(node, following) if harvesting else nullcontext(),
    ):
        yield


def _keep_up(config: Config, kept_up: _KeptUp, ready: Callable[[], None]) -> None:
    """Do the same in a process of its own."""
    with Node.open(config) as node, kept_up(node):
        ready()
        while True:
            time.sleep(3600)


def _schedule(node: Node, following: Following) -> Schedule:
    state = node.state

    def due(visitable: Collection[str]) -> Iterable[str]:
        return state.inbox.take_due(time.time(), visitable)

    options = options_of(node.config, BoardProgress(state.board))
    schedule = partial(
        Schedule,
        node.ledger,
        following.after,
        due=due,
        trials=state.trials,
        options=options,
        errands=partial(_run, (courier_of(node).round, Mailing(node).round)),
    )
    if not node.config.cluster:
        return schedule()
    return schedule(visit=partial(visit_by_cluster, node), at_once=_WAITING_FOR_WORKERS)


def _run(errands: Iterable[Callable[[], None]]) -> None:
    for errand in errands:
        errand()
