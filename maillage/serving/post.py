"""The post of a serving node: what its mailboxes above bring, what its outbox holds."""

import time
from collections.abc import Collection, Iterable

from harvester.fetch import policy_of
from harvester.run.courier import Courier
from registry.node import Node
from registry.state.inbox import upstream_key


def courier_of(node: Node) -> Courier:
    """Return what fetches and sends the corrections of a node."""

    def due(urls: Collection[str]) -> Iterable[str]:
        keys = {upstream_key(url): url for url in urls}
        return [keys[key] for key in node.state.inbox.take_due(time.time(), keys)]

    return Courier(
        node.tickets, node.ledger, node.config.namespace, policy_of(node.config), due=due
    )
