"""What anybody may read of corrections as data: place, field, state and fingerprints."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import pytest

from harvester.decide.compare import faults_of
from harvester.delivery import Arrival
from registry.tickets.types import Field, Origin, Proposal, State
from registry.web.site import clock
from shapes.verdicts import validate
from tests.registry.web.corrections.conftest import FORM, Citizen
from tests.registry.web.network_of_tests import SmallNode
from vocab.namespaces import MED, OA, RDF
from vocab.records import Record, group_records

DATA = "/pole/zinc/corrections.nt"
SAID = {"valeur": "Valeur-unique-71", "comment": "Preuve-unique-72"}
MAIL = "auteur-unique-73@example.org"


def records(citizen: Citizen, path: str = DATA) -> list[Record]:
    answer = citizen.get(path)
    assert answer.status_code == 200
    found = ox.parse(answer.data, format=ox.RdfFormat.N_TRIPLES)
    return list(group_records(quad.triple for quad in found))


def said(record: Record) -> dict[str, str]:
    found = ((each.predicate.value, each.object) for each in record.triples())
    return {name: thing.value for name, thing in found if not isinstance(thing, ox.Triple)}


def state_of(citizen: Citizen) -> tuple[str, str]:
    (record,) = records(citizen)
    told = said(record)
    return told[f"{MED}ticketState"], told[f"{MED}stateSince"]


def number_of(own: SmallNode) -> str:
    (kept,) = own.tickets.listed(now())
    return kept.number


def now() -> float:
    return clock.now().timestamp()


def test_a_correction_is_told_without_a_word_of_it(
    citizen: Citizen, own: SmallNode, sent: list[object]
) -> None:
    citizen.propose(**SAID, courriel=MAIL)
    (record,) = records(citizen)
    told, place = said(record), own.ledger.record(f"{own.config.base_url}id/place/simple")
    assert place
    assert record.types == (f"{OA}Annotation", f"{MED}Correction")
    assert told.pop(f"{RDF}type")
    assert record.iri == f"{own.config.namespace}correction/{told[f'{MED}commitment'][:16]}"
    (kept,) = own.tickets.published("zinc", now())
    digest = sha256(f"{kept.salt}\nhoraires\n{SAID['valeur']}".encode()).hexdigest()
    assert told == {
        f"{MED}statedBy": f"{own.config.namespace}pole",
        f"{OA}motivatedBy": f"{OA}editing",
        f"{OA}hasTarget": place.iri,
        f"{MED}objectHash": place.content_hash,
        f"{MED}field": "horaires",
        f"{MED}commitment": digest,
        f"{MED}ticketState": "open",
        f"{MED}stateSince": clock.now().date().isoformat(),
    }
    assert len(kept.salt) * 4 == 256


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld"])
def test_no_form_holds_what_somebody_wrote(
    citizen: Citizen, own: SmallNode, sent: list[object], suffix: str
) -> None:
    page = citizen.propose(**SAID, courriel=MAIL)
    (kept,) = own.tickets.published("zinc", now())
    answer = citizen.get(f"/pole/zinc/corrections.{suffix}")
    secrets = (*SAID.values(), MAIL, kept.salt, kept.ticket.number, page.rpartition("/")[2])
    assert not [each for each in secrets if each in answer.text + str(answer.headers)]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_all_forms_say_the_same(citizen: Citizen) -> None:
    citizen.propose()
    citizen.propose(quoi="ferme", valeur="")
    lines = {line for record in records(citizen) for line in record.lines}
    turtle = citizen.get("/pole/zinc/corrections.ttl").data
    assert {f"{quad.triple} ." for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)} == lines
    linked = citizen.get("/pole/zinc/corrections.jsonld").data
    assert len(json.loads(linked)["@graph"]) == 2
    assert {f"{q.triple} ." for q in ox.parse(linked, format=ox.RdfFormat.JSON_LD)} == lines


def test_nobody_guesses_a_value_by_its_fingerprint(citizen: Citizen, own: SmallNode) -> None:
    """The same value twice, of two places and after erasure, has fingerprints of its own."""
    seen = set()
    for _each in range(3):
        page = citizen.propose(quoi="contact", valeur="04 94 67 15 87")
        (record,) = records(citizen)
        seen.add(said(record)[f"{MED}commitment"])
        citizen.send(page, geste="retirer")
    assert len(seen) == 3
    plain = {sha256(f"{end}04 94 67 15 87".encode()).hexdigest() for end in ("", "contact\n")}
    assert not seen & plain


def test_the_pole_verifies_with_what_its_mailbox_gave(citizen: Citizen, own: SmallNode) -> None:
    address = f"/avis/zinc/{own.tickets.mailboxes.renew('zinc', now())}"
    citizen.propose(**SAID)
    answer: Any = citizen.get(address).json
    (thing,) = [item["object"] for item in answer["orderedItems"]]
    text = "\n".join((thing["med:salt"], thing["med:field"], thing["content"]))
    (record,) = records(citizen)
    assert said(record)[f"{MED}commitment"] == sha256(text.encode()).hexdigest()


def test_its_state_changes_with_its_day(
    citizen: Citizen, own: SmallNode, monkeypatch: pytest.MonkeyPatch, stopped_clock: datetime
) -> None:
    page = citizen.propose()
    first = state_of(citizen)
    assert first == ("open", stopped_clock.date().isoformat())
    monkeypatch.setattr(clock, "FIXED", stopped_clock + timedelta(days=2))
    own.tickets.answer(number_of(own), State.ASKED, now(), reply="Mot-du-pole-74 ?")
    assert state_of(citizen)[0] == "asked"
    citizen.send(page, geste="repondre", mots="Mot-75")
    assert state_of(citizen)[0] == "open"
    own.tickets.answer(number_of(own), State.DECLINED, now(), reason="not-ours", reply="Mot-76")
    day = (stopped_clock + timedelta(days=2)).date().isoformat()
    assert state_of(citizen) == ("declined", day)
    assert b"Mot-" not in citizen.get(DATA).data
    assert b"not-ours" not in citizen.get(DATA).data


def test_what_is_erased_is_told_no_more(
    citizen: Citizen, own: SmallNode, monkeypatch: pytest.MonkeyPatch, stopped_clock: datetime
) -> None:
    citizen.propose()
    number = number_of(own)
    own.tickets.answer(number, State.ACCEPTED, now())
    (record,) = records(citizen)
    salt = own.tickets.salt(number)
    monkeypatch.setattr(clock, "FIXED", stopped_clock + timedelta(days=30, seconds=1))
    assert records(citizen) == []
    own.tickets.erase(now())
    assert own.tickets.salt(number) == ""
    kept = b"".join(file.read_bytes() for file in own.config.data.glob("tickets.sqlite*"))
    assert salt.encode() not in kept
    path = record.iri.removeprefix(own.config.base_url.rstrip("/"))
    assert citizen.get(path).status_code == 404


def test_what_is_withdrawn_is_told_no_more(citizen: Citizen) -> None:
    page = citizen.propose()
    assert len(records(citizen)) == 1
    citizen.send(page, geste="retirer")
    assert records(citizen) == []


def test_the_same_twice_is_one_and_tells_no_count(citizen: Citizen) -> None:
    citizen.propose()
    before = citizen.get(DATA).data
    citizen.propose()
    assert citizen.get(DATA).data == before


def test_what_a_node_above_handed_on_is_its_own_to_tell(citizen: Citizen, own: SmallNode) -> None:
    place = f"{own.config.base_url}id/place/simple"
    above = Origin("https://n.example/", "https://n.example/id/correction/1", "0" * 32)
    own.tickets.propose(Proposal(place, "zinc", Field.HOURS, "", "Le lundi"), now(), above)
    assert records(citizen) == []
    page = citizen.propose(valeur="Le lundi")
    assert len(records(citizen)) == 1, "somebody wrote it here too"
    citizen.send(page, geste="retirer")
    assert records(citizen) == []


def test_its_iri_leads_to_it(citizen: Citizen, own: SmallNode) -> None:
    citizen.propose()
    (record,) = records(citizen)
    path = record.iri.removeprefix(own.config.base_url.rstrip("/"))
    found = citizen.get(path)
    assert (found.status_code, found.location) == (303, "/pole/zinc/corrections.ttl")
    assert citizen.get(f"/id/correction/{number_of(own)}").status_code == 404


def test_the_contract_takes_it(citizen: Citizen) -> None:
    for last, about in enumerate(Field, 20):
        citizen.address = f"192.0.2.{last}"  # six an hour from one address
        citizen.propose(quoi=about, valeur="Mots")
    found = records(citizen)
    assert len(found) == len(Field)
    assert list(validate(found)) == []
    for each in found:
        arrival = Arrival(each.iri, each.body.encode())
        assert faults_of(arrival) == ()


def test_one_that_publishes_words_is_refused(citizen: Citizen) -> None:
    citizen.propose()
    (record,) = records(citizen)
    for name in (
        f"{OA}bodyValue",
        f"{MED}evidence",
        "http://www.w3.org/2000/01/rdf-schema#comment",
    ):
        line = f'<{record.iri}> <{name}> "04 94 67 15 87" .'
        worded = Record(record.iri, tuple(sorted((*record.lines, line))))
        assert {finding.code for finding in validate([worded])} == {"MED-T007"}, name


SWITCHES = {"published": {"corrections_published": False}, "all": {"corrections_enabled": False}}


@pytest.mark.parametrize("switch", SWITCHES)
def test_it_can_be_switched_off(citizen: Citizen, own: SmallNode, switch: str) -> None:
    citizen.propose()
    (record,) = records(citizen)
    assert "corrections.ttl" in citizen.get("/pole/zinc").text
    own.config = replace(own.config, **cast("Any", SWITCHES[switch]))
    path = record.iri.removeprefix(own.config.base_url.rstrip("/"))
    for each in (DATA, path):
        assert citizen.get(each).status_code == 404
    assert citizen.get(FORM).status_code == (200 if switch == "published" else 404)
    assert "corrections.ttl" not in citizen.get("/pole/zinc?x").text


def test_there_is_nothing_of_a_pole_that_is_none(citizen: Citizen, tmp_path: Path) -> None:
    assert citizen.get("/pole/none/corrections.ttl").status_code == 404
    assert citizen.get("/pole/zinc/corrections.xml").status_code == 404
    assert records(citizen) == []
    assert not list(tmp_path.rglob("tickets.sqlite*")), "reading makes no database"
