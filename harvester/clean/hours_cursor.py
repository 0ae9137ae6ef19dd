"""Days and times read from the words of opening hours, one after the other."""

from itertools import pairwise

from harvester.clean.hours_week import MIDNIGHT, Span
from harvester.clean.hours_words import Word

TO = frozenset(("to", "until"))
DAY_LINKS = frozenset(("comma", "and", "slash", "until", "to", "from"))
TIME_LINKS = frozenset(
    ("comma", "colon", "and", "slash", "until", "to", "break", "line", "from", "between", "period")
)
Days = tuple[tuple[int, tuple[int, ...]], ...]


class NotUnderstood(Exception):  # noqa: N818 - no error: the way out of a descent, caught at its top
    """The text says more, or less, than this grammar knows."""


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
        """Give the kind of the word ``ahead`` places on; ``end`` outside the text."""
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
        return self.kind().startswith(("day", "nth"))

    def read_days(self) -> Days:
        """One day, a list or a range of days, each with its place in the month."""
        found: list[tuple[int, tuple[int, ...]]] = []
        joined_by_dash = 0
        nth: tuple[int, ...] = ()
        while True:
            here = self._read_ordinals()
            nth = here or nth
            day = self.words[self.at].day if self.at < len(self.words) else None
            if day is None:
                raise NotUnderstood
            self.at += 1
            found.append((day, nth))
            last = self._read_range_end()
            if last is not None:
                joined_by_dash += 1
                found += [(number, nth) for number in _days_between(day, last)]
            start = self.at
            if "until" in self.skip(DAY_LINKS) and joined_by_dash and self.at_day():
                raise NotUnderstood  # "lundi - mardi - jeudi": a list or a range?
            if not self.at_day():
                self.at = start
                break
        return self._in_month(tuple(found))

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

    def _read_range_end(self) -> int | None:
        """The last day of "lundi au vendredi", once "lundi" has been read."""
        if self.kind() in TO and self.kind(1).startswith("day"):
            self.at += 2
            return self.words[self.at - 1].day
        return None

    def _in_month(self, days: Days) -> Days:
        """Check that "the first Monday" is followed by "of the month", and that nothing else is."""
        ordinal = any(nth for _, nth in days)
        monthly = bool(self.skip(frozenset(("month",))))
        if ordinal != monthly or (ordinal and not all(nth for _, nth in days)):
            raise NotUnderstood
        return days

    def read_spans(self, all_week: bool = False) -> tuple[Span, ...]:
        """Pairs of times in growing order; what stands inside a pair must mean "until"."""
        pairs: list[tuple[int, int]] = []
        between = self._before_first_time()
        while self.kind() in ("time", "number"):
            first, exact = self._read_time()
            inside = self.skip(frozenset(("until", "to", "slash", "and")))
            if self.kind() not in ("time", "number"):
                raise NotUnderstood
            second, also_exact = self._read_time()
            if not (exact or also_exact) or not _means_until(inside, between):
                raise NotUnderstood
            pairs.append((first, second))
            between = self._skip_to_next_time()
        return _spans_of(pairs, all_week)

    def _before_first_time(self) -> bool:
        back = self.at - 1
        while back >= 0 and self.words[back].kind in ("period", "colon", "comma"):
            back -= 1
        return back >= 0 and self.words[back].kind == "between"

    def _read_time(self) -> tuple[int, bool]:
        word = self.words[self.at]
        self.at += 1
        return word.minutes, word.kind == "time"

    def _skip_to_next_time(self) -> bool:
        """Move to the next time of the same days, if there is one; say whether "entre" was met."""
        start = self.at
        seen = self.skip(TIME_LINKS)
        if self.kind() in ("time", "number"):
            return "between" in seen
        if "period" in seen and self.kind() in ("visit", "only_visit", "closed"):
            raise NotUnderstood  # "9h-12h, après-midi sur rendez-vous" speaks of half a day
        self.at = start
        self.skip(frozenset(("period",)))
        return False


def _means_until(inside: set[str], after_between: bool) -> bool:
    """Nine *and* twelve are a span only after "between"; nine *to* twelve always are."""
    return not inside or after_between == ("and" in inside)


def _spans_of(pairs: list[tuple[int, int]], all_week: bool) -> tuple[Span, ...]:
    """Make spans of pairs of minutes.

    Forms fill the boxes that nobody used with 00:00-00:00, or with the same times again. Alone, it
    means around the clock only where it stands for all seven days.
    """
    used = [pair for pair in dict.fromkeys(pairs) if pair != (0, 0)] or pairs[: int(all_week)]
    spans = [Span(first, second or MIDNIGHT) for first, second in used]
    late = any(one.end > other.start for one, other in pairwise(spans))
    if not spans or late or any(one.start >= one.end for one in spans):
        raise NotUnderstood
    return tuple(spans)


def _days_between(first: int, last: int) -> list[int]:
    """The days after ``first`` up to ``last``; a range never runs over the end of the week."""
    if last <= first:
        raise NotUnderstood
    return list(range(first + 1, last + 1))
