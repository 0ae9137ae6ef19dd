"""Records broken by the thousand, every rule among them, judged by the compiler and by pySHACL.

The records are the examples of each rule, damaged further at random; the figures say which rules
were broken, how many results differ and which words of the specification settle each difference.
"""

import time
from collections import Counter
from itertools import islice
from random import Random
from typing import Any

from shapes.audit import audit
from shapes.limits import LONG_TEXT, NOT_VALIDATED, TOO_LONG
from shapes.rules import rules
from shapes.verdicts import validate
from tests.shapes.mutation import broken_by_every_rule

RECORDS = 3_000
BATCH = 250
SEED = 20_261_125


def run() -> dict[str, Any]:
    """Compare the verdicts of both engines."""
    stream = islice(broken_by_every_rule(Random(SEED)), RECORDS)
    start, codes, known = time.monotonic(), Counter[str](), Counter[str]()
    compared, unanswered, unexplained = 0, 0, list[str]()
    while batch := list(islice(stream, BATCH)):
        codes.update(finding.code for finding in validate(batch))
        found = audit(batch)
        compared += found.records
        unanswered += len(found.unanswered)
        known.update(item.known for item in found.differences if item.known)
        unexplained += [" ".join(item.key) for item in found.unexplained]
    contract = {rule.code for rule in rules()} - {LONG_TEXT.code, NOT_VALIDATED.code, TOO_LONG.code}
    return {
        "records": RECORDS,
        "compared": compared,
        "unanswered_by_pyshacl": unanswered,
        "rules": len(contract),
        "rules_never_broken": sorted(contract - codes.keys()),
        "results": codes.total(),
        "differences_settled": dict(sorted(known.items())),
        "unexplained_differences": len(unexplained),
        "first_unexplained": unexplained[:5],
        "seconds": round(time.monotonic() - start, 1),
    }
