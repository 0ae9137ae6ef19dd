"""Which of the places that match is the most useful to a person, here and now.

Everything is counted in kilometres that one would rather travel: a place that opens tomorrow comes
after one that is open and five kilometres further away. What nobody stated costs more than what is
known to be late, and never takes a place out. The weights and why they are not those of the first
design: docs/decisions/0080-what-one-can-still-reach.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from registry.search.hours import local_time, open_state
from registry.search.masks import Snapshot, having, members, schedules_among
from registry.search.query import INVENTED, Value

_OPENS_TODAY_KM = 2.0
_OPENS_LATER_KM = 5.0
_UNKNOWN_KM = 5.0
"""As what opens tomorrow: that nobody stated hours is no second lack beside."""
_STAY = timedelta(minutes=30)
_PER_KM = timedelta(minutes=2)
"""What a visit takes, and the way: what closes before is not open for who would go there."""
_LONGEST_WAY = timedelta(hours=4)
"""What stays open longer is open, wherever one comes from: the widest circle is of 80 km."""
_WALK_KM = 2.0
"""What hours cost at most within walking distance."""
_COST_PER_KM = 2.0
"""What hours cost at most for each kilometre of the way, further off."""
_PREFERRED_KM = 2.0
_BESIDE_KM = 8.0
"""A place that offers only what answers less well: who wants to print a CV wants a printer."""
_MISSING_KM = {"telephone": 1.0, "services": 1.0}
"""What each thing costs that a place should say of itself and does not."""
_MISSING_HOURS_KM = 1.0
"""The same for hours, where nobody asks whether one comes in time."""
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
        mainly: what a place should have one of.
    """

    moment: datetime
    is_near: bool
    preferred: tuple[Value, ...] = ()
    mainly: tuple[Value, ...] = ()

    def ordered(self, snapshot: Snapshot, among: int, candidates: Iterable[Candidate]) -> list[int]:
        """Return the rowids of candidates, the most useful first; of equals, by IRI.

        Args:
            snapshot: what their facets are read from.
            among: the mask of the candidates.
            candidates: the places.
        """
        further = self._further(snapshot, among)
        delays: dict[tuple[str, str], _Delay] = {}
        ranked = []
        for one in candidates:
            schedule, km = (one.hours, one.departement), self._distance(one)
            score = further[one.rowid] + km
            if self.is_near:
                if schedule not in delays:
                    delays[schedule] = _delay(*schedule, self.moment)
                score += min(delays[schedule].km_after(km), max(_WALK_KM, _COST_PER_KM * km))
            ranked.append((score + _age_km(one.modified, self.moment.date()), one.iri, one.rowid))
        return [rowid for *_, rowid in sorted(ranked)]

    def anywhere(self, snapshot: Snapshot, among: int) -> Iterator[int]:
        """Return the rowids of places whose distance does not count, the most useful first.

        Of equals, the one comes first of which somebody said last that it still holds. Sets are
        split, no place is read: however many there are, one page costs about the same.
        """
        for tier in self._tiers(snapshot, among):
            yield from snapshot.by_date.of(tier)

    def _tiers(self, snapshot: Snapshot, among: int) -> list[int]:
        """Split places into those that are equally useful, the most useful first."""
        tiers = {0.0: among}
        for mask, km in (*self._costs(snapshot, among), *self._delays(snapshot, among)):
            split: defaultdict[float, int] = defaultdict(int)
            for score, tier in tiers.items():
                split[score + km] |= tier & mask
                split[score] |= tier & ~mask
            tiers = {score: tier for score, tier in split.items() if tier}
        return [tiers[score] for score in sorted(tiers)]

    def _delays(self, snapshot: Snapshot, among: int) -> Iterator[tuple[int, float]]:
        """Return what hours cost, with the places that have such hours."""
        if not self.is_near:
            return
        by_delay: defaultdict[float, int] = defaultdict(int)
        unknown = among
        for schedule, held in schedules_among(snapshot, among):
            unknown &= ~held
            by_delay[_delay(*schedule, self.moment).km_after(0.0)] |= held
        by_delay[_UNKNOWN_KM] |= unknown
        yield from ((mask, km) for km, mask in by_delay.items() if km)

    def _distance(self, one: Candidate) -> float:
        if not self.is_near:
            return 0.0
        return _UNLOCATED_KM if one.distance_km is None else one.distance_km

    def _further(self, snapshot: Snapshot, among: int) -> defaultdict[int, float]:
        """Return the kilometres that do not depend on the moment, by rowid."""
        found: defaultdict[int, float] = defaultdict(float)
        for mask, km in self._costs(snapshot, among):
            for rowid in members(mask):
                found[rowid] += km
        return found

    def _costs(self, snapshot: Snapshot, among: int) -> Iterator[tuple[int, float]]:
        """Return what a place says or lacks costs, with the places that it costs."""
        costs = [(("manque", value), km) for value, km in _MISSING_KM.items()]
        if not self.is_near:
            costs.append((("manque", "horaires"), _MISSING_HOURS_KM))
        costs.append((INVENTED, _INVENTED_KM))
        costs += [(value, -_PREFERRED_KM) for value in self.preferred]
        for value, km in costs:
            if mask := having(snapshot, [value]) & among:
                yield mask, km
        if self.mainly and (beside := among & ~having(snapshot, self.mainly)):
            yield beside, _BESIDE_KM


@dataclass(frozen=True, slots=True)
class _Delay:
    """What hours cost: those of a place where one can be in time, and of one where one cannot."""

    km: float
    too_late_km: float = 0.0
    stays_open: timedelta = timedelta.max

    def km_after(self, way_km: float) -> float:
        """Return what it costs after a way."""
        needed = _STAY + _PER_KM * way_km
        return self.km if self.stays_open >= needed else self.too_late_km


def _delay(hours: str, departement: str, moment: datetime) -> _Delay:
    state = open_state(hours, departement, moment)
    if state is None:
        return _Delay(_UNKNOWN_KM)
    here = local_time(moment, departement)
    if not state.is_open:
        return _Delay(_until_open_km(state.next_change, here))
    if state.next_change is None or state.next_change - here > _LONGEST_WAY:
        return _Delay(0.0)
    again = open_state(hours, departement, state.next_change)
    opens = again.next_change if again else None
    return _Delay(0.0, _until_open_km(opens, here), state.next_change - here)


def _until_open_km(opens: datetime | None, here: datetime) -> float:
    is_today = opens is not None and opens.date() == here.date()
    return _OPENS_TODAY_KM if is_today else _OPENS_LATER_KM


def _age_km(modified: str, today: date) -> float:
    """Return what it costs that nobody says to have looked at a record for two years."""
    try:
        last = date.fromisoformat(modified[:10])
    except ValueError:
        return _UNREVIEWED_KM
    return _UNREVIEWED_KM if today - last > _UNREVIEWED_AFTER else 0.0
