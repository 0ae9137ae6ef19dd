"""Places and the words of the lists meet in one graph, in both kinds of store."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from registry.follow import follow
from registry.ledger.ledger import Ledger
from registry.store import projected
from registry.store.embedded import EmbeddedStore
from registry.store.projected import POSITION_GRAPH, VOCABULARY_GRAPH, Naming
from registry.store.remote import RemoteStore
from registry.verify import verify
from tests.registry.ledger.builders import commit, create, delete, iri, source, update
from tests.registry.store.conftest import BASE
from tests.registry.store.remote_server import _Server, serving
from vocab.namespaces import MED, SCHEMES, SKOS
from vocab.records import Record
from vocab.vocabulary import vocabulary_ntriples

CONCEPT = f"{SCHEMES}services/aide-aux-demarches-administratives"
A = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
NAMING = Naming(BASE, vocabulary_ntriples())
JOINED = f"""SELECT ?place ?label WHERE {{
  ?place a <{MED}Place> ; <{MED}service> ?service .
  ?service <{SKOS}prefLabel> ?label . FILTER(LANG(?label) = "fr") }}"""

Ask = Callable[[str], list[str]]


def place(number: int) -> Record:
    """A place that offers one service."""
    lines = (f"<{iri(number)}> {A} <{MED}Place> .", f"<{iri(number)}> <{MED}service> <{CONCEPT}> .")
    return Record(iri(number), tuple(sorted(lines)))


@pytest.fixture
def server() -> Iterator[_Server]:
    with serving() as running:
        yield running


@pytest.fixture(params=["embedded", "remote"])
def projection(
    request: pytest.FixtureRequest, tmp_path: Path, server: _Server
) -> EmbeddedStore | RemoteStore:
    if request.param == "embedded":
        return EmbeddedStore(tmp_path / "labels", NAMING)
    return RemoteStore(server.service, NAMING)


@pytest.fixture
def ask(projection: EmbeddedStore | RemoteStore, server: _Server) -> Ask:
    """Return the values of a query's first variable."""

    def values(text: str) -> list[str]:
        store = server.store
        if isinstance(projection, EmbeddedStore):
            store = ox.Store.read_only(str(projection.folders.current()))
        return [row[0].value for row in store.query(text)]  # type: ignore[union-attr]  # solutions

    return values


def test_e7_labels_of_concepts_are_joined_with_places(
    ledger: Ledger, projection: EmbeddedStore | RemoteStore, ask: Ask
) -> None:
    ledger.put_source(source())
    commit(ledger, "arsenic", create(place(1)), create(place(2)))
    follow(ledger, [projection])
    assert sorted(ask(JOINED)) == [iri(1), iri(2)]
    commit(ledger, "arsenic", delete(iri(1)), minutes=1)
    follow(ledger, [projection])
    assert ask(JOINED) == [iri(2)]
    assert verify(ledger, [projection])[1].defects == ()
    # What counts places or asks for the vocabulary alone finds what it found.
    assert ask(f"SELECT (COUNT(?s) AS ?n) {{ ?s a <{MED}Place> }}") == ["1"]
    alone = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{VOCABULARY_GRAPH}> {{ ?s ?p ?o }} }}"
    assert ask(alone) == [str(NAMING.vocabulary.count("\n"))]


def test_e7_verify_finds_a_label_that_is_not_there(ledger: Ledger, server: _Server) -> None:
    remote = RemoteStore(server.service, NAMING)
    ledger.put_source(source())
    commit(ledger, "arsenic", create(place(1)))
    follow(ledger, [remote])
    server.store.update(f"DELETE WHERE {{ <{CONCEPT}> <{SKOS}prefLabel> ?label }}")
    (defect,) = remote.differences(ledger)
    assert f"{CONCEPT}: differs" in defect


def test_e7_a_record_that_repeats_the_vocabulary_takes_nothing_of_it_away(
    ledger: Ledger, projection: EmbeddedStore | RemoteStore, ask: Ask
) -> None:
    lines = [line for line in NAMING.vocabulary.split("\n") if line.startswith(f"<{CONCEPT}> ")]
    said = Record(CONCEPT, tuple(sorted([*lines, f'<{CONCEPT}> <{SKOS}note> "vu" .'])))
    label = f"SELECT ?label {{ <{CONCEPT}> <{SKOS}prefLabel> ?label }}"
    ledger.put_source(source())
    commit(ledger, "arsenic", create(said))
    follow(ledger, [projection])
    labels = ask(label)
    assert labels
    assert projection.differences(ledger) == []
    commit(ledger, "arsenic", update(replace(said, lines=said.lines[:1])), minutes=1)
    follow(ledger, [projection])
    assert projection.differences(ledger) == []
    commit(ledger, "arsenic", delete(CONCEPT), minutes=2)
    follow(ledger, [projection])
    assert sorted(ask(label)) == sorted(labels)
    assert projection.differences(ledger) == []


def test_e7_a_store_of_the_version_before_gets_them_by_following(
    ledger: Ledger, projection: EmbeddedStore | RemoteStore, ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    ledger.put_source(source())
    commit(ledger, "arsenic", create(place(1)))
    with monkeypatch.context() as before:
        # As 657cf8d wrote it: no layout, and only the records in the default graph.
        original = projected.Position.lines
        before.setattr(projected.Position, "lines", lambda self: original(self)[:4])
        projection.apply(ledger, ledger.head())
    (defect,) = projection.differences(ledger)
    assert "another version" in defect
    follow(ledger, [projection])
    assert projection.differences(ledger) == []
    assert ask(JOINED) == [iri(1)]
    assert len(ask(f"SELECT ?o {{ GRAPH <{POSITION_GRAPH}> {{ ?s ?p ?o }} }}")) == 5
