"""The Atom feed of a pole's harvests: one entry each, one sentence on what is wrong."""

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient

from registry.ledger.types import HarvestResult, Outcome
from tests.registry.web.network_of_tests import HOSTILE, NOON, SmallNode

if TYPE_CHECKING:
    pass

ATOM = "{http://www.w3.org/2005/Atom}"


def group(severity: str, message: str) -> dict[str, Any]:
    messages = {"message_fr": message, "message_en": message}
    return {"code": "MED-P001", "severity": severity, "count": 3, **messages}


SENTENCES: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "Nothing to report."),
    "refusal": (
        {"findings": [group("Violation", "No name."), group("Warning", "Old.")]},
        "Refused (3 times): No name.",
    ),
    "advice": (
        {"findings": [group("Warning", "Old.")]}, "All entered; to be mended (3 times): Old."
    ),
    "error": (
        {"error": {"code": "MED-H102", "message_en": "No server."}, "findings": []}, "No server."
    ),
    "not looked at": (
        {"expected": 1_829, "counted": 0},
        "1829 records were not looked at: this report says nothing of them.",
    ),
    "moved": ({"moved": {"message_en": "It left."}}, "It left."),
    "a text that runs": ({"findings": [group("Violation", f"{HOSTILE}\x00 100 %")]},
                         f"Refused (3 times): {HOSTILE}\ufffd 100 %"),
}  # fmt: skip


@pytest.mark.parametrize("name", SENTENCES)
def test_each_harvest_is_told_in_a_sentence(
    client: FlaskClient, node: SmallNode, name: str
) -> None:
    report, sentence = SENTENCES[name]
    node.ledger.commit("ping", HarvestResult(Outcome.FAILED, NOON, report=report), NOON)
    answer = client.get("/en/pole/ping/moissons.xml")
    assert answer.content_type.startswith("application/atom+xml")
    feed = ET.fromstring(answer.data)  # noqa: S314  our own document
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}summary") == sentence
    assert str(entry.findtext(f"{ATOM}id")).endswith("/moissons/1")


def test_newest_first_and_linked_from_the_page(client: FlaskClient, node: SmallNode) -> None:
    for _ in range(3):
        node.ledger.commit("ping", HarvestResult(Outcome.UNCHANGED, NOON), NOON)
    feed = ET.fromstring(client.get("/pole/ping/moissons.xml").data)  # noqa: S314
    titles = [str(entry.findtext(f"{ATOM}title")) for entry in feed.findall(f"{ATOM}entry")]
    assert titles == [f"Lecture n° {number} (rien de nouveau)" for number in (3, 2, 1)]
    assert 'href="/pole/ping/moissons.xml"' in client.get("/pole/ping").text
    assert client.get("/pole/nobody/moissons.xml").status_code == 404
