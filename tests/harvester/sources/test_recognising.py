"""What an address without a stream is taken for when a source is registered."""

import json

import pytest

from harvester.fetch import Policy
from harvester.sources.discover import discover
from tests.simulator import SimulatedPole, redirect

POLICY = Policy(allow_private=True, deadline_s=5, tries=1)
CATALOGUE = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
<#d> a dcat:Dataset ; dcat:distribution [ dcat:downloadURL </d.nt.gz> ] ."""
ROWS = [{"id": "1", "nom": "Médiathèque"}]
FOUND = {
    "csv": ("/file", b"id;nom\n1;A\n", "text/csv; charset=utf-8", "table"),
    "csv by its name": ("/file.csv", b"id;nom\n1;A\n", "application/octet-stream", "table"),
    "json": ("/file.json", json.dumps(ROWS).encode(), "application/json", "table"),
    "json-ld": ("/file.json", b'{"@id": "http://x/a", "@type": "http://x/B"}', "", "dump"),
    "catalogue": ("/catalog.ttl", CATALOGUE.encode(), "text/turtle", "dcat"),
}


@pytest.mark.parametrize("name", FOUND)
def test_an_address_is_taken_for_what_it_gives(pole: SimulatedPole, name: str) -> None:
    path, body, media_type, kind = FOUND[name]
    pole.put(path, body, media_type)
    found = discover(pole.url(path), POLICY)
    assert (found.kind, found.url) == (kind, pole.url(path))
    assert (found.namespaces, found.claimed) == ((), ())


def test_an_address_that_redirects_to_the_newest_table_is_what_is_registered(
    pole: SimulatedPole,
) -> None:
    pole.put("/2026-03.csv", b"id;nom\n1;A\n", "text/csv")
    pole.fail("/latest", redirect("/2026-03.csv"))
    assert discover(pole.url("/latest"), POLICY).url == pole.url("/latest")
