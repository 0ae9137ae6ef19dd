"""From changes to SPARQL updates: small, whole, and harmless when applied twice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

import pyoxigraph as ox

from registry.ledger.hashing import GENESIS
from registry.ledger.ledger import Ledger
from registry.ledger.types import Change, Harvest, Outcome
from registry.store.errors import StoreError
from registry.store.projected import POSITION_GRAPH, VOCABULARY_GRAPH, Naming, Position

CHUNK = 400
"""Changes in one update."""

NO_POSITION = f"DELETE WHERE {{ GRAPH <{POSITION_GRAPH}> {{ ?s ?p ?o }} }}"
"""The update after which a store is at no position: cut off then, it is filled anew."""


def entry_hash_at(ledger: Ledger, seq: int) -> str:
    """Return the entry hash of a change of the ledger; of no change at all for 0."""
    if seq == 0:
        return GENESIS
    return next((change.entry_hash for change in ledger.changes(seq - 1, seq)), "no such change")


def target_of(ledger: Ledger, naming: Naming, upto: int) -> Position:
    """Return the position of a store that has followed up to ``upto``."""
    seq = min(upto, ledger.head())
    return Position(seq, entry_hash_at(ledger, seq), ledger.last_harvest(), naming.vocabulary_hash)


def can_go_on(ledger: Ledger, position: Position, target: Position) -> bool:
    """Whether what a store holds is a beginning of what it must hold."""
    held, expected = (position.vocabulary, position.layout), (target.vocabulary, target.layout)
    return held == expected and position.entry_hash == entry_hash_at(ledger, position.seq)


def lines_of_harvests(ledger: Ledger, naming: Naming, after: int, upto: int) -> Iterator[str]:
    """Return the statements about the harvests from ``after`` (excluded) to ``upto``."""
    return chain.from_iterable(map(naming.harvest_lines, _harvests(ledger, after, upto)))


def _harvests(ledger: Ledger, after: int, upto: int) -> Iterator[Harvest]:
    return (harvest for harvest in ledger.harvests_after(after) if harvest.id <= upto)


def catching_up(ledger: Ledger, naming: Naming, start: Position, target: Position) -> Iterator[str]:
    """Return the updates from one position to another, each carrying the position it leads to."""
    position = start
    for chunk in chunks(ledger, start.seq, target.seq):
        position = reached(position, chunk)
        yield of_changes(ledger, naming, chunk, position)
    yield from of_harvests(ledger, naming, start, target)


def reached(position: Position, chunk: Sequence[Change]) -> Position:
    """Return the position after a run of changes."""
    return replace(position, seq=chunk[-1].seq, entry_hash=chunk[-1].entry_hash)


def of_changes(ledger: Ledger, naming: Naming, chunk: Sequence[Change], after: Position) -> str:
    """Return the update that a run of changes asks for, with the position that it leads to."""
    removed, added = _differences(ledger, naming, chunk)
    return update_text(removed, added, "", after)


def of_harvests(ledger: Ledger, naming: Naming, start: Position, target: Position) -> Iterator[str]:
    """Return the update, if any, that describes the harvests since a position, after their changes.

    A harvest that found nothing new is described with the next one that did: nothing to publish.
    """
    harvests_since = _harvests(ledger, start.harvest, target.harvest)
    if target.seq == start.seq and all(h.outcome is Outcome.UNCHANGED for h in harvests_since):
        return
    harvests = lines_of_harvests(ledger, naming, start.harvest, target.harvest)
    yield update_text((), (), insert_into(naming.harvests_graph, harvests), target)


def filling(ledger: Ledger, naming: Naming, target: Position) -> Iterator[str]:
    """Return the updates that fill an empty store; the position comes with the last one."""
    stated = ledger.stated(upto=target.seq)
    while batch := list(islice(stated, CHUNK)):
        yield _data("INSERT DATA", _checked(line for pair in batch for line in naming.lines(*pair)))
    yield _data("INSERT DATA", naming.vocabulary)
    yield insert_into(VOCABULARY_GRAPH, naming.vocabulary.split("\n"))
    harvests = lines_of_harvests(ledger, naming, 0, target.harvest)
    yield update_text((), (), insert_into(naming.harvests_graph, harvests), target)


def chunks(ledger: Ledger, after: int, upto: int) -> Iterator[list[Change]]:
    """Cut the log into runs of at most :data:`CHUNK` changes."""
    changes = ledger.changes(after, upto)
    while chunk := list(islice(changes, CHUNK)):
        yield chunk


def _differences(
    ledger: Ledger, naming: Naming, chunk: Sequence[Change]
) -> tuple[set[str], set[str]]:
    """Return the statements that a run of changes takes out, and those that must be there after.

    A store may hold two spellings of one value as one statement, so whatever shares its subject
    and property with a statement taken out is put in again.
    """
    last = {change.subject: change for change in chunk}
    before = ledger.before(chunk[0].seq - 1, tuple(last))
    removed: set[str] = set()
    added: set[str] = set()
    for subject, change in last.items():
        old, new = _lines(naming, before.get(subject)), _lines(naming, change)
        out = old - new
        touched = tuple({_start(line) for line in out})
        removed |= out
        added |= new - old
        added.update([line for line in new & old if line.startswith(touched)])
    return removed, added


def update_text(
    removed: Iterable[str], added: Iterable[str], extra: str, position: Position
) -> str:
    """Write one atomic update: statements out, statements in, ``extra``, then the position."""
    return ";\n".join(
        part
        for part in (
            _data("DELETE DATA", _checked(removed)),
            _data("INSERT DATA", _checked(added)),
            extra,
            NO_POSITION,
            insert_into(POSITION_GRAPH, position.lines()),
        )
        if part
    )


def insert_into(graph: str, lines: Iterable[str]) -> str:
    """Write an insertion of statements into a named graph; empty when there is none."""
    text = "\n".join(lines)
    return f"INSERT DATA {{ GRAPH <{graph}> {{\n{text}\n}} }}" if text else ""


def _lines(naming: Naming, change: Change | None) -> set[str]:
    record = None if change is None else change.record
    return set() if change is None or record is None else set(naming.lines(change.source, record))


def _start(line: str) -> str:
    """Return the subject and the property of a statement, up to where its object begins."""
    subject, predicate, _ = line.split(" ", 2)
    return f"{subject} {predicate} "


def _checked(lines: Iterable[str]) -> str:
    # What goes into an update is written by the serialiser, never pasted: a damaged body cannot
    # close the braces around it.
    text = "\n".join(sorted(lines))
    try:
        quads = list(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        raise StoreError(
            "a record of the ledger is not N-Triples ({error}): run maillage verify", error=error
        ) from error
    return "\n".join(f"{quad.triple} ." for quad in quads)


def _data(verb: str, text: str) -> str:
    return f"{verb} {{\n{text}\n}}" if text else ""
