"""Statements of RDF 1.2 that RDF 1.1 cannot write: triple terms and texts with a base direction.

The parser reads them, but a registry must give back everything that it takes in, in every format
that it publishes, and JSON-LD 1.1 has neither. So a record that holds one stays out, by name.
"""

import re

from harvester import rules
from shapes.findings import Finding
from vocab.ntriples import literal

_END = re.compile(rb'(?:\)>>|"@[A-Za-z0-9-]+--(?:ltr|rtl)) \.$', re.MULTILINE)
_SHOWN = 120


def unwritable(subject: str, body: bytes) -> tuple[Finding, ...]:
    """Return one finding with the first such value of a record, or nothing.

    Args:
        subject: IRI of the record.
        body: its canonical N-Triples, where only such a statement ends as one.
    """
    # Two plain searches first: nearly every record has neither mark.
    found = _END.search(body) if b")>> ." in body or b"--" in body else None
    if found is None:
        return ()
    start = body.rfind(b"\n", 0, found.start()) + 1
    term = body[start : found.end() - 2].split(b" ", 2)[2].decode()
    shown = term if len(term) <= _SHOWN else f"{term[:_SHOWN]}…"
    return (rules.finding(subject, "MED-H008", value=literal(shown), subject=subject, term=shown),)
