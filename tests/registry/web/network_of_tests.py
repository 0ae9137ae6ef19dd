"""A small real network: a ledger that five poles' places entered, its index, its settings."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from registry.joining.store import Requests
from registry.ledger.ledger import Ledger
from registry.ledger.types import Draft, HarvestResult, Kind, Outcome, Refusal, Source
from registry.node import Node, pole_description
from registry.publish.pole import pole_record
from registry.search.index import SearchIndex
from registry.settings.config import Config, Pole
from registry.state import NodeState
from registry.tickets.store import Tickets
from tests.conftest import ROOT
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record

NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)  # a Wednesday, noon in Paris
HOSTILE = "<script>document.title='pwned'</script><img src=x onerror=alert(1)>"
BASE_URL = "http://maillage.example/"

RICH = {
    "id": "riche", "pivot": "43493312300029", "nom": "Le Bus numérique", "commune": "Marseille",
    "code_postal": "13003", "code_insee": "13203", "adresse": "41 rue Jobin",
    "complement_adresse": "Friche la Belle de Mai", "latitude": "43.3092", "longitude": "5.3903",
    "typologie": "TIERS_LIEUX|ASSO", "telephone": "+33491123456",
    "courriels": "contact@zinc.example|aide@zinc.example", "site_web": "https://www.zinc.example/",
    "horaires": "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00",
    "presentation_resume": "Un lieu pour apprendre ensemble.",
    "presentation_detail": "Ateliers chaque semaine.\nVenez comme vous êtes.",
    "source": "Zinc", "itinerance": "Fixe", "structure_parente": "Friche", "date_maj": "2026-02-01",
    "services": "Maîtrise des outils numériques du quotidien|Loisirs et créations numériques",
    "publics_specifiquement_adresses": "Jeunes|Femmes",
    "prise_en_charge_specifique": "Surdité|Illettrisme", "frais_a_charge": "Gratuit",
    "dispositif_programmes_nationaux": "Aidants Connect|Conseillers numériques",
    "modalites_acces": "Se présenter|Téléphoner",
    "modalites_accompagnement": "Dans un atelier collectif|En autonomie",
    "fiche_acces_libre": "https://acceslibre.example/erp/1", "prise_rdv": "https://rdv.example/",
}  # fmt: skip
FURTHER = {
    "need": ("learning-culture=60", "projects-creation=40"),
    "permanence": "temporary",
    "available_from": "2026-01-01",
    "available_through": "2026-12-31",
}
REUNION = {
    "id": "reunion", "nom": "Médiathèque François-Mitterrand", "commune": "Saint-Denis",
    "code_postal": "97400", "code_insee": "97411", "adresse": "1 rue de Paris",
    "latitude": "-20.8789", "longitude": "55.4481", "typologie": "BIB", "date_maj": "2026-01-05",
    "horaires": "Mo-Fr 08:00-16:00", "pivot": "00000000000000",
}  # fmt: skip
NASTY = {
    "id": "piège", "nom": HOSTILE, "commune": '"><b>', "code_postal": "13200",
    "adresse": "' onmouseover=alert(1) x='", "site_web": "javascript:alert(1)|data:text/html,x",
    "courriels": "a@b.example?<script>", "telephone": "<b>12</b>", "date_maj": "hier",
    "presentation_resume": "</script><script>alert(2)</script>", "presentation_detail": HOSTILE,
    "horaires": "n'importe quand", "prise_rdv": "javascript:alert(3)", "source": HOSTILE,
    "latitude": "43.67", "longitude": "4.63", "structure_parente": HOSTILE,
    "autres_formations_labels": HOSTILE, "pivot": HOSTILE, "typologie": HOSTILE,
}  # fmt: skip
SIMPLE = {
    "id": "simple", "nom": "France services d’Arles", "commune": "Arles", "code_postal": "13200",
    "code_insee": "13004", "adresse": "Place de la République", "date_maj": "2026-01-05",
    "typologie": "RFS", "services": "Aide aux démarches administratives", "pivot": "00000000000000",
}  # fmt: skip


@dataclass
class SmallNode:
    """The rooms that pages read, opened on a folder."""

    config: Config
    ledger: Ledger
    index: SearchIndex
    publication: Path = field(init=False)
    state: NodeState = field(init=False)
    tickets: Tickets = field(init=False)
    requests: Requests = field(init=False)

    def __post_init__(self) -> None:
        self.publication = self.config.publication
        self.state = NodeState(self.config)
        self.tickets = Tickets(self.config)
        self.requests = Requests(self.config)

    def close(self) -> None:
        self.index.close()
        self.state.close()
        self.tickets.close()
        self.requests.close()
        self.ledger.close()


def open_node(folder: Path, base_url: str = BASE_URL, *, sample_notice: bool = True) -> SmallNode:
    """Open an empty node."""
    config = Config(
        data=folder, base_url=base_url, namespace=f"{base_url}id/", sample_notice=sample_notice
    )
    ledger = Ledger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    return SmallNode(config, ledger, SearchIndex(folder / "index.sqlite"))


def add_source(node: SmallNode | Node, slug: str, namespace: str, title: str = "") -> PoleIdentity:
    """Register a pole's feed."""
    url = f"https://{slug}.example/feed/"
    node.ledger.put_source(Source(slug, slug, title or slug.title(), url, "feed", (namespace,)))
    return PoleIdentity(slug, namespace)


def harvest(
    node: SmallNode | Node,
    slug: str,
    records: Iterable[Record],
    *,
    deleted: Iterable[str] = (),
    refusals: Iterable[Refusal] = (),
    now: datetime = NOON,
) -> None:
    """Commit a harvest and bring the index to the head."""
    known = node.ledger.known(slug)
    drafts = [
        Draft(Kind.UPDATE if record.iri in known else Kind.CREATE, record.iri, record)
        for record in records
    ]
    drafts += [Draft(Kind.DELETE, iri, None) for iri in deleted]
    outcome = Outcome.COMMITTED if drafts else Outcome.UNCHANGED
    report = {"received": len(drafts), "pages": {"read": 1}, "urls": [f"https://{slug}.example/"]}
    result = HarvestResult(outcome, now, tuple(drafts), tuple(refusals), report=report)
    node.ledger.commit(slug, result, now)
    node.index.apply(node.ledger, node.ledger.head())


def small_network(folder: Path, base_url: str = BASE_URL) -> SmallNode:
    """Return a node with two poles, an overseas place, a hostile one, a deletion and refusals."""
    node = open_node(folder, base_url)
    zinc = add_source(node, "zinc", f"{base_url}id/", "Zinc")
    ping = add_source(node, "ping", "https://ping.example/id/", "Ping")
    places = [
        place_record(RICH | FURTHER, zinc),
        place_record(SIMPLE, zinc),
        place_record(SIMPLE | {"id": "retiré", "nom": "Lieu retiré"}, zinc),
    ]
    harvest(node, "zinc", [own_record("zinc", f"{base_url}id/"), *places])
    harvest(node, "ping", [place_record(NASTY, ping), place_record(REUNION, ping)])
    refusal = Refusal("https://ping.example/id/place/faux", "", (finding(),), stale=False)
    harvest(node, "ping", [], refusals=[refusal])
    changed = place_record(RICH | FURTHER | {"nom": "Le Grand Bus numérique"}, zinc)
    harvest(node, "zinc", [changed], deleted=[places[2].iri])
    return node


def plain(page: str) -> str:
    """Return a page with the spaces and apostrophes of a typewriter: what it says, not how."""
    for written, typed in (
        ("\u202f", " "),
        ("\u00a0", " "),
        ("’", "'"),
        ("&#39;", "'"),
        ("\u2060", ""),
    ):
        page = page.replace(written, typed)
    return page.replace("<sup>er</sup>", "er")


def own_record(slug: str, namespace: str) -> Record:
    """Return what a pole says of itself."""
    pole = Pole("Zinc", "association loi 1901", "41 rue Jobin", "13003", "Marseille",
                        "direction", "https://www.zinc.example/", departements=("13",))  # fmt: skip
    config = Config(data=Path(), slug=slug, namespace=namespace, pole=pole)
    return pole_record(pole_description(config, f"https://{slug}.example/feed/"))


def finding() -> dict[str, str]:
    """Return a finding as a harvest stores it."""
    return {
        "code": "MED-P001", "severity": "Violation", "path": "https://schema.org/name",
        "value": f'"{HOSTILE}"', "message_fr": "Le lieu n'a pas de nom. Ajoutez-le.",
        "message_en": "The place has no name. Add it.",
    }  # fmt: skip


def sample_places(pole: PoleIdentity, slug: str, name: str) -> list[Record]:
    """Read places of the sample network that its file states in the national standard."""
    path = ROOT / "samples" / "poles" / slug / name
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [place_record(row, pole) for row in rows]
