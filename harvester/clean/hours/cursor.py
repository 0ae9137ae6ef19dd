"""Days and times read from the words of opening hours, one after the other."""

from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise

from harvester.clean.hours.week import MIDNIGHT, Span
from harvester.clean.hours.words import Word
from vocab.opening_hours import FIRST_HOUR

TO = frozenset(("to", "until"))
PERIODS = frozenset(("morning", "afternoon", "evening", "all_day"))
STRONG = frozenset(("break", "stop", "line"))
SLASHES = frozenset(("slash", "bar"))
DAY_LINKS = frozenset(("comma", "and", "until", "to", "from")) | SLASHES
TIME_LINKS = (
    frozenset(("comma", "colon", "and", "plus", "until", "to", "from", "between"))
    | SLASHES
    | PERIODS
    | STRONG
)
HALF_LINKS = frozenset(("comma", "until")) | SLASHES | STRONG
GROUPS = {"weekend": range(5, 7), "weekdays": range(5), "alldays": range(7)}
CLOCK = frozenset(("time", "number"))
NOON = 12 * 60
_EARLIEST, _EARLY = FIRST_HOUR * 60, 6 * 60
_PARTS = {  # earliest start, latest start, latest end
    "morning": (0, NOON - 1, NOON + 120),
    "afternoon": (NOON, MIDNIGHT, MIDNIGHT),
    "evening": (NOON + 240, MIDNIGHT, MIDNIGHT),
}


class NotUnderstood(Exception):  # noqa: N818 - no error: the way out of a descent, caught at its top
    """The text says more, or less, than this grammar knows."""


@dataclass(slots=True)
class DayList:
    """Days as they were listed.

    Attributes:
        days: pairs of a day and which ones of the month.
        inner: days that only a range names: "mardi" in "lundi au mercredi".
        dashed: those of them whose range was written with a dash, which may mean a list.
        parts: how many days and ranges were listed.
        links: what stood between the last two of them.
    """

    days: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    inner: set[int] = field(default_factory=set)
    dashed: set[int] = field(default_factory=set)
    parts: int = 0
    links: frozenset[str] = frozenset()

    @property
    def between(self) -> frozenset[int]:
        """Days between two that may be a range: "lundi vendredi", with nothing or a slash."""
        if len(self.days) != 2 or self.parts != 2 or not self.links <= SLASHES:
            return frozenset()
        first, last = sorted(self.numbers)[0], sorted(self.numbers)[-1]
        return frozenset(range(first + 1, last))

    def without(self, others: frozenset[int]) -> None:
        """Take days away that are among these; raises :class:`NotUnderstood` if some are not."""
        if not others < self.numbers:
            raise NotUnderstood
        self.days = [pair for pair in self.days if pair[0] not in others]
        self.inner -= others
        self.dashed -= others

    @property
    def numbers(self) -> frozenset[int]:
        """The days, whichever of the month."""
        return frozenset(day for day, _ in self.days)

    def add_range(self, first: int, last: int, nth: tuple[int, ...], dash: bool) -> None:
        """Add the days after ``first`` up to ``last``; a range never runs over the week's end."""
        if last <= first:
            raise NotUnderstood
        if nth:
            raise NotUnderstood  # "1er lundi au vendredi du mois": that week, or five first days?
        self.days += [(day, nth) for day in range(first + 1, last + 1)]
        self.inner |= set(range(first + 1, last))
        if dash:
            self.dashed |= set(range(first + 1, last))

    def check(self) -> None:
        """Refuse "mardi-jeudi et vendredi": were it a range, it would end on Friday."""
        if not self.dashed:
            return
        named = [day for day, _ in self.days]
        edges = {day for day in named if day not in self.inner}
        ends = {day + step for day in self.dashed for step in (-1, 1)} - self.dashed
        if any(abs(day - end) == 1 for day in edges - ends for end in ends):
            raise NotUnderstood


def names_day(kind: str) -> bool:
    """Is it a word for days, or the ordinal of one?"""
    return kind in GROUPS or kind.startswith(("day", "nth"))


class Cursor:
    """A place in the words; each method reads one thing there and moves on.

    Attributes:
        words: the words of the text, without noise.
        at: index of the next word to read.
    """

    def __init__(self, words: tuple[Word, ...]) -> None:
        self.words = words
        self.at = 0

    def kind(self, ahead: int = 0) -> str:
        """Return the kind of the word ``ahead`` places on; ``end`` outside the text."""
        place = self.at + ahead
        return self.words[place].kind if 0 <= place < len(self.words) else "end"

    def skip(self, kinds: frozenset[str]) -> set[str]:
        """Move over words of those kinds and say which were met."""
        seen = set()
        while self.kind() in kinds:
            seen.add(self.kind())
            self.at += 1
        return seen

    def at_day(self) -> bool:
        """Does a day, or the ordinal of one, come next?"""
        return names_day(self.kind())

    def read_days(self) -> DayList:
        """One day, a list or a range of days, each with its place in the month."""
        found = DayList()
        self._skip_group()
        while True:
            ranged = self._read_day_or_range(found, self._read_ordinals())
            found.parts += 1
            start = self.at
            links = frozenset(self.skip(DAY_LINKS))
            if not self.at_day():
                self.at = start
                break
            if "until" in links and ranged:
                raise NotUnderstood  # "lundi - mardi - jeudi": a list or a range?
            found.links = links
        found.check()
        self._in_month(found)
        return found

    def _skip_group(self) -> None:
        """Move over "tous les jours" where the days follow: "tous les jours du lundi au samedi"."""
        if self.kind() not in ("alldays", "weekdays"):
            return
        group, start = GROUPS[self.kind()], self.at
        self.at += 1
        self.skip(frozenset(("comma", "from", "colon")))
        first, last = self.words[self.at : self.at + 1], self.words[self.at + 2 : self.at + 3]
        ranged = self.kind().startswith("day") and self.kind(1) in TO and bool(last)
        if not ranged or first[0].day not in group or last[0].day not in group:
            self.at = start

    def _read_day_or_range(self, found: DayList, nth: tuple[int, ...]) -> bool:
        """Add what is named next; say whether it is a range."""
        if self.kind() in GROUPS:
            if nth:
                raise NotUnderstood  # a month that begins on a Sunday has which first week-end?
            found.days += [(day, ()) for day in GROUPS[self.kind()]]
            self.at += 1
            return False
        day = self.words[self.at].day if self.at < len(self.words) else None
        if day is None:
            raise NotUnderstood
        self.at += 1
        found.days.append((day, nth))
        if self.kind() not in TO or not self.kind(1).startswith("day"):
            return False
        found.add_range(day, int(self.kind(1)[3:]), nth, dash=self.kind() == "until")
        self.at += 2
        return True

    def _read_ordinals(self) -> tuple[int, ...]:
        numbers: list[int] = []
        while (nth := self._nth()) is not None:
            numbers.append(nth)
            self.at += 1
            if self.kind().startswith("nth") or self.kind(1).startswith(("nth", "day")):
                self.skip(frozenset(("comma", "and", "from")))
        return tuple(numbers)

    def _nth(self) -> int | None:
        return self.words[self.at].nth if self.at < len(self.words) else None

    def _in_month(self, found: DayList) -> None:
        """Check that "the first Monday" is followed by "of the month", and that nothing else is."""
        ordinal = any(nth for _, nth in found.days)
        monthly = bool(self.skip(frozenset(("month",))))
        if ordinal != monthly or (ordinal and not all(nth for _, nth in found.days)):
            raise NotUnderstood

    def read_spans(self, before: frozenset[str] = frozenset()) -> tuple[Span, ...]:
        """Pairs of times in growing order; what stands inside a pair must mean "until".

        Args:
            before: parts of the day named just before: "lundi matin".
        """
        pairs: list[tuple[int, int]] = []
        gaps, between = [_one_of(before)], self._before_first_time()
        while self.kind() in CLOCK:
            first, inside, second = self._read_pair(between)
            pairs.append((first, second))
            seen = self._skip_to_next_time()
            gaps.append(_one_of(seen & PERIODS))
            between = "between" in seen
            if self.kind() in CLOCK and seen and seen <= inside & SLASHES:
                raise NotUnderstood  # "9h/10h/11h/12h": spans or appointments?
        return _one_reading(pairs, gaps)

    def _read_pair(self, between: bool) -> tuple[int, set[str], int]:
        first, exact = self._read_time()
        inside = self.skip(SLASHES | {"until", "to", "and"})
        if self.kind() not in CLOCK:
            raise NotUnderstood
        second, also_exact = self._read_time()
        if not (exact or also_exact) or not _means_until(inside, between):
            raise NotUnderstood
        return first, inside, second

    def _before_first_time(self) -> bool:
        back = self.at - 1
        while back >= 0 and self.words[back].kind in PERIODS | {"colon", "comma"}:
            back -= 1
        return back >= 0 and self.words[back].kind == "between"

    def _read_time(self) -> tuple[int, bool]:
        word = self.words[self.at]
        self.at += 1
        return word.minutes, word.kind == "time"

    def _skip_to_next_time(self) -> frozenset[str]:
        """Move to the next time of the same days, if there is one; give what was passed over."""
        start = self.at
        seen = self.skip(TIME_LINKS)
        if self.kind() in CLOCK:
            return frozenset(seen)
        if seen & PERIODS and self.kind() in ("appointment", "only_appointment", "closed"):
            if self.kind() == "closed" and self.kind(-2) in HALF_LINKS and len(seen & PERIODS) == 1:
                self.at = start  # "9h-12h, après-midi fermé"
                return frozenset()
            raise NotUnderstood  # "9h-12h, après-midi sur rendez-vous" speaks of half a day
        self.at = start
        return frozenset(self.skip(PERIODS))


def _one_of(periods: set[str] | frozenset[str]) -> str:
    if len(periods) > 1:
        raise NotUnderstood
    return next(iter(periods), "")


def _means_until(inside: set[str], after_between: bool) -> bool:
    """Nine *and* twelve are a span only after "between"; nine *to* twelve always are."""
    return not inside or after_between == ("and" in inside)


def _one_reading(pairs: list[tuple[int, int]], gaps: list[str]) -> tuple[Span, ...]:
    """Read parts of the day as headings ("matin 9h-12h") or as remarks ("9h-12h le matin")."""
    readings = [gaps[:-1]] if not gaps[-1] else []
    readings += [gaps[1:]] if not gaps[0] else []
    found: set[tuple[Span, ...]] = set()
    for periods in readings:
        with suppress(NotUnderstood):
            found.add(_spans_of(pairs, periods))
    if len(found) != 1:
        raise NotUnderstood
    return found.pop()


def _spans_of(pairs: list[tuple[int, int]], periods: list[str]) -> tuple[Span, ...]:
    """Make spans of pairs of minutes.

    Forms fill the boxes that nobody used with 00:00-00:00, or with the same times again.
    """
    used = {pair: label for pair, label in zip(pairs, periods, strict=True) if pair != (0, 0)}
    spans = [_span(first, second, label) for (first, second), label in used.items()]
    if not spans or any(one.end > other.start for one, other in pairwise(spans)):
        raise NotUnderstood
    return tuple(spans)


def _span(first: int, second: int, period: str) -> Span:
    """Make a span, by the clock of the afternoon where the text says so: "après-midi de 2h à 5h".

    Raises:
        NotUnderstood: it is empty, reversed, not in the part of the day named, or likely meant by
            the clock of the afternoon though no word says so.
    """
    if period in ("afternoon", "evening"):
        first, second = _after_noon(first, second)
    span = Span(first, second or MIDNIGHT)
    first, last, end = _PARTS.get(period, (0, MIDNIGHT, MIDNIGHT))
    within = first <= span.start <= last and span.start < span.end <= end
    if not within or at_night(span):
        raise NotUnderstood
    return span


def _after_noon(first: int, second: int) -> tuple[int, int]:
    if second >= NOON or second == 0 or not (first < second or NOON <= first < NOON + 60):
        return first, second
    return first + NOON if first < NOON else first, second + NOON


def at_night(span: Span) -> bool:
    """Does a span begin in the small hours, as "2h à 5h" would if it were not the afternoon?"""
    if span.start == 0:
        return span.end < MIDNIGHT - 1
    return span.start < _EARLIEST or (span.start < _EARLY and span.end <= NOON)
