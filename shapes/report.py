"""Findings as people and machines read them: text, JSON, and the standard validation report."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from shapes.findings import Finding, Severity
from shapes.rules import Rule, rule
from shapes.verdicts import shown
from vocab.errors import UsageError
from vocab.messages import Message, languages, translate_count
from vocab.namespaces import DCT, SH, XSD
from vocab.ntriples import is_valid_iri, literal

FORMATS = ("text", "json", "ttl")
EXAMPLES = 3
"""Records that a text report names for each rule; the other formats name all."""
REFUSED_ROWS = 25
"""Refused rows of a table that it names: each is something that a person has to correct."""

_ORDER = {Severity.VIOLATION: 0, Severity.WARNING: 1, Severity.INFO: 2}


_TITLES = {
    Severity.VIOLATION: Message("Refused (the record does not enter)"),
    Severity.WARNING: Message("To mend (the record enters)"),
    Severity.INFO: Message("Advice (the record enters)"),
}


def exit_code(findings: Iterable[Finding]) -> int:
    """Give 1 when a violation keeps a record out, else 0: warnings and advice never fail a run."""
    return int(any(finding.severity is Severity.VIOLATION for finding in findings))


def render(findings: Sequence[Finding], fmt: str = "text", lang: str = "fr") -> str:
    """Write a report.

    Args:
        findings: what validation said, in any order.
        fmt: ``text`` for people, ``json``, or ``ttl`` (a ``sh:ValidationReport``).
        lang: language of the text; the other formats carry all.

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
    return _text(findings, lang)


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
    if not findings:
        return f"{Message('Nothing to report.').message(lang)}\n"
    blocks = [_block(code, group, lang) for code, group in by_rule(findings)]
    return "\n".join([_summary(findings, lang), *blocks])


def _summary(findings: Sequence[Finding], lang: str) -> str:
    by_severity = {each: [f for f in findings if f.severity is each] for each in _TITLES}
    lines = (_counted(_TITLES[each], found, lang) for each, found in by_severity.items() if found)
    return "".join(f"{line}\n" for line in lines)


def _counted(title: str, findings: Sequence[Finding], lang: str) -> str:
    number = _records(findings)
    count = translate_count("{count} record", "{count} records", number, lang)
    return Message("{title}: {count}", title=title, count=count.format(count=number)).message(lang)


def _block(code: str, group: Sequence[Finding], lang: str) -> str:
    known = rule(code)
    title = f"{code} {known.name.message(lang)}" if known else code
    lines = [_counted(title, group, lang), f"  {_TITLES[group[0].severity].message(lang)}"]
    lines += _of_rule(known, group, lang) if known else _each_cause(group, lang)
    return "".join(f"{line}\n" for line in lines)


def _of_rule(known: Rule, group: Sequence[Finding], lang: str) -> Iterator[str]:
    yield f"  {common_message(group, lang)}"
    yield f"  {Message('Why: {reason}', reason=known.reason).message(lang)}"
    yield from (f"    {_where(finding, lang)}" for finding in group[:EXAMPLES])
    yield from _more(len(group) - EXAMPLES, lang)


def _each_cause(group: Sequence[Finding], lang: str) -> Iterator[str]:
    """Findings of reading, one by one: each has a cause of its own, such as a row and its value."""
    most = REFUSED_ROWS if group[0].severity is Severity.VIOLATION else EXAMPLES
    for finding in group[:most]:
        yield f"  {finding.message(lang)}"
        yield f"    {finding.record}"
    yield from _more(len(group) - most, lang)


def _more(count: int, lang: str) -> Iterator[str]:
    if count > 0:
        yield f"    {Message('… and {count} more', count=count).message(lang)}"


def _where(finding: Finding, lang: str) -> str:
    if finding.value is None:
        return finding.record
    return f"{finding.record} {Message('“{value}”', value=shown(finding.value)).message(lang)}"


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
