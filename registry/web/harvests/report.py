"""The report that a harvest left in the ledger, as a page shows it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry.ledger.report import Report, RuleFindings, objects
from registry.ledger.types import Refusal
from registry.names import STAGES
from registry.web.harvests.finding_words import (
    FindingWords,
    finding_words,
    record_words,
    rows_of,
    statements_of,
)
from registry.web.harvests.rules import good_words, message_of, name_of, reason_of
from registry.web.site.i18n import lazy_gettext
from registry.web.site.labels import any_value
from registry.web.site.language import current_lang

_KNOWN_KEYS = frozenset(
    {"counts", "findings", "holds", "error", "requests", "requests_made", "timings", "source",
     "url", "full", "pages_read", "forced", "expected", "counted", "moved",
     "released", "discarded", "reverted", "reason", "missing"}
)  # fmt: skip
COUNT_NAMES = {
    "arrived": lazy_gettext("received"),
    "created": lazy_gettext("created"),
    "changed": lazy_gettext("changed"),
    "deleted": lazy_gettext("withdrawn"),
    "missing": lazy_gettext("missing", "count"),
    "unchanged": lazy_gettext("unchanged"),
    "refused": lazy_gettext("refused"),
    "held": lazy_gettext("held", "count"),
}
_ALWAYS_COUNTED = frozenset({"arrived", "refused"})
_MAX_ITEMS = 50
_SHOWN_SAMPLES = 20


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """What broke one rule, with a few records; why that matters, and a value that will do."""

    name: str
    found: RuleFindings
    message: str
    samples: tuple[FindingWords, ...]
    reason: str
    good: str


class ShownReport(Report):
    """A report with what a page calls its parts, in the language of the page."""

    def __init__(self, report: Mapping[str, Any], refusals: Iterable[Refusal] = ()) -> None:
        """Take a report, and the records of its source that are kept out: they give their names."""
        super().__init__(report)
        self._bodies = {item.subject: statements_of(item) for item in refusals}

    @property
    def named_counts(self) -> list[tuple[str, int]]:
        """The counts by their names; of what did not happen, only what one looks for."""
        return [
            (str(title), self.counts[n])
            for n, title in COUNT_NAMES.items()
            if n in self.counts and (self.counts[n] or n in _ALWAYS_COUNTED)
        ]

    @property
    def groups(self) -> list[ShownGroup]:
        """What was found, by rule."""
        rows = rows_of(self)
        return [_group(each, self._samples(each, rows), current_lang()) for each in self.findings]

    def _samples(self, found: RuleFindings, rows: Mapping[str, int]) -> tuple[FindingWords, ...]:
        return tuple(
            finding_words(each, record_words(each.record, rows, self._bodies.get(each.record, ())))
            for each in found.samples[:_SHOWN_SAMPLES]
        )

    @property
    def stages(self) -> list[tuple[str, float]]:
        """Each stage by its name with its seconds."""
        return [
            (name.message(current_lang()), self.timings[stage])
            for stage, name in STAGES.items() if stage in self.timings
        ]  # fmt: skip

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The parts that have no place of their own, by their names in the report."""
        return list(_lines({name: self[name] for name in self if name not in _KNOWN_KEYS}))


def _group(found: RuleFindings, samples: tuple[FindingWords, ...], lang: str) -> ShownGroup:
    said = {each.message for each in samples}
    # A sentence that names one record is not what is wrong with all of them.
    message = said.pop() if len(said) == 1 else message_of(found.code, lang)
    return ShownGroup(
        name_of(found.code, lang),
        found,
        message or any_value(found.message(lang)),
        samples,
        reason_of(found.code, lang),
        good_words(found.code),
    )


def _lines(report: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Flatten what is left: nested names joined by a point, long lists cut."""
    for name, value in report.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _lines(value, f"{path}.")
        elif isinstance(value, list):
            plain = [str(item) for item in value[:_MAX_ITEMS] if not isinstance(item, dict | list)]
            if plain:
                yield path, ", ".join(plain)
            for number, item in enumerate(objects(value)[:_MAX_ITEMS], start=1):
                yield from _lines(item, f"{path}.{number}.")
        elif value not in (None, ""):
            yield path, str(value)
