"""Sentences for the terminal: a source in a line, a harvest in a paragraph."""

from collections.abc import Iterable, Mapping

from registry.health import Health
from registry.ledger.types import Harvest, Outcome, Source
from registry.lifecycle import life_of
from shapes.findings import Severity

_OUTCOMES = {
    "fr": {
        Outcome.COMMITTED: "enregistrée",
        Outcome.UNCHANGED: "rien de nouveau",
        Outcome.HELD: "RETENUE",
        Outcome.FAILED: "ÉCHEC",
        Outcome.DISCARDED: "écartée",
    },
    "en": {
        Outcome.COMMITTED: "committed",
        Outcome.UNCHANGED: "nothing new",
        Outcome.HELD: "HELD",
        Outcome.FAILED: "FAILED",
        Outcome.DISCARDED: "discarded",
    },
}
_COUNTS = {
    "fr": "{arrived} reçues, {created} créées, {changed} modifiées, {deleted} supprimées, "
    "{missing} disparues, {unchanged} inchangées, {refused} refusées",
    "en": "{arrived} came, {created} created, {changed} changed, {deleted} deleted, "
    "{missing} missing, {unchanged} unchanged, {refused} refused",
}
_NOTHING = dict.fromkeys(
    ("arrived", "created", "changed", "deleted", "missing", "unchanged", "refused"), 0
)
_NAMED = 5


def line_of(source: Source) -> str:
    """Give a source in one tab-separated line: slug, kind, address, namespaces, status."""
    spaces = " ".join(source.namespaces)
    return f"{source.slug}\t{source.kind}\t{source.url}\t{spaces}\t{life_of(source).status}"


def word_of(health: Health) -> str:
    """Say in a word or two how a source fares: ``late``, ``stale``, both, or ``ok``."""
    words = [word for word in ("late", "stale") if getattr(health, word)]
    return " ".join(words) or "ok"


def account_of(harvest: Harvest, lang: str) -> str:
    """Give what a harvest did, and its findings by rule with the way to mend each."""
    head = f"{harvest.source} (#{harvest.id}): {_OUTCOMES[lang][harvest.outcome]}"
    counts = harvest.report.get("counts")
    if counts:
        head += f" — {_COUNTS[lang].format_map(_NOTHING | counts)}"
    lines = [head]
    for hold in harvest.report.get("holds", ()):
        lines.append(f"  [{hold['code']}] {hold[f'message_{lang}']}")
    for finding in harvest.report.get("findings", ()):
        text = finding[f"message_{lang}"]
        lines.append(f"  [{finding['code']} {finding['severity']} ×{finding['count']}] {text}")
        if finding["severity"] == Severity.VIOLATION:
            lines += [f"      {record}" for record in _named(finding["samples"])]
    return "\n".join(lines)


def _named(samples: Iterable[Mapping[str, str]]) -> list[str]:
    """Give the records of a finding's first samples, each once, in order."""
    return list(dict.fromkeys(sample["record"] for sample in samples))[:_NAMED]
