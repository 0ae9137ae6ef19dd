"""The programs of portals read the sample network as it is served: ``make test-clients``."""

from typing import Any

import pytest

from bench import clients
from samples.network import REGISTRY
from samples.territory import POLES

pytestmark = pytest.mark.clients


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return clients.run()


def test_e1_real_portals_save_every_catalogue_whole(found: dict[str, Any]) -> None:
    assert found["failed"] == [], found["clients"]


def test_e1_every_node_was_read_by_every_portal(found: dict[str, Any]) -> None:
    for program in ("udata", "ckanext-dcat"):
        assert {f"{program} {slug} ttl" for slug in (REGISTRY, *POLES)} <= found["clients"].keys()
        for slug in clients.ALL_FORMS:
            names = {f"{program} {slug} {form}" for form in ("jsonld", "rdf")}
            assert names <= found["clients"].keys()
    assert {f"ldes-client {slug}" for slug in clients.ALL_FORMS} <= found["clients"].keys()
    assert all(told.startswith("1 datasets, 7 files") for name, told in found["clients"].items()
               if name.startswith("udata"))  # fmt: skip
