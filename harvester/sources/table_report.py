"""What an import did, as a harvest reports it: refusals and losses as findings, by row."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from harvester import rules
from harvester.delivery import Arrival
from harvester.tabular.result import LEVELS, REPORT_RULES, ImportResult, ReportLine
from shapes.findings import Finding
from vocab.mapping import place_iri
from vocab.messages import Message
from vocab.namespaces import DCT, MED, RDF
from vocab.ntriples import literal

MAX_LINES = 1_000
_ON_PURPOSE = "not-a-place"
_DUPLICATE = "id-repeated"


@dataclass(frozen=True, slots=True)
class ImportFindings:
    """The findings of an import, sorted by what follows from them.

    Attributes:
        refused: places whose row was refused: they go to quarantine, their last version stays.
        findings: about rows that name no place of their own, and about values lost.
        unidentified: rows refused without a readable id: nobody knows which place they were.
    """

    refused: tuple[Arrival, ...]
    findings: tuple[Finding, ...]
    unidentified: int


def import_findings(result: ImportResult, url: str, namespace: str) -> ImportFindings:
    """Sort the lines of an import.

    Args:
        result: what the import gave.
        url: address of the table; findings about rows without an id have it as record.
        namespace: under which the places are named.
    """
    made = frozenset(record.iri for record in result.records)
    faults: dict[str, list[Finding]] = defaultdict(list)
    ids: dict[str, str] = {}
    findings: list[Finding] = []
    unidentified: set[int] = set()
    for line in result.lines:
        if line.level not in {"refusal", "loss"}:
            continue
        iri = place_iri(namespace, line.local_id) if line.local_id else ""
        finding = _finding(iri or url, line)
        if line.level == "loss" or line.rule == _ON_PURPOSE:
            findings.append(finding)
        elif not iri:
            unidentified.add(line.row)
            findings.append(finding)
        elif line.rule == _DUPLICATE or iri in made:
            findings.append(finding)
        else:
            faults[iri].append(finding)
            ids[iri] = line.local_id or ""
    refused = (Arrival(iri, _named(iri, ids[iri]), tuple(found)) for iri, found in faults.items())
    return ImportFindings(tuple(refused), tuple(findings), len(unidentified))


def _finding(record: str, line: ReportLine) -> Finding:
    code = "MED-H213" if line.level == "loss" else "MED-H212"
    if line.rule == _ON_PURPOSE:
        code = "MED-H216"
    why = REPORT_RULES[line.rule]
    value = line.before if line.after in {"", line.before} else f"{line.before} → {line.after}"
    column, cell = line.column or "—", value or "—"
    found = rules.finding(
        record, code, value=literal(value), row=line.row, column=column, cell=cell
    )
    said = Message("{what} {why}", what=found.sentence, why=Message(why.en))
    return found._replace(path=line.rule, sentence=said)


def _named(iri: str, local_id: str) -> bytes:
    """Return the least that says what was refused: its class and its id."""
    lines = (
        f"<{iri}> <{DCT}identifier> {literal(local_id)} .",
        f"<{iri}> <{RDF}type> <{MED}Place> .",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def unproven(url: str, rows: int) -> Finding:
    """Return the finding that nothing was deleted, because of rows without a readable id."""
    return rules.finding(url, "MED-H214", rows=rows, url=url)


def import_summary(result: ImportResult) -> dict[str, Any]:
    """Return the report of the import for the ledger: as ``maillage import`` gives it, bounded.

    The most severe lines come first and :data:`MAX_LINES` of them are kept; ``lines_left_out``
    counts the others, which ``rules`` counts as well.
    """
    by_gravity = sorted(result.lines, key=lambda line: (LEVELS.index(line.level), line.row))
    left_out = max(len(by_gravity) - MAX_LINES, 0)
    return {**result.summary(by_gravity[:MAX_LINES]), "lines_left_out": left_out}
