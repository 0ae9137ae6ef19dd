"""Findings on records that are not validated at all: they stay out, never in unchecked."""

from shapes.spec import Spec
from vocab.namespaces import SH, SHAPES

MAX_LINES = 1_000
"""Statements that a record may have: a place has about forty, an attack has millions."""

MAX_FINDINGS = 200
"""Findings reported for one record."""


def _refusal(code: str, name: str, french: str, english: str) -> Spec:
    return Spec(
        shape=f"<{SHAPES}{code}>",
        component=f"{SHAPES}{name}",
        severity=f"{SH}Violation",
        path="",
        code=code,
        messages=(("fr", french), ("en", english)),
    )


NOT_VALIDATED = _refusal(
    "MED-X001",
    "Unjudged",
    "La fiche n'a pas pu être vérifiée dans le temps prévu. Rendez-la plus simple.",
    "The record could not be checked within its time. Make it simpler.",
)
TOO_LONG = _refusal(
    "MED-X002",
    "TooLong",
    f"La fiche a plus de {MAX_LINES} triplets. Partagez-la : une fiche dit une chose.",
    f"The record has more than {MAX_LINES} triples. Split it up: a record describes one thing.",
)
