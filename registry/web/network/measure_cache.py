"""The measures of sources as the pages ask for them: computed once, by one thread at a time."""

from dataclasses import dataclass, field
from threading import Lock

from flask import current_app
from werkzeug.exceptions import ServiceUnavailable

from registry.history.quality import Measure, measured_harvests, measures
from registry.ledger.types import Harvest
from registry.web.site.i18n import lazy_gettext
from registry.web.site.node import current_node

CACHE = "maillage-measures"
METRICS = {
    "completeness": lazy_gettext("completeness"),
    "validity": lazy_gettext("validity"),
    "freshness": lazy_gettext("freshness"),
    "linkage": lazy_gettext("linkage"),
    "whole": lazy_gettext("whole"),
}
FORMULAS = {
    "completeness": lazy_gettext(
        "The answers given, of 14: name, address, position, commune, carrying "
        "organisation, contact, opening hours, services, ways of access, fees, audiences, "
        "kind of place, description, date of update."
    ),
    "validity": lazy_gettext(
        "100%, less 20 points for each rule that asks for a correction and 5 for each that "
        "gives advice; 0 if a rule refuses the record. What is missing counts in "
        "completeness only."
    ),
    "freshness": lazy_gettext(
        "100% until 183 days after the last update, then less and less down to 0 after "
        "1,095 days; 0 without a date."
    ),
    "linkage": lazy_gettext(
        "The links given, of three: the commune by its code, the carrying organisation by "
        "its identifier, another description of the same place."
    ),
    "whole": lazy_gettext("The mean of the four shares. It never causes a record to be refused."),
}
_MAX_WAIT_S = 5  # waiting longer would keep a thread from other pages
_RETRY_AFTER_S = 10
_FEW = 2_000  # places judged in well under a second


@dataclass
class MeasureCache:
    """The measures of each source, kept until a harvest changes it; computed by one at a time."""

    computed: dict[str, tuple[int, tuple[Measure, ...]]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def of(self, slug: str) -> tuple[Measure, ...]:
        """Return the measures of a source, oldest first.

        Raises:
            ServiceUnavailable: the measures of another source take too long.
        """
        points = measured_harvests(current_node().ledger, slug)
        if (found := self._ready(slug, points)) is not None:
            return found
        if not self.lock.acquire(timeout=_MAX_WAIT_S):
            raise ServiceUnavailable(retry_after=_RETRY_AFTER_S)
        try:
            return self._computed(slug, points)
        finally:
            self.lock.release()

    def _ready(self, slug: str, points: tuple[Harvest, ...]) -> tuple[Measure, ...] | None:
        last, found = self.computed.get(slug, (0, ()))
        return found if not points or last == points[-1].id else None

    def _computed(self, slug: str, points: tuple[Harvest, ...]) -> tuple[Measure, ...]:
        """Compute, unless the thread that held the lock before did."""
        found = self._ready(slug, points)
        if found is None:
            found = measures(current_node().ledger, points)
            self.computed[slug] = points[-1].id, found
        return found

    def latest(self, slug: str, places: int) -> Measure | None:
        """Return the last measure of a source if computed already, or if it has few places."""
        try:
            if places <= _FEW:
                return next(reversed(self.of(slug)), None)
        except ServiceUnavailable:
            return None
        ready = self._ready(slug, measured_harvests(current_node().ledger, slug))
        return ready[-1] if ready else None


def cache() -> MeasureCache:
    """Return the measures kept for this application."""
    found: MeasureCache = current_app.extensions[CACHE]
    return found
