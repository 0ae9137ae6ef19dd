"""Sentences for the terminal: a source in a line, a harvest in a paragraph."""

from collections.abc import Iterator

from registry.ledger.types import Harvest, Outcome, Source
from registry.names import OUTCOMES, SEVERITIES
from registry.sources.health import Health
from shapes.findings import Severity
from vocab.messages import Message

_NOTHING = dict.fromkeys(
    ("arrived", "created", "changed", "deleted", "missing", "unchanged", "refused"), 0
)
_NAMED = 5
_STATES = ("never", "failing", "held", "late", "stale")


def line_of(source: Source) -> str:
    """Return a source in one tab-separated line: slug, kind, address, namespaces, status."""
    spaces = " ".join(source.namespaces)
    status = source.options.lifecycle.status
    return f"{source.slug}\t{source.kind}\t{source.shown_url}\t{spaces}\t{status}"


def health_word(health: Health) -> str:
    """Return the state of a source: some of ``_STATES``, or ``ok``."""
    words = [word for word in _STATES if getattr(health, word)]
    return " ".join(words) or "ok"


def harvest_text(harvest: Harvest, lang: str) -> str:
    """Return what a harvest did, why it did not do the rest, and what to do about each."""
    lines = [_head(harvest, lang), *_problems(harvest, lang)]
    for found in harvest.report.findings:
        severity = SEVERITIES[found.severity].message(lang)
        lines.append(f"  [{found.code} {severity} ×{found.count}] {found.message(lang)}")
        if found.severity == Severity.VIOLATION:
            named = list(dict.fromkeys(each.record for each in found.samples))[:_NAMED]
            lines += [f"      {record}" for record in named]
            if (more := found.records - len(named)) > 0:
                others = Message(
                    "… and {more} others: on the page of harvest {id}", more=more, id=harvest.id
                )
                lines.append(f"      {others.message(lang)}")
    return harmless("\n".join(lines))


def _head(harvest: Harvest, lang: str) -> str:
    outcome = OUTCOMES[harvest.outcome].message(lang)
    if is_refused_again(harvest):
        outcome = Message("HELD, decided already").message(lang)
    elif harvest.outcome in {Outcome.HELD, Outcome.FAILED}:  # what somebody has to look at
        outcome = outcome.upper()
    number = f" (#{harvest.id})" if harvest.id else ""
    head = f"{harvest.source}{number}: {outcome}"
    if not (counts := harvest.report.counts):
        return head
    summary = Message(
        "{arrived} came, {created} created, {changed} changed, {deleted} deleted, "
        "{missing} missing, {unchanged} unchanged, {refused} refused",
        **(_NOTHING | counts),
    )
    return f"{head} — {summary.message(lang)}"


def is_refused_again(harvest: Harvest) -> bool:
    """Whether a source gave again what a person had refused: nothing entered."""
    return harvest.outcome is Outcome.UNCHANGED and harvest.report.is_held


def _problems(harvest: Harvest, lang: str) -> Iterator[str]:
    """Return what kept a harvest from being applied, as its page says it, then what to do."""
    moved = harvest.report.moved
    for problem in (*harvest.report.problems, *([moved] if moved else [])):
        yield f"  [{problem.code}] {problem.message(lang)}"
    if not harvest.id:
        return  # a dry run leaves nothing to decide or to try again
    yield from (
        f"  → {line.message(lang)}" for line in _what_to_do(harvest, harvest.report.has_failed)
    )


def _what_to_do(harvest: Harvest, failed: bool) -> Iterator[Message]:
    if failed:
        yield Message(
            "Nothing is applied, the old data stays published. Once the cause is mended: "
            "maillage harvest {source}",
            source=harvest.source,
        )
    elif harvest.outcome is Outcome.HELD:
        number = harvest.id
        yield Message("The old data stays published until somebody decides.")
        yield Message('To let in what came: maillage harvest release {id} --reason "…"', id=number)
        yield Message('To refuse it: maillage harvest discard {id} --reason "…"', id=number)


def harmless(text: str) -> str:
    """Remove control characters that a text may quote from a file or a feed."""
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)
