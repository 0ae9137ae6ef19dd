"""Sentences for the terminal: a source in a line, a harvest in a paragraph."""

from collections.abc import Iterable, Iterator, Mapping

from registry.ledger.types import Harvest, Outcome, Source
from registry.sources.health import Health
from registry.sources.lifecycle import life_of
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
_MORE = {
    "fr": "… et {more} autres : sur la page de la moisson {id}",
    "en": "… and {more} others: on the page of harvest {id}",
}
_DECIDED = {"fr": "RETENUE, décision déjà prise", "en": "HELD, decided already"}
_AGAIN = {
    "fr": "Rien n'est appliqué, les anciennes données restent publiées. Une fois la cause levée : "
    "maillage harvest {source}",
    "en": "Nothing is applied, the old data stays published. Once the cause is mended: "
    "maillage harvest {source}",
}
_DECIDE = {
    "fr": (
        "Les anciennes données restent publiées jusqu'à une décision.",
        'Appliquer ce qui est venu : maillage harvest release {id} --reason "…"',
        'Le refuser : maillage harvest discard {id} --reason "…"',
    ),
    "en": (
        "The old data stays published until somebody decides.",
        'To let in what came: maillage harvest release {id} --reason "…"',
        'To refuse it: maillage harvest discard {id} --reason "…"',
    ),
}


def line_of(source: Source) -> str:
    """Give a source in one tab-separated line: slug, kind, address, namespaces, status."""
    spaces = " ".join(source.namespaces)
    return f"{source.slug}\t{source.kind}\t{source.shown_url}\t{spaces}\t{life_of(source).status}"


def health_word(health: Health) -> str:
    """Return the state of a source: ``failing``, ``held``, ``late``, ``stale``, some, or ``ok``."""
    words = [word for word in ("failing", "held", "late", "stale") if getattr(health, word)]
    return " ".join(words) or "ok"


def harvest_text(harvest: Harvest, lang: str) -> str:
    """Give what a harvest did, why it did not do the rest, and what to do about each."""
    lines = [_head(harvest, lang), *_problems(harvest, lang)]
    for finding in harvest.report.get("findings", ()):
        text = finding[f"message_{lang}"]
        lines.append(f"  [{finding['code']} {finding['severity']} ×{finding['count']}] {text}")
        if finding["severity"] == Severity.VIOLATION:
            named = _named(finding["samples"])
            lines += [f"      {record}" for record in named]
            if (more := finding["records"] - len(named)) > 0:
                lines.append(f"      {_MORE[lang].format(more=more, id=harvest.id)}")
    return harmless("\n".join(lines))


def _head(harvest: Harvest, lang: str) -> str:
    outcome = _DECIDED[lang] if is_refused_again(harvest) else _OUTCOMES[lang][harvest.outcome]
    number = f" (#{harvest.id})" if harvest.id else ""
    head = f"{harvest.source}{number}: {outcome}"
    counts = harvest.report.get("counts")
    return f"{head} — {_COUNTS[lang].format_map(_NOTHING | counts)}" if counts else head


def is_refused_again(harvest: Harvest) -> bool:
    """Say whether a source gave again what a person had refused: nothing entered."""
    return harvest.outcome is Outcome.UNCHANGED and bool(harvest.report.get("holds"))


def _problems(harvest: Harvest, lang: str) -> Iterator[str]:
    """Give what kept a harvest from being applied, as its page says it, then what to do."""
    error, holds = harvest.report.get("error"), harvest.report.get("holds", ())
    for problem in (*([error] if error else []), *holds):
        yield f"  [{problem['code']}] {problem[f'message_{lang}']}"
    if moved := harvest.report.get("moved"):
        yield f"  [{moved['code']}] {moved[f'message_{lang}']}"
    if not harvest.id:
        return  # a dry run leaves nothing to decide or to try again
    if error:
        yield f"  → {_AGAIN[lang].format(source=harvest.source)}"
    elif harvest.outcome is Outcome.HELD:
        yield from (f"  → {line.format(id=harvest.id)}" for line in _DECIDE[lang])


def harmless(text: str) -> str:
    """Remove control characters that a text may quote from a file or a feed."""
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)


def _named(samples: Iterable[Mapping[str, str]]) -> list[str]:
    """Give the records of a finding's first samples, each once, in order."""
    return list(dict.fromkeys(sample["record"] for sample in samples))[:_NAMED]
