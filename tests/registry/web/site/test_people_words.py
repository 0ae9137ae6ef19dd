"""Pages for people speak in people's words: no IRI, no placeholder, no time of machines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, cast

import pytest
from flask.testing import FlaskClient

from registry.ledger.cursor import Cursor
from registry.ledger.types import Draft, HarvestResult, Held, Kind, Outcome, Refusal
from registry.web.app import create_app
from registry.web.site import clock
from shapes.harvest_rules import harvest_rules
from shapes.rules import rules
from tests.registry.web.network_of_tests import (
    NOON,
    RICH,
    SIMPLE,
    SmallNode,
    finding,
    harvest,
    plain,
    small_network,
)
from vocab.mapping import PoleIdentity, place_record
from vocab.schemes import schemes
from vocab.terms import terms

if TYPE_CHECKING:
    from registry.node import Node

PING = PoleIdentity("ping", "https://ping.example/id/")
ZINC = PoleIdentity("zinc", "http://maillage.example/id/")
KEPT_OUT = place_record(SIMPLE | {"id": "refus", "nom": "Le lieu refusé"}, PING)
REUNION = "https://ping.example/id/place/reunion"
COMMUNE = "http://id.insee.fr/geo/commune/99999"

NEVER = {
    "a placeholder of a rule": re.compile(r"\{\?"),
    "the IRI of a record": re.compile(r"https?://[^\s]*/id/[^\s]*"),
    "the IRI of a value or a term": re.compile(r"https?://w3id\.org/mediation-numerique/\S*"),
    "the IRI of a territory": re.compile(r"https?://id\.insee\.fr/geo/\w+/\w+"),
    "a time of machines": re.compile(r"T\d\d:\d\d(:\d\d)?|\bUTC\b|\+00:00"),
}
PLAIN = [
    "/", "/reseau", "/moissons", "/moissons/en-cours", "/donnees", "/telechargements", "/regles",
    "/vocabulaire", "/couverture", "/qualite", "/a-propos", "/accessibilite", "/verifier",
    "/pole/zinc",
    "/pole/ping", "/pole/zinc/qualite", "/pole/ping/qualite", "/pole/zinc/pole",
    "/moissons/essais/zinc", "/vocabulaire/typologie/bib", "/vocabulaire/need/learning-culture",
]  # fmt: skip
OF_RULES = [f"/regles/{one.code}" for one in rules()] + [
    f"/regles/{one}" for one in harvest_rules()
]
OF_LISTS = [f"/vocabulaire/{one.slug}" for one in schemes()]
OF_TERMS = [f"/vocabulaire/ns/{one.name}" for one in terms()]
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr"})


_FRENCH_ONLY = re.compile(r"\b(Violation|Warning|Info|committed|discarded|held|failed)\b")


@dataclass
class Visible(HTMLParser):
    """Collects what a page shows while its folded parts are closed; its title as well."""

    texts: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "summary" in self._open or not {"details", "script", "style"} & set(self._open):
            self.texts.append(data)


def visible(page: str) -> str:
    """What a page shows at first."""
    reader = Visible()
    reader.feed(page)
    return " ".join(" ".join(reader.texts).split())


def stored(code: str, message: str, value: str | None = None) -> dict[str, object]:
    """Findings of one rule, as a harvest stores them, about the place in La Réunion."""
    said = {"message_fr": message, "message_en": message, "severity": "Warning"}
    sample = {"record": REUNION, "focus": REUNION, "value": value, **said}
    return {"code": code, "count": 1, "records": 1, "path": "", "samples": [sample], **said}


def fill(node: SmallNode) -> None:
    """Add what reports can hold: findings with values, a refusal, a wait for a decision."""
    findings = [
        stored("MED-P041", "« {?value} » n'est pas une adresse de courriel.", '"a@b"'),
        stored(
            "MED-H019", f"Le code « 97499 » de la fiche {REUNION} n'existe pas.", f"<{COMMUNE}>"
        ),
    ]
    report = {"findings": findings, "counts": {"refused": 1}, "timings": {"fetch": 0.5},
              "requests": [{"url": "https://ping.example/id/feed", "status": 200}],
              "import": {"lines": [{"local_id": "refus", "row": 214}]}}  # fmt: skip
    refusal = Refusal(KEPT_OUT.iri, KEPT_OUT.body, (finding(),))
    result = HarvestResult(Outcome.COMMITTED, NOON, (), (refusal,), report=report)
    node.ledger.commit("ping", result, NOON)
    moved = RICH | {"code_insee": "83050", "typologie": "BIB", "telephone": "+33494000000"}
    harvest(node, "zinc", [place_record(moved, ZINC)], now=NOON + timedelta(days=9))
    subject = place_record(RICH, ZINC).iri
    held = Held((Draft(Kind.DELETE, subject, None),), (), (), Cursor(),
                {subject: node.ledger.known("zinc")[subject]})  # fmt: skip
    later = NOON + timedelta(days=10)
    node.ledger.commit("zinc", HarvestResult(Outcome.HELD, later, held=held), later)
    node.index.apply(node.ledger, node.ledger.head())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallNode]:
    node = small_network(tmp_path_factory.mktemp("words"))
    fill(node)
    yield node
    node.close()


@pytest.fixture
def reader(filled: SmallNode, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(clock, "FIXED", NOON + timedelta(days=11))
    return create_app(cast("Node", filled)).test_client()


def paths(node: SmallNode) -> list[str]:
    """The pages of the network, its reports, rules and words."""
    count = node.ledger.last_harvest() or 0
    reports = [f"/moissons/{number}" for number in range(1, count + 1)]
    return [*PLAIN, *reports, *(f"{one}/differences" for one in reports)]


@pytest.mark.parametrize("lang", ["", "/en"])
def test_no_page_for_people_shows_what_machines_write(
    reader: FlaskClient, filled: SmallNode, lang: str
) -> None:
    wrong = []
    for path in [*paths(filled), *OF_RULES, *OF_LISTS, *OF_TERMS]:
        answer = reader.get(lang + path)
        assert answer.status_code == 200, path
        text = visible(answer.text)
        wrong += [(path, name, found.group()) for name, pattern in NEVER.items()
                  if (found := pattern.search(text))]  # fmt: skip
        if not lang and (word := _FRENCH_ONLY.search(text)):
            wrong.append((path, "a word of English", word.group()))
        assert "{?" not in answer.text, path  # nor in a folded part
    assert wrong == []


def test_a_finding_names_its_place_value_and_remedy(reader: FlaskClient) -> None:
    page = reader.get("/moissons/5").text
    text = plain(visible(page))
    assert "Le lieu refusé (ligne 214 du tableau)" in text
    assert "Le lieu n'a pas de nom. Ajoutez-le." in text
    assert "MED-P001" not in text  # the code is folded
    assert KEPT_OUT.iri in page
    assert "/pole/ping/place/reunion" in page
    whole = plain(page)
    assert "« a@b » n'est pas une adresse de courriel" in whole
    assert "de la fiche « Médiathèque François-Mitterrand » n'existe pas" in whole
    assert "Valeur : « 99999 »" in plain(" ".join(re.sub("<[^>]+>", "", page).split()))


def test_the_spreadsheet_of_findings_names_places_and_lines(reader: FlaskClient) -> None:
    rows = reader.get("/moissons/5.csv").data.decode("utf-8-sig").splitlines()
    assert rows[0].endswith(";nom;ligne du tableau")
    assert any(row.endswith(";Le lieu refusé;214") for row in rows), rows
    assert any(row.endswith(";Médiathèque François-Mitterrand;") for row in rows), rows


def test_the_feed_of_harvests_holds_no_placeholder(reader: FlaskClient) -> None:
    feed = reader.get("/pole/ping/moissons.xml").text
    assert "adresse de courriel" in feed
    assert "{?" not in feed


def test_a_difference_is_in_words_its_triples_folded(reader: FlaskClient) -> None:
    page = reader.get("/moissons/6/differences").text
    text = plain(visible(page))
    for said in ("Modification : Le Bus numérique", "Téléphone avant : 04 91 12 34 56",
                 "04 94 00 00 00", "Marseille (13055)", "Draguignan (83050)",
                 "Bibliothèque / Médiathèque"):  # fmt: skip
        assert said in text, text
    assert "http://id.insee.fr/geo/commune/83050" in page
    waiting = plain(visible(reader.get("/en/moissons/7/differences").text))
    assert "Withdrawal: Le Bus numérique" in waiting


def test_the_page_of_a_pole_begins_with_what_people_look_for(reader: FlaskClient) -> None:
    page = reader.get("/pole/ping").text
    text = plain(visible(page))
    assert "https://ping.example/feed/" in page
    assert "ping.example/feed" not in text
    order = [text.index(said) for said in ("lieux publiés", "Voir ses lieux", "La Réunion (974)",
                                           "Ses sources", "Le lieu refusé")]  # fmt: skip
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("path", "said"),
    [("/moissons", "4 mars 2026 à 12 h"), ("/en/moissons", "4 March 2026 at 12:00")],
)
def test_hours_are_those_of_paris(
    reader: FlaskClient, stopped_clock: datetime, path: str, said: str
) -> None:
    assert said in plain(visible(reader.get(path).text))


def test_the_visible_text_of_a_page_is_read_as_it_is_shown() -> None:
    page = "<p>a<br>b</p><details><summary>c</summary><p>d<p>e</details><script>f</script><q>g</q>"
    assert visible(page) == "a b c g"
