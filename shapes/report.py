"""Findings as people and machines read them: text, JSON, and the standard validation report."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from shapes.findings import Finding, Severity
from shapes.rules import rule
from shapes.verdicts import shown
from vocab.errors import UsageError
from vocab.messages import languages
from vocab.namespaces import DCT, SH, XSD
from vocab.ntriples import is_valid_iri, literal

FORMATS = ("text", "json", "ttl")
EXAMPLES = 3
"""Records that a text report names for each rule; the other formats name all."""

_ORDER = {Severity.VIOLATION: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class _Words:
    titles: dict[Severity, str]
    nothing: str
    record: str
    records: str
    more: str
    why: str
    colon: str
    quotes: tuple[str, str]


_WORDS = {
    "fr": _Words(
        {
            Severity.VIOLATION: "Refus (la fiche n'entre pas)",
            Severity.WARNING: "À corriger (la fiche entre)",
            Severity.INFO: "Conseil (la fiche entre)",
        },
        nothing="Rien à signaler.",
        record="fiche",
        records="fiches",
        more="… et {} autres",
        why="Pourquoi :",
        colon=" : ",
        quotes=("« ", " »"),
    ),
    "en": _Words(
        {
            Severity.VIOLATION: "Refused (the record does not enter)",
            Severity.WARNING: "To mend (the record enters)",
            Severity.INFO: "Advice (the record enters)",
        },
        nothing="Nothing to report.",
        record="record",
        records="records",
        more="… and {} more",
        why="Why:",
        colon=": ",
        quotes=("“", "”"),
    ),
}


def exit_code(findings: Iterable[Finding]) -> int:
    """Give 1 when a violation keeps a record out, else 0: warnings and advice never fail a run."""
    return int(any(finding.severity is Severity.VIOLATION for finding in findings))


def render(findings: Sequence[Finding], fmt: str = "text", lang: str = "fr") -> str:
    """Write a report.

    Args:
        findings: what validation said, in any order.
        fmt: ``text`` for people, ``json``, or ``ttl`` (a ``sh:ValidationReport``).
        lang: ``fr`` or ``en``; the other formats carry both.

    Raises:
        UsageError: the format is not known.
    """
    if fmt == "json":
        return json.dumps([finding.fields() for finding in findings], ensure_ascii=False, indent=1)
    if fmt == "ttl":
        return "".join(turtle(findings))
    if fmt != "text":
        raise UsageError(
            "unknown report format {fmt!r}: choose one of {formats}",
            fmt=fmt,
            formats=", ".join(FORMATS),
        )
    return _text(findings, "en" if lang == "en" else "fr")


def by_rule(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Group findings by code: refusals first, then by how many records each rule touches."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.code].append(finding)
    return sorted(
        groups.items(),
        key=lambda group: (_ORDER[group[1][0].severity], -_records(group[1]), group[0]),
    )


def common_message(group: Sequence[Finding], lang: str) -> str:
    """Return what findings of one rule have in common: no one value stands for the others."""
    first, known = group[0], rule(group[0].code)
    if known is None or len({finding.sentence for finding in group}) == 1:
        return first.message(lang)
    return known.message.message(lang)


def _records(findings: Iterable[Finding]) -> int:
    return len({finding.record for finding in findings})


def _text(findings: Sequence[Finding], lang: str) -> str:
    words = _WORDS[lang]
    if not findings:
        return f"{words.nothing}\n"
    blocks = [_block(code, group, lang) for code, group in by_rule(findings)]
    return "\n".join([_summary(findings, words), *blocks])


def _summary(findings: Sequence[Finding], words: _Words) -> str:
    lines = []
    for severity, title in words.titles.items():
        touched = _records(finding for finding in findings if finding.severity is severity)
        if touched:
            lines.append(f"{title}{words.colon}{_count(touched, words)}\n")
    return "".join(lines)


def _count(number: int, words: _Words) -> str:
    return f"{number} {words.record if number == 1 else words.records}"


def _block(code: str, group: Sequence[Finding], lang: str) -> str:
    words, known, first = _WORDS[lang], rule(code), group[0]
    title = known.name.message(lang) if known else ""
    lines = [f"{code} {title}{words.colon}{_count(_records(group), words)}"]
    lines += [f"  {words.titles[first.severity]}", f"  {common_message(group, lang)}"]
    if known:
        lines.append(f"  {words.why} {known.reason.message(lang)}")
    lines += [f"    {_where(finding, words)}" for finding in group[:EXAMPLES]]
    if len(group) > EXAMPLES:
        lines.append(f"    {words.more.format(len(group) - EXAMPLES)}")
    return "".join(f"{line}\n" for line in lines)


def _where(finding: Finding, words: _Words) -> str:
    opening, closing = words.quotes
    value = f" {opening}{shown(finding.value)}{closing}" if finding.value is not None else ""
    return f"{finding.record}{value}"


def turtle(findings: Iterable[Finding]) -> Iterator[str]:
    """Write the report of SHACL section 3.6 piece by piece: any number of findings will do."""
    yield f"@prefix sh: <{SH}> .\n@prefix xsd: <{XSD}> .\n@prefix dct: <{DCT}> .\n"
    yield "[] a sh:ValidationReport"
    conforms = True
    for finding in findings:
        conforms = False
        yield f" ;\n  sh:result {_result(finding)}"
    yield f' ;\n  sh:conforms "{str(conforms).lower()}"^^xsd:boolean .\n'


def _result(finding: Finding) -> str:
    said = (f"{literal(finding.message(lang))}@{lang}" for lang in languages())
    parts = [
        "a sh:ValidationResult",
        f"sh:focusNode {_term(finding.focus)}",
        f"sh:resultSeverity sh:{finding.severity}",
        f"sh:sourceConstraintComponent <{finding.component}>",
        f"sh:resultMessage {', '.join(said)}",
        f"dct:identifier {literal(finding.code)}",
        f"dct:isPartOf {_term(finding.record)}",
    ]
    if not finding.shape.startswith("_:"):
        parts.append(f"sh:sourceShape {_term(finding.shape)}")
    if finding.path:
        parts.append(f"sh:resultPath {_path(finding.path)}")
    if finding.value is not None and not finding.value.startswith("_:"):
        parts.append(f"sh:value {_value(finding.value)}")
    return "[ " + " ;\n    ".join(parts) + " ]"


def _path(path: str) -> str:
    """Write a path: a property, or the alternative of properties (the contract has no other)."""
    if "<" not in path:
        return _term(path)
    return f"[ sh:alternativePath ( {' '.join(path.split('|'))} ) ]"


def _term(focus: str) -> str:
    """Write an IRI; a literal stays, and what is neither becomes one: nothing breaks the report."""
    if focus.startswith("_:"):
        return "[]"
    if focus.startswith('"'):
        return _value(focus)
    return f"<{focus}>" if is_valid_iri(focus) else literal(focus)


def _value(value: str) -> str:
    """Write a value as it is when it is a term, else as text: the harvester shortens some."""
    try:
        (quad,) = ox.parse(f"<x:s> <x:p> {value} .", format=ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError):
        return literal(value)
    return str(quad.object)
