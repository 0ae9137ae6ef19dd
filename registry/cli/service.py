"""Serving a node: pages, SPARQL, feed, and the harvests on their schedule."""

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import nullcontext
from types import FrameType

import click
import waitress
import waitress.server
from flask import Flask

from harvester.on_board import OnBoard
from harvester.pipeline import Options
from harvester.schedule import Schedule
from harvester.storage import storage_fault
from registry.cli.context import Settings
from registry.cli.pole import publish_feed
from registry.cli.visiting import policy_of
from registry.config import Config
from registry.inbox import Inbox
from registry.ledger.types import Harvest
from registry.node import Node
from registry.runs import Board, board_url
from registry.trials import Trials
from registry.web.app import create_app

_LOG = logging.getLogger("maillage")
_LARGEST_ANSWER = 1_000_000_000


def register(group: click.Group) -> None:
    """Add this command to the group."""
    group.add_command(serve)


@click.command()
@click.option("--host", help="Address to listen on (127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (8000).")
@click.option("--no-harvest", is_flag=True, help="Serve only; do not harvest on schedule.")
@click.option("--no-publish", is_flag=True, help="Do not write the feed that /feed/ serves.")
@click.pass_obj
def serve(
    settings: Settings, host: str | None, port: int | None, no_harvest: bool, no_publish: bool
) -> None:
    """Serve the pages, SPARQL and the feed of this node, and harvest its sources on schedule.

    Put a reverse proxy with TLS in front of it for the open web. Ctrl-C stops it cleanly.
    """
    signal.signal(signal.SIGTERM, _stop)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    with settings.node(host=host, port=port) as node:
        node.follow()
        board = Board(board_url(node.config))
        upkeep = _Upkeep(node, board, publishing=not no_publish)
        with (
            nullcontext()
            if no_harvest
            else Schedule(
                node.ledger,
                upkeep.after,
                due=_due(node),
                trials=Trials(node.config),
                options=_options(node.config, board),
            )
        ):
            upkeep.publish_soon()
            settings.tell(f"Maillage : {node.config.base_url}", f"Maillage: {node.config.base_url}")
            _listen(node)


def _options(config: Config, board: Board) -> Options:
    return Options(
        policy_of(config),
        stuck_after_s=config.stuck_after_s,
        progress=OnBoard(board),
        kept=config.kept,
    )


def _due(node: Node) -> Callable[[Collection[str]], Iterable[str]]:
    """What the inbox asks to visit, politely."""
    inbox = Inbox(node.config.inbox)
    return lambda visitable: inbox.take_due(time.time(), visitable)


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Leave as Ctrl-C does: what is open is closed on the way out."""
    sys.exit(0)


def _listen(node: Node) -> None:
    server = server_of(create_app(node), node.config)
    try:
        server.run()
    finally:
        server.close()


def server_of(app: Flask, config: Config) -> waitress.server.BaseWSGIServer:
    """Give the web server of an application, bound to its port, with the limits of a node."""
    return waitress.create_server(
        app,
        **_behind(config.trusted_proxy),
        host=config.host,
        port=config.port,
        threads=config.threads,
        ident=None,
        max_request_body_size=1_048_576,
        channel_timeout=60,
        connection_limit=500,
        # An answer goes to a file when its reader is slow: no thread waits for a client.
        outbuf_high_watermark=_LARGEST_ANSWER,
    )


def _behind(proxy: str) -> dict[str, object]:
    """Waitress's settings for a reverse proxy: only its word about the client is taken."""
    if not proxy:
        return {}
    return {"trusted_proxy": proxy, "trusted_proxy_headers": {"x-forwarded-for"}}


class _Upkeep:
    """What follows a harvest: the projections, then the feed; one at a time, in the background."""

    def __init__(self, node: Node, board: Board, *, publishing: bool) -> None:
        self._node = node
        self._board = board
        self._publishing = publishing
        self._lock = threading.Lock()

    def after(self, harvest: Harvest) -> None:
        """Bring projections and feed to the ledger's head after a harvest."""
        _LOG.info("harvest %s of %s: %s", harvest.id, harvest.source, harvest.outcome)
        brought = [harvest.source] if harvest.first_seq is not None else []
        with self._board.projecting(brought), self._lock:
            self._node.follow()
            self._publish()

    def publish_soon(self) -> None:
        """Write the feed in the background: pages are served meanwhile."""
        threading.Thread(target=self._publish_locked, name="publish", daemon=True).start()

    def _publish_locked(self) -> None:
        with self._lock:
            try:
                self._publish()
            except Exception as error:
                if (fault := storage_fault(error, self._node.config.data)) is None:
                    raise
                _LOG.error("feed: %s", fault)

    def _publish(self) -> None:
        if self._publishing:
            published = publish_feed(self._node)
            _LOG.info("feed: change %s, %s files written", published.head, len(published.changed))
