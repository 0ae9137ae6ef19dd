"""Breaks records at random: values replaced, dropped, doubled, moved to other nodes."""

from collections.abc import Iterator
from random import Random

import pyoxigraph as ox

from shapes.rules import rules
from tests.shapes import samples
from vocab.namespaces import GEO, RDFS, SCHEMES, XSD
from vocab.records import Record

TYPED = (
    ("boolean", ("1", "true", "oui")),
    ("decimal", ("-0.0", "+43.310", "x", ".5")),
    ("double", ("NaN", "1e3")),
    ("float", ("INF",)),
    ("integer", ("43",)),
    ("date", ("2026-02-30", "2026-01-31", "1970-01-01", "2026-01-31Z", "2999-01-01")),
    ("dateTime", ("2026-01-31T10:00:00",)),
)
VALUES = (
    *(f'"{text}"^^<{XSD}{name}>' for name, texts in TYPED for text in texts),
    *('""', '" "', '"\\n"', '"75001\\n"', '"é"@fr', '"é"@FR', '"x"@en-GB', '"oui"', '"1,5"'),
    *("<https://exemple.fr>", "<urn:x>", '"<b>x</b>"@fr', '"+33491000000"'),
    *(f"<{SCHEMES}services/inconnu>", f"<{SCHEMES}frais/gratuit>"),
    f'"POINT(1 2)"^^<{GEO}wktLiteral>',
)
PREDICATES = (f"<{RDFS}subClassOf>", f"<{RDFS}label>")


def mutate(record: Record, random: Random) -> Record:
    """Change one to three statements."""
    lines = list(record.lines)
    for _ in range(random.randint(1, 3)):
        change = random.choice((_replace, _drop, _double, _move, _exchange))
        change(lines, random)
    return Record(record.iri, _canonical(lines))


def _canonical(lines: list[str]) -> tuple[str, ...]:
    text = "\n".join(lines).encode()
    return tuple(sorted({f"{q.triple} ." for q in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)}))


def _parts(lines: list[str], random: Random) -> tuple[int, str, str, str]:
    place = random.randrange(len(lines))
    subject, predicate, value = lines[place][:-2].split(" ", 2)
    return place, subject, predicate, value


def _replace(lines: list[str], random: Random) -> None:
    place, subject, predicate, _ = _parts(lines, random)
    lines[place] = f"{subject} {predicate} {random.choice(VALUES)} ."


def _drop(lines: list[str], random: Random) -> None:
    if len(lines) > 1:
        del lines[random.randrange(len(lines))]


def _double(lines: list[str], random: Random) -> None:
    _, subject, predicate, _ = _parts(lines, random)
    lines.append(f"{subject} {predicate} {random.choice(VALUES)} .")


def _move(lines: list[str], random: Random) -> None:
    place, _, predicate, value = _parts(lines, random)
    _, subject, *_ = _parts(lines, random)
    lines[place] = f"{subject} {predicate} {value} ."


def _exchange(lines: list[str], random: Random) -> None:
    place, subject, _, value = _parts(lines, random)
    _, _, predicate, _ = _parts(lines, random)
    lines[place] = f"{subject} {random.choice((predicate, *PREDICATES))} {value} ."


def broken_by_every_rule(random: Random) -> Iterator[Record]:
    """Return, without end, the examples that break each rule in turn, each with further damage."""
    shown = [rule.example for rule in rules() if rule.example]
    while True:
        for example in shown:
            for values in example.invalid:
                yield mutate(samples.with_values(example, values), random)
