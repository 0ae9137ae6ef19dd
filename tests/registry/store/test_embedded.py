"""The embedded store follows the ledger, whatever came before."""

import errno
import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.follow import follow, rebuild
from registry.ledger.ledger import Ledger
from registry.ledger.types import Kind, Outcome
from registry.store import embedded, updates
from registry.store.embedded import EmbeddedStore
from registry.store.errors import StoreError
from registry.store.folders import Folders
from registry.store.projected import VOCABULARY_GRAPH
from registry.verify import verify
from tests.registry.ledger.builders import (
    commit,
    create,
    delete,
    filled,
    iri,
    place,
    source,
    update,
)
from tests.registry.store.conftest import BASE, NAMING
from tests.registry.store.contents import contents
from vocab.namespaces import PROV, VOID
from vocab.records import Record


def published(store: EmbeddedStore) -> ox.Store:
    current = store.folders.current()
    assert current is not None
    return ox.Store.read_only(str(current))


def subjects(store: EmbeddedStore) -> dict[str, str]:
    """Record IRI to the source it is said to come from."""
    found = published(store).quads_for_pattern(None, ox.NamedNode(f"{VOID}inDataset"), None)
    return {q.subject.value: q.object.value for q in found}  # type: ignore[union-attr]  # both are IRIs


def test_the_store_holds_what_is_live_and_says_whose(
    full_ledger: Ledger, store: EmbeddedStore
) -> None:
    assert store.applied() == 0
    follow(full_ledger, [store])
    assert store.applied() == full_ledger.head()
    expected = {record.iri: f"{BASE}source/{slug}" for slug, record in full_ledger.stated()}
    assert subjects(store) == expected
    assert store.differences(full_ledger) == []


def test_vocabulary_and_harvests_have_their_graphs(
    full_ledger: Ledger, store: EmbeddedStore
) -> None:
    follow(full_ledger, [store])
    opened = published(store)
    for graph in (ox.DefaultGraph(), ox.NamedNode(VOCABULARY_GRAPH)):
        word = opened.quads_for_pattern(ox.NamedNode("https://w3id.org/x"), None, None, graph)
        assert len(list(word)) == 1
    used = ox.NamedNode(f"{PROV}used")
    harvests = opened.quads_for_pattern(None, used, None, ox.NamedNode(NAMING.harvests_graph))
    assert sorted(q.subject.value for q in harvests) == [f"{BASE}harvest/{n}" for n in (1, 2, 3)]  # type: ignore[union-attr]  # IRIs


def test_following_step_by_step_equals_rebuilding(
    full_ledger: Ledger, store: EmbeddedStore, tmp_path: Path
) -> None:
    for upto in (1, 7, 30, 35, 36, 37):
        store.apply(full_ledger, upto)
        assert store.applied() == upto
    stepwise = contents(store)
    store.apply(full_ledger, full_ledger.head())
    assert contents(store) == stepwise
    rebuild(full_ledger, [store])
    assert contents(store) == stepwise
    fresh = EmbeddedStore(tmp_path / "other", NAMING)
    follow(full_ledger, [fresh])
    assert contents(fresh) == stepwise


def test_a_late_version_spelled_otherwise_loses_nothing(
    ledger: Ledger, store: EmbeddedStore
) -> None:
    """Oxigraph holds 1.0 and 1.00 as one statement: taking one out must not take both."""
    ledger.put_source(source())
    line = '<{0}> <https://x.example/p> "{1}"^^<http://www.w3.org/2001/XMLSchema#decimal> .'
    both = Record(iri(1), (line.format(iri(1), "1.0"), line.format(iri(1), "1.00")))
    one = replace(both, lines=both.lines[:1])
    commit(ledger, "arsenic", create(both))
    follow(ledger, [store])
    commit(ledger, "arsenic", update(one))
    follow(ledger, [store])
    assert store.differences(ledger) == []


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), steps=st.integers(1, 5), few=st.sampled_from((1, 3, 50)))
def test_any_history_followed_in_any_steps_equals_the_ledger(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: int, few: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "_FEW", few)  # new records are loaded, or come in by updates
        patch.setattr(updates, "CHUNK", 5)
        follow_any_history(tmp_path_factory, seed, steps)


def follow_any_history(tmp_path_factory: pytest.TempPathFactory, seed: int, steps: int) -> None:
    rng = random.Random(seed)
    folder = tmp_path_factory.mktemp("history")
    ledger = Ledger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    store = EmbeddedStore(folder / "store", NAMING)
    ledger.put_source(source())
    live: set[int] = set()
    for step in range(steps):
        drafts = []
        for number in rng.sample(range(12), rng.randrange(8)):
            kind = rng.choice([Kind.UPDATE, Kind.DELETE]) if number in live else Kind.CREATE
            if kind is Kind.DELETE:
                live.discard(number)
                drafts.append(delete(iri(number)))
            else:
                live.add(number)
                record = place(number, rng.randrange(100))
                drafts.append(create(record) if kind is Kind.CREATE else update(record))
        commit(ledger, "arsenic", *drafts, minutes=step)
        if rng.random() < 0.6:
            store.apply(ledger, rng.randint(store.applied(), ledger.head()))
    follow(ledger, [store])
    assert set(subjects(store)) == {iri(n) for n in live}
    assert [check.defects for check in verify(ledger, [store])] == [(), ()]
    ledger.close()
    shutil.rmtree(folder)


def test_many_new_records_join_a_store_without_filling_it_anew(
    ledger: Ledger, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.put_source(source())
    commit(ledger, "arsenic", *(create(place(n)) for n in range(900)))
    follow(ledger, [store])
    commit(ledger, "arsenic", delete(iri(3)), *(create(place(n)) for n in range(900, 1750)))

    def fill(*_: object) -> None:
        raise AssertionError("what was there is loaded again")

    monkeypatch.setattr(EmbeddedStore, "_fill", fill)
    follow(ledger, [store])
    assert len(subjects(store)) == 1749
    assert store.differences(ledger) == []


def test_a_load_of_new_records_that_was_cut_off_leaves_nothing_behind(
    ledger: Ledger, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.put_source(source())
    commit(ledger, "arsenic", *(create(place(n)) for n in range(500)))
    follow(ledger, [store])
    commit(ledger, "arsenic", *(create(place(n)) for n in range(500, 900)))
    load = embedded._load

    def cut_off(*args: Any) -> None:
        load(*args)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(embedded, "_load", cut_off)
        with pytest.raises(OSError, match="space"):
            follow(ledger, [store])
    assert len(subjects(store)) == 500
    commit(ledger, "arsenic", *(delete(iri(n)) for n in range(500, 900)), minutes=1)
    follow(ledger, [store])
    assert len(subjects(store)) == 500
    assert store.differences(ledger) == []


def test_a_harvest_without_news_publishes_nothing(
    full_ledger: Ledger, store: EmbeddedStore
) -> None:
    follow(full_ledger, [store])
    before = store.folders.current()
    commit(full_ledger, "zinc", outcome=Outcome.UNCHANGED)
    follow(full_ledger, [store])
    assert store.folders.current() == before
    commit(full_ledger, "zinc", outcome=Outcome.FAILED)
    follow(full_ledger, [store])
    assert store.folders.current() != before
    assert store.differences(full_ledger) == []


def test_a_new_vocabulary_is_loaded(full_ledger: Ledger, store: EmbeddedStore) -> None:
    follow(full_ledger, [store])
    renewed = EmbeddedStore(
        store.folders.root, replace(NAMING, vocabulary=NAMING.vocabulary.replace("lieu", "place"))
    )
    assert [d.split(":")[0] for d in renewed.differences(full_ledger)] == ["https", "https"]
    follow(full_ledger, [renewed])
    assert renewed.differences(full_ledger) == []


def damage_live(store: EmbeddedStore) -> None:
    (store.folders.live / "CURRENT").write_text("nonsense\n")


def lose_live(store: EmbeddedStore) -> None:
    shutil.rmtree(store.folders.live)


def lose_pointer(store: EmbeddedStore) -> None:
    (store.folders.root / "CURRENT").unlink()


def lose_checkpoints(store: EmbeddedStore) -> None:
    shutil.rmtree(store.folders.checkpoints)


def leave_ruins(store: EmbeddedStore) -> None:
    for ruin in (store.folders.building, store.folders.checkpoints / "tmp-00000009-1-1"):
        ruin.mkdir()
        (ruin / "rest").write_text("half")
    (store.folders.live / "bulk-1.sst").write_text("half")


@pytest.mark.parametrize(
    "harm", [damage_live, lose_live, lose_pointer, lose_checkpoints, leave_ruins]
)
def test_whatever_is_lost_comes_back(full_ledger: Ledger, store: EmbeddedStore, harm) -> None:  # type: ignore[no-untyped-def]  # one of the functions above
    follow(full_ledger, [store])
    before = contents(store)
    harm(store)
    commit(full_ledger, "zinc", create(place(77, slug="zinc")), minutes=8)
    commit(full_ledger, "zinc", delete(iri(77, "zinc")), minutes=9)
    follow(full_ledger, [store])
    assert store.differences(full_ledger) == []
    assert contents(store) != before
    assert not list(store.folders.root.rglob("tmp-*"))
    assert not list(store.folders.root.rglob("rest"))


def test_only_two_checkpoints_are_kept(full_ledger: Ledger, store: EmbeddedStore) -> None:
    for number in range(5):
        commit(full_ledger, "zinc", create(place(50 + number, slug="zinc")))
        follow(full_ledger, [store])
    assert len(list(store.folders.checkpoints.iterdir())) == 2


def test_a_store_of_another_ledger_is_made_again(
    full_ledger: Ledger, store: EmbeddedStore, tmp_path: Path
) -> None:
    follow(full_ledger, [store])
    other = Ledger.open(f"sqlite:///{tmp_path / 'other.sqlite'}")
    filled(other, 40)
    assert "another ledger" in store.differences(other)[0]
    follow(other, [store])
    assert store.differences(other) == []
    other.close()


def alter(store: EmbeddedStore, text: str) -> None:
    """Change the published data behind the store's back."""
    current = store.folders.current()
    assert current is not None
    opened = ox.Store(current)
    opened.update(text)
    opened.flush()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"DELETE WHERE {{ <{iri(5)}> ?p ?o }}", f"{iri(5)}: differs"),
        (f'INSERT DATA {{ <{iri(6)}#address> <https://schema.org/x> "y" }}', f"{iri(6)}: differs"),
        ("INSERT DATA { <https://evil.example/1> a <https://schema.org/Place> }", "not live"),
        (
            f"DELETE WHERE {{ GRAPH <{NAMING.harvests_graph}> {{ <{BASE}harvest/2> ?p ?o }} }}",
            "graph/harvests: differs",
        ),
        (f"CLEAR GRAPH <{VOCABULARY_GRAPH}>", "ns: is missing"),
        ("CLEAR ALL", "does not say how far"),
    ],
)
def test_verify_names_what_departs(
    full_ledger: Ledger, store: EmbeddedStore, text: str, sentence: str
) -> None:
    follow(full_ledger, [store])
    alter(store, text)
    (defect,) = verify(full_ledger, [store])[1].defects
    assert sentence in defect


def test_verify_says_when_the_store_is_behind(full_ledger: Ledger, store: EmbeddedStore) -> None:
    assert store.differences(full_ledger) == ["the store is empty: run maillage rebuild"]
    store.apply(full_ledger, 35)
    assert store.differences(full_ledger) == ["the store is 2 changes behind the ledger"]


def test_a_body_that_is_not_rdf_names_the_remedy(ledger: Ledger, store: EmbeddedStore) -> None:
    ledger.put_source(source())
    commit(ledger, "arsenic", create(place(1)))
    follow(ledger, [store])
    evil = Record(iri(2), ("} ; DROP ALL ; INSERT DATA { <a:b> <a:b> <a:b> .",))
    commit(ledger, "arsenic", create(evil))
    with pytest.raises(StoreError, match="maillage verify"):
        follow(ledger, [store])
    assert store.applied() == 1
    assert list(subjects(store)) == [iri(1)]
    assert store.differences(ledger) == ["the store is 1 changes behind the ledger"]


def test_a_damaged_checkpoint_is_a_finding(full_ledger: Ledger, store: EmbeddedStore) -> None:
    follow(full_ledger, [store])
    current = store.folders.current()
    assert current is not None
    for table in current.glob("*.sst"):
        table.unlink()
        table.write_bytes(b"nothing of use")
    (defect,) = store.differences(full_ledger)
    assert "cannot be read" in defect
    rebuild(full_ledger, [store])
    assert store.differences(full_ledger) == []


def test_an_error_that_is_remembered_does_not_keep_the_store_open(
    full_ledger: Ledger, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.apply(full_ledger, 30)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Folders, "next_checkpoint", full)
    with pytest.raises(OSError, match="No space") as remembered:
        store.apply(full_ledger, full_ledger.head())
    monkeypatch.undo()
    store.apply(full_ledger, full_ledger.head())
    assert store.differences(full_ledger) == []
    assert remembered.value.errno == errno.ENOSPC


def test_f9_the_engines_logs_of_earlier_openings_are_swept(
    full_ledger: Ledger, store: EmbeddedStore
) -> None:
    follow(full_ledger, [store])
    for number in range(70, 78):
        commit(full_ledger, "arsenic", create(place(number)))
        follow(full_ledger, [store])
    assert len(list(store.folders.root.rglob("LOG.old.*"))) <= 1
    assert store.differences(full_ledger) == []
