"""The small network of the web tests, and the harvester's simulated pole."""

from tests.harvester.conftest import ledger, pole, registry
from tests.web.conftest import network, site, stopped_clock, visitor

__all__ = ["ledger", "network", "pole", "registry", "site", "stopped_clock", "visitor"]
