"""A record that a source passes on for others: its page says whose it is."""

from dataclasses import replace

from flask.testing import FlaskClient

from registry.ledger.options import SourceOptions
from tests.registry.web.network_of_tests import SIMPLE, SmallNode, harvest
from vocab.mapping import PoleIdentity, place_record

ZINC = "https://zinc.example/id/"
PING = "https://ping.example/id/"


def test_a_page_says_for_whom_its_source_passes_it_on(node: SmallNode, client: FlaskClient) -> None:
    source = node.ledger.source("ping")
    assert source is not None
    granted = replace(
        source, namespaces=(*source.namespaces, ZINC), options=SourceOptions(relays=(ZINC,))
    )
    node.ledger.put_source(granted)
    places = [place_record(SIMPLE, PoleIdentity("zinc", space)) for space in (ZINC, PING)]
    harvest(node, "ping", places)
    page, own = (client.get(f"/id?iri={place.iri}", follow_redirects=True) for place in places)
    assert page.request.path == "/pole/ping/zinc.example/id/place/simple", "not that of its own"
    assert own.request.path == "/pole/ping/place/simple"
    assert "Transmise pour" in page.text
    assert f'<span class="iri">{ZINC}</span>' in page.text
    assert "Transmise pour" not in own.text
    assert "Passed on for" in client.get(f"/en{page.request.path}").text
    turtle = client.get(f"{page.request.path}.ttl")
    assert f"<{places[0].iri}>" in turtle.text
