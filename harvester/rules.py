"""The catalogue of what a harvest may say: stable codes with French and English sentences."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from shapes.findings import Finding, Severity
from vocab.namespaces import SHAPES

COMPONENT = f"{SHAPES}HarvestRule"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong with what a source publishes, or with getting it."""

    code: str
    severity: Severity
    fr: str
    en: str


@cache
def catalogue() -> dict[str, Rule]:
    """Give every rule by its code, in order."""
    text = files("harvester").joinpath("data/rules.toml").read_text("utf-8")
    return {
        code: Rule(code, Severity(row.get("severity", "Violation")), row["fr"], row["en"])
        for code, row in tomllib.loads(text).items()
    }


def text(code: str, lang: str, **details: object) -> str:
    """Give the sentence of a rule with its details filled in; raises ``KeyError`` if unknown."""
    rule = catalogue()[code]
    shown = {name: _shorten(value) for name, value in details.items()}
    return (rule.fr if lang == "fr" else rule.en).format(**shown)


def finding(record: str, code: str, *, value: str | None = None, **details: object) -> Finding:
    """Give a finding of the harvester in the form of a validation result."""
    return Finding(
        record=record,
        code=code,
        severity=catalogue()[code].severity,
        focus=record,
        path="",
        value=None if value is None else str(_shorten(value)),
        message_fr=text(code, "fr", **details),
        message_en=text(code, "en", **details),
        shape=f"{SHAPES}{code}",
        component=COMPONENT,
    )


def _shorten(value: object, limit: int = 300) -> object:
    """Cut what a stranger wrote before it reaches a page or a log, control characters removed."""
    if not isinstance(value, str):
        return value
    clean = "".join(c if c.isprintable() else "�" for c in value)
    return clean if len(clean) <= limit else f"{clean[:limit]}…"
