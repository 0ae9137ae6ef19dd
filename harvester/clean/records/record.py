"""An arrival in the form that the registry keeps, with a finding for each thing that was changed.

    characters -> namespaces -> values -> positions

The same in gives the same out, and what is in this form already stays byte for byte as it is: of a
chain of nodes, the first one changes, the others find nothing to do. Nearly all records pass a
quick check and nothing more.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from os.path import commonprefix

from harvester import rules
from harvester.clean.records import characters, namespaces, positions, values
from harvester.clean.records.statements import Statement, statements_of
from harvester.delivery import Arrival
from harvester.parsing.known import Digested
from shapes.findings import Finding
from vocab.ntriples import unescape

MAX_BYTES = 1_000_000
"""A larger record is refused whatever it holds, so it is not looked at."""


def normalised(
    arrivals: Iterable[Arrival], known: Callable[[str], str | None]
) -> Iterator[Arrival]:
    """Return arrivals in their normal form, in order.

    Args:
        arrivals: what came.
        known: gives the content hash held for a subject, or None: what it repeats is left alone.
    """
    for arrival in arrivals:
        if _may_stay(arrival) or known(arrival.subject) == arrival.content_hash:
            yield arrival
        else:
            yield _normalised(arrival)


def _may_stay(arrival: Arrival) -> bool:
    body = arrival.body
    if body is None or isinstance(body, Digested) or len(body) > MAX_BYTES:
        return True
    return looks_normal(body)


def _trie(tails: Mapping[str, str]) -> str:
    """Return a pattern that looks at each character once: ``re`` tries alternatives one by one.

    Args:
        tails: literal -> pattern that has to follow it; the start of another is tried first.

    >>> _trie({"http://a/x": "!", "http://a/y": "", "http://b/": ""})
    'http://(?:a/(?:x!|y)|b/)'
    """
    start = commonprefix(list(tails))  # noqa: RUF071  letter by letter is what is wanted
    if len(tails) == 1:
        return re.escape(start) + tails[start]
    rests = sorted((literal[len(start) :], tail) for literal, tail in tails.items())
    forks = (_trie(dict(group)) for _, group in groupby(rests, lambda rest: rest[0][:1]))
    return f"{re.escape(start)}(?:{'|'.join(forks)})"


_TAILS = namespaces.other_spaces() | values.wrong_values() | dict.fromkeys(positions.OTHERS, "")
_ODD = re.compile(f"> <{_trie(_TAILS)}".encode())
_ODD_DATATYPES = (b"^^<https://", b"^^<http://schema.org/")


def looks_normal(body: bytes) -> bool:
    """Whether a record needs no change, by a quick check of its canonical N-Triples."""
    if b"\\" in body and any(mark in body for mark in characters.MARKS):
        return False
    if any(mark in body for mark in _ODD_DATATYPES) or _ODD.search(body) is not None:
        return False
    return positions.looks_right(body)


def _normalised(arrival: Arrival) -> Arrival:
    normaliser = _Normaliser(arrival.subject)
    statements = [
        normaliser.normalise(statement) for statement in statements_of(arrival.body or b"")
    ]
    after, findings = positions.placed(arrival.subject, statements)
    normaliser.report_positions(findings)
    body = "".join(sorted({statement.line for statement in after})).encode()
    remarks = (*arrival.remarks, *normaliser.findings())
    return arrival._replace(
        body=body, faults=(*arrival.faults, *normaliser.faults), remarks=remarks
    )


class _Normaliser:
    """Brings the statements of one record into normal form, and collects findings."""

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._others: dict[str, int] = {}
        self._characters: dict[str, None] = {}
        self._findings: list[Finding] = []
        self.faults: list[Finding] = []

    def normalise(self, statement: Statement) -> Statement:
        """Return a statement in its normal form."""
        if names := characters.forbidden(statement.line):
            self._characters |= dict.fromkeys(names)
            statement = characters.with_blanks(statement)
            if characters.forbidden(statement.line):  # in an IRI, which nobody may change
                self._refuse(statement, names)
        statement, other = namespaces.renamed(statement)
        if other:
            self._others[other] = self._others.get(other, 0) + 1
        after = values.rewritten(statement)
        if after is not statement:
            self._report("MED-H011", statement, after)
        return after

    def _refuse(self, statement: Statement, names: Iterable[str]) -> None:
        self.faults.append(
            rules.finding(
                self._subject,
                "MED-H017",
                subject=self._subject,
                path=statement.predicate,
                characters=", ".join(names),
            )
        )

    def _report(self, code: str, before: Statement, after: Statement) -> None:
        found = rules.finding(
            self._subject,
            code,
            value=before.value,
            subject=self._subject,
            value_=before.text,
            datatype=_short(before.datatype) if before.is_literal else values.IRI,
            after=after.text,
            path=before.predicate,
        )
        self._findings.append(found._replace(focus=before.subject, path=before.predicate))

    def report_positions(self, findings: Iterable[positions.PositionFinding]) -> None:
        """Add findings about positions."""
        for each in findings:
            found = rules.finding(
                self._subject,
                each.code,
                value=f'"{each.value}"',
                subject=self._subject,
                value_=unescape(each.value),
                **each.details,
            )
            self._findings.append(found)

    def findings(self) -> list[Finding]:
        """Return what was changed and what is doubtful."""
        found = list(self._findings)
        if self._others:
            found.append(
                rules.finding(
                    self._subject,
                    "MED-H012",
                    subject=self._subject,
                    count=sum(self._others.values()),
                    found=", ".join(self._others),
                    usual=namespaces.usual_of(self._others),
                )
            )
        if self._characters:
            names = ", ".join(self._characters)
            found.append(
                rules.finding(self._subject, "MED-H013", subject=self._subject, characters=names)
            )
        return found


def _short(datatype: str) -> str:
    return datatype.replace("http://www.w3.org/2001/XMLSchema#", "xsd:")
