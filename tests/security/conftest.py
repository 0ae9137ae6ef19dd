"""The small network of the web tests, and the harvester's simulated pole."""

from tests.harvester.conftest import ledger, pole, registry
from tests.registry.web.conftest import client, network, node, site, stopped_clock, visitor

__all__ = [
    "client",
    "ledger",
    "network",
    "node",
    "pole",
    "registry",
    "site",
    "stopped_clock",
    "visitor",
]
