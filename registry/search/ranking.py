"""Which of the places that match is the most useful to a person, here and now.

Everything is counted in kilometres that one would rather travel: a place that opens tomorrow comes
after one that is open and five kilometres further away. What nobody stated costs more than what is
known to be late, and never takes a place out.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from registry.search.hours import local_time, open_state
from registry.search.masks import Snapshot, members
from registry.search.query import Value

_OPENS_TODAY_KM = 2.0
_OPENS_LATER_KM = 5.0
_UNKNOWN_KM = 8.0
_PREFERRED_KM = 2.0
_MISSING_KM = {"telephone": 1.0, "horaires": 1.0, "services": 1.0}
"""What each thing costs that a place should say of itself and does not."""
_UNREVIEWED_KM = 1.0
_UNREVIEWED_AFTER = timedelta(days=730)
_INVENTED_KM = 1_000.0
"""An invented place receives nobody: it stands below all others."""
_UNLOCATED_KM = 2.0
"""A place of the commune that was asked for, of which no position is known."""


class Candidate(NamedTuple):
    """A place to be ranked; ``distance_km`` is None where a position is unknown, or none asked."""

    rowid: int
    iri: str
    hours: str
    departement: str
    modified: str
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """How places are ranked.

    Attributes:
        moment: at which they should be open (aware, or by each place's own clock).
        is_near: whether distances count, and so the hours of what can be reached.
        preferred: what brings a place forward that has it.
    """

    moment: datetime
    is_near: bool
    preferred: tuple[Value, ...] = ()

    def ordered(self, snapshot: Snapshot, among: int, candidates: Iterable[Candidate]) -> list[int]:
        """Return the rowids of candidates, the most useful first; of equals, by IRI.

        Args:
            snapshot: what their facets are read from.
            among: the mask of the candidates.
            candidates: the places.
        """
        further = self._further(snapshot, among)
        delays: dict[tuple[str, str], float] = {}
        ranked = []
        for one in candidates:
            schedule = one.hours, one.departement
            if self.is_near and schedule not in delays:
                delays[schedule] = _delay_km(*schedule, self.moment)
            score = further[one.rowid] + delays.get(schedule, 0.0) + self._distance(one)
            ranked.append((score + _age_km(one.modified, self.moment.date()), one.iri, one.rowid))
        return [rowid for *_, rowid in sorted(ranked)]

    def _distance(self, one: Candidate) -> float:
        if not self.is_near:
            return 0.0
        return _UNLOCATED_KM if one.distance_km is None else one.distance_km

    def _further(self, snapshot: Snapshot, among: int) -> defaultdict[int, float]:
        """Return the kilometres that do not depend on the moment, by rowid."""
        missing = snapshot.facets.get("manque", {})
        masks = [(missing.get(value, 0), km) for value, km in _MISSING_KM.items()]
        masks.append((snapshot.facets.get("exemple", {}).get("oui", 0), _INVENTED_KM))
        masks += [
            (snapshot.facets.get(facet, {}).get(value, 0), -_PREFERRED_KM)
            for facet, value in self.preferred
        ]
        found: defaultdict[int, float] = defaultdict(float)
        for mask, km in masks:
            for rowid in members(mask & among):
                found[rowid] += km
        return found


def _delay_km(hours: str, departement: str, moment: datetime) -> float:
    state = open_state(hours, departement, moment)
    if state is None:
        return _UNKNOWN_KM
    if state.is_open:
        return 0.0
    opens, today = state.next_change, local_time(moment, departement).date()
    return _OPENS_TODAY_KM if opens is not None and opens.date() == today else _OPENS_LATER_KM


def _age_km(modified: str, today: date) -> float:
    """Return what it costs that nobody says to have looked at a record for two years."""
    try:
        last = date.fromisoformat(modified[:10])
    except ValueError:
        return _UNREVIEWED_KM
    return _UNREVIEWED_KM if today - last > _UNREVIEWED_AFTER else 0.0
