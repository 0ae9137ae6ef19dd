"""What a person changes at a form: verdicts of an import, all or nothing, nobody overwritten."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harvester.errors import BusyError, DecisionError
from harvester.run.editing import Edit, MovedError, RefusedError, commit_edit
from harvester.run.pipeline import import_into
from harvester.run.proposal import cells_of, proposed
from harvester.run.source_lock import source_lock
from harvester.tabular.importing import import_table
from harvester.tabular.table import Facts, Row, Table
from registry.ledger.ledger import Ledger
from registry.ledger.types import Outcome, Source
from tests.harvester.conftest import NOW
from vocab.errors import UsageError
from vocab.mapping import PoleIdentity
from vocab.namespaces import MED
from vocab.records import Record

POLE = PoleIdentity("zinc", "https://zinc.example/id/")
CELLS = {
    "nom": "Médiathèque des Lilas", "commune": "Draguignan", "code_postal": "83300",
    "adresse": "1 rue des Lilas", "latitude": "43.53", "longitude": "6.46",
    "telephone": "04 94 67 15 87", "services": "Aide aux démarches administratives",
    "horaires": "mar-sam 9h/12h", "need_learning_culture": "60", "permanence": "permanent",
}  # fmt: skip
SOURCE = Source("zinc", "zinc", "Zinc", "lieux.csv", "file", (POLE.namespace,), every_s=0)
BY = "a1b2c3"
WHY = "the pole's own word"


def made(local_id: str = "lilas", **cells: str) -> Record:
    found = proposed(local_id, CELLS | cells, POLE)
    assert found.record is not None
    return found.record


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    opened.put_source(SOURCE)
    import_into(opened, SOURCE, [made(), made("autre", nom="Autre lieu")])
    yield opened
    opened.close()


def seen(ledger: Ledger, record: Record) -> dict[str, str]:
    return {record.iri: ledger.known("zinc").get(record.iri, "")}


def test_a_form_reads_back_what_a_place_says() -> None:
    record = made()
    cells = cells_of(record)
    assert cells["horaires"] == "Tu-Sa 09:00-12:00"
    assert cells["telephone"] == "+33494671587"
    assert cells["need_learning_culture"] == "60"
    assert proposed("lilas", cells, POLE).record == record


@pytest.mark.parametrize("number", ["3949", "+33494671587", "3646"])
def test_no_telephone_is_lost_on_the_way(number: str) -> None:
    record = made(telephone=number)
    assert proposed("lilas", cells_of(record), POLE, record).record == record


def test_what_a_place_says_beyond_the_table_stays() -> None:
    before = made()
    more = f'<{before.iri}> <https://schema.org/keywords> "atelier" .'
    richer = Record(before.iri, tuple(sorted((*before.lines, more))))
    cells = cells_of(richer) | {"telephone": "04 94 00 00 00"}
    after = proposed("lilas", cells, POLE, richer).record
    assert after is not None
    assert more in after.lines
    assert [line for line in after.lines if "telephone" in line] == [
        f'<{before.iri}> <https://schema.org/telephone> "+33494000000" .'
    ]


@pytest.mark.parametrize(
    "cells",
    [
        {"telephone": "04 94 67 15 8"}, {"horaires": "un mardi sur deux"}, {"code_postal": "83250"},
        {"services": "Réparer des vélos"}, {"latitude": "0", "longitude": "0"}, {"nom": ""},
        {"courriels": "accueil@"}, {"site_web": "www"}, {"commune": "Nulle-Part"},
        {"pivot": "12345678901234"}, {"date_maj": "31/02/2026"},
    ],
    ids=lambda cells: "-".join(cells),
)  # fmt: skip
def test_a_form_gives_the_verdicts_of_an_import(cells: dict[str, str]) -> None:
    asked = {name: text for name, text in (CELLS | cells).items() if "need" not in name}
    del asked["permanence"]
    row = {name: text for name, text in ({"id": "lilas"} | asked).items() if text}
    imported = import_table(Table(tuple(row), (Row(1, row),), Facts("csv")), pole=POLE)
    found = proposed("lilas", asked, POLE)
    lines = {(line.column, line.rule, line.level, line.before, line.after)
             for line in imported.lines if line.row == 1}  # fmt: skip
    assert {(n.column, n.rule, n.level, n.before, n.after) for n in found.notes} == lines
    assert imported.records == (() if found.record is None else (found.record,))


def test_one_place_is_changed_and_the_rest_stays(ledger: Ledger) -> None:
    new = made(nom="Médiathèque Jacqueline")
    done = commit_edit(ledger, "zinc", Edit({new.iri: new}, seen(ledger, new), BY, WHY), NOW)
    assert done.outcome is Outcome.COMMITTED
    assert (done.report["edited_by"], done.report["reason"]) == (BY, WHY)
    assert done.report["counts"]["changed"] == 1
    assert ledger.record(new.iri) == new
    assert ledger.count("zinc") == 2
    assert ledger.verify() == []


def test_places_are_added_and_withdrawn(ledger: Ledger) -> None:
    new, old = made("neuf"), made("autre")
    edit = Edit({new.iri: new, old.iri: None}, seen(ledger, old), BY, WHY)
    done = commit_edit(ledger, "zinc", edit, NOW)
    assert (done.report["counts"]["created"], done.report["counts"]["deleted"]) == (1, 1)
    assert ledger.known("zinc").keys() == {made().iri, new.iri}


def test_all_the_places_of_a_pole_may_be_withdrawn_by_hand(ledger: Ledger) -> None:
    known = ledger.known("zinc")
    commit_edit(ledger, "zinc", Edit(dict.fromkeys(known), known, BY, WHY), NOW)
    assert ledger.count("zinc") == 0


def test_nobody_overwrites_what_another_changed(ledger: Ledger) -> None:
    mine, theirs = made(nom="Le mien"), made(nom="Le leur")
    before = seen(ledger, mine)
    commit_edit(ledger, "zinc", Edit({theirs.iri: theirs}, before, BY, WHY), NOW)
    other = made("neuf")
    edit = Edit({mine.iri: mine, other.iri: other}, before, BY, WHY)
    with pytest.raises(MovedError) as moved:
        commit_edit(ledger, "zinc", edit, NOW)
    assert moved.value.subjects == (mine.iri,)
    assert ledger.record(mine.iri) == theirs
    assert ledger.record(other.iri) is None


def test_two_who_add_a_place_of_one_name_meet(ledger: Ledger) -> None:
    new = made("neuf")
    commit_edit(ledger, "zinc", Edit({new.iri: new}, {}, BY, WHY), NOW)
    with pytest.raises(MovedError):
        commit_edit(ledger, "zinc", Edit({new.iri: made("neuf", nom="X")}, {}, BY, WHY), NOW)


def test_what_the_contract_refuses_is_told_and_nothing_enters(ledger: Ledger) -> None:
    good = made("neuf")
    lines = tuple(line for line in made().lines if "schema.org/name" not in line)
    bad = Record(made().iri, lines)
    head = ledger.head()
    edit = Edit({good.iri: good, bad.iri: bad}, seen(ledger, bad), BY, WHY)
    with pytest.raises(RefusedError) as refused:
        commit_edit(ledger, "zinc", edit, NOW)
    assert list(refused.value.findings) == [bad.iri]
    assert (ledger.head(), list(ledger.refusals("zinc"))) == (head, [])


def test_nobody_speaks_for_another(ledger: Ledger) -> None:
    foreign = proposed("x", CELLS, replace(POLE, namespace="https://ping.example/id/", iri=""))
    assert foreign.record is not None
    edit = Edit({foreign.record.iri: foreign.record}, {}, BY, WHY)
    with pytest.raises(RefusedError):
        commit_edit(ledger, "zinc", edit, NOW)
    stolen = made("volé").body.replace(f"{POLE.namespace}pole", "https://ping.example/id/pole")
    assert f"<{MED}statedBy> <https://ping.example/id/pole>" in stolen
    ledger.put_source(Source("ping", "ping", "Ping", "https://ping.example/feed/", "feed",
                             ("https://ping.example/id/",)))  # fmt: skip
    record = Record(made("volé").iri, tuple(stolen.splitlines()))
    with pytest.raises(RefusedError):
        commit_edit(ledger, "zinc", Edit({record.iri: record}, {}, BY, WHY), NOW)


@pytest.mark.parametrize(
    ("slug", "reason", "error"),
    [("zinc", " ", DecisionError), ("nulle", WHY, UsageError), ("ailleurs", WHY, DecisionError)],
)
def test_what_cannot_be_edited_is_told(
    ledger: Ledger, slug: str, reason: str, error: type[Exception]
) -> None:
    away = ("https://away.example/id/",)
    ledger.put_source(Source("ailleurs", "ailleurs", "X", "https://away.example/", "feed", away))
    new = made("neuf")
    with pytest.raises(error):
        commit_edit(ledger, slug, Edit({new.iri: new}, {}, BY, reason), NOW)


def test_a_source_under_harvest_is_busy(ledger: Ledger) -> None:
    new = made("neuf")
    with source_lock(ledger, "zinc"), pytest.raises(BusyError):
        commit_edit(ledger, "zinc", Edit({new.iri: new}, {}, BY, WHY), NOW)
