"""The page of a held harvest says how to decide, and the decisions say what they decided."""

from pathlib import Path

from registry.ledger.types import Draft, HarvestResult, Held, Kind, Outcome
from registry.web import create_app
from tests.web.network import NOON, small_network


def test_a_held_harvest_tells_the_commands_until_it_is_decided(tmp_path: Path) -> None:
    node = small_network(tmp_path)
    subject = next(iter(node.ledger.known("zinc")))
    gone = (Draft(Kind.DELETE, subject, None),)
    held = Held(gone, (), (), {}, {subject: node.ledger.known("zinc")[subject]})
    waiting = node.ledger.commit("zinc", HarvestResult(Outcome.HELD, NOON, held=held), NOON)
    client = create_app(node).test_client()
    page = client.get(f"/en/moissons/{waiting.id}").text
    assert "0 creations, 0 changes, 1 removals" in page
    assert f"maillage harvest release {waiting.id} --reason" in page
    report = {"source": "zinc", "discarded": waiting.id, "reason": "<b>no</b>"}
    done = HarvestResult(Outcome.DISCARDED, NOON, report=report)
    decided = node.ledger.commit("zinc", done, NOON)
    assert "harvest release" not in client.get(f"/moissons/{waiting.id}").text
    page = client.get(f"/en/moissons/{decided.id}").text
    assert "Discards what was held by harvest" in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert f"/en/moissons/{waiting.id}" in page
    node.close()
