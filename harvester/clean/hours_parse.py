"""Opening hours in plain French, read into blocks: strict, so that nothing is ever falsified."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

from harvester.clean.hours_week import EVEN, MIDNIGHT, ODD, Block, Span, render
from harvester.clean.hours_words import Word, words_of

BY_APPOINTMENT = "sur rendez-vous"
_ALL_DAYS = tuple((day, ()) for day in range(7))
_TO = frozenset(("to", "until"))
_LOOSE = frozenset(("comma", "colon", "and", "slash", "until", "break", "line", "from"))
_DAY_LINKS = frozenset(("comma", "and", "slash", "until", "to", "from"))
_TIME_LINKS = frozenset(
    ("comma", "colon", "and", "slash", "until", "to", "break", "line", "from", "between", "period")
)
_Days = tuple[tuple[int, tuple[int, ...]], ...]


class NotUnderstood(Exception):  # noqa: N818 - it never leaves this module: a way out of the descent
    """The text says more, or less, than this grammar knows."""


def french_to_osm(text: str) -> str | None:
    """Give the ``opening_hours`` of a text, or None unless every word of it was understood."""
    words = words_of(text)
    if not words:
        return None
    try:
        week = _Reader(words).read()
    except NotUnderstood:
        return None
    return render(week.blocks, week.closed_on)


def read_day(day: int, text: str) -> tuple[Block, ...] | None:
    """Give the blocks of the opening times of one day, () when closed, None if not understood."""
    words = words_of(text)
    if words and words[0].day == day:
        words = words[1:]  # "Lundi 9h-12h" in the column of Mondays
    if words is None or any(word.day is not None or word.nth is not None for word in words):
        return None
    try:
        week = _Reader((Word(f"day{day}"), *words)).read()
    except NotUnderstood:
        return None
    return None if week.closed_on or not (week.blocks or week.closed) else tuple(week.blocks)


@dataclass
class _Week:
    blocks: list[Block] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    closed_on: list[str] = field(default_factory=list)
    visit: str = ""
    parity: str = ""


class _Reader:
    """A recursive descent over the words; each method reads one thing and moves on."""

    def __init__(self, words: tuple[Word, ...]) -> None:
        self.words = words
        self.at = 0
        self.week = _Week()

    def read(self) -> _Week:
        while self.at < len(self.words):
            self._read_one()
        week = self.week
        if week.closed:
            week.blocks = [block for one in week.blocks if (block := _without(one, week.closed))]
        self._place_visit()
        return week

    def _kind(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.words[place].kind if 0 <= place < len(self.words) else "end"

    def _skip(self, kinds: frozenset[str]) -> set[str]:
        seen = set()
        while self._kind() in kinds:
            seen.add(self._kind())
            self.at += 1
        return seen

    def _at_day(self) -> bool:
        return self._kind().startswith(("day", "nth"))

    def _read_one(self) -> None:
        kind = self._kind()
        if kind in _LOOSE:
            self.at += 1
        elif kind in ("even", "odd"):
            self._read_parity()
        elif kind in ("public_off", "school_off"):
            self.week.closed_on.append("PH" if kind == "public_off" else "SH")
            self.at += 1
        elif kind in ("visit", "only_visit"):
            self._read_visit()
        elif kind in ("everyday", "around"):
            self._read_always()
        elif kind == "closed":
            self._read_closed()
        elif self._at_day():
            self._read_block()
        elif kind == "time" or (kind == "number" and self._kind(1) in _TO):
            self._read_times_alone()
        else:
            raise NotUnderstood

    def _read_parity(self) -> None:
        """Even or odd weeks: before the days they govern, after the only block, the other ones."""
        parity, before = _parity(self._kind()), self._kind(-1)
        self.at += 1
        self._skip(_TIME_LINKS - {"break", "line", "period"})
        blocks = self.week.blocks
        other = bool(blocks) and blocks[-1].weeks not in ("", parity)
        if self.at == len(self.words) and len(blocks) == 1 and not blocks[0].weeks:
            blocks[0] = replace(blocks[0], weeks=parity)
        elif self._at_day() and (not blocks or before in ("break", "line")):
            self.week.parity = parity
        elif other and self._kind() == "time":
            blocks.append(replace(blocks[-1], spans=self._read_spans(), weeks=parity))
        elif other and self._kind() == "closed" and self.at == len(self.words) - 1:
            self.at += 1
        else:
            raise NotUnderstood

    def _read_visit(self) -> None:
        certain = self._kind(-1) in ("end", "time", "number", "comma", "colon")
        if self.week.visit or self.week.closed_on or not certain:
            raise NotUnderstood  # "9h-12h et sur rendez-vous" opens more hours than it names
        before = "first" if not self.week.blocks else "last"
        only = self._kind() == "only_visit" and len(self.week.blocks) < 2
        self.week.visit = "all" if only else before
        self.at += 1
        self._skip(frozenset(("break",)))
        if before == "last" and self.at < len(self.words):
            raise NotUnderstood

    def _place_visit(self) -> None:
        """Say "by appointment" only where it is certain which hours it speaks of."""
        week = self.week
        if not week.visit:
            return
        alone = len(week.blocks) == 1
        certain = {"all": True, "first": alone, "last": alone and len(week.blocks[0].spans) == 1}
        if not certain[week.visit]:
            raise NotUnderstood
        week.blocks = [replace(one, comment=BY_APPOINTMENT) for one in week.blocks]

    def _read_always(self) -> None:
        kinds = {self._kind()}
        self.at += 1
        kinds |= self._skip(_LOOSE | {"around", "everyday"})
        if "around" in kinds and self.at == len(self.words) and not self.week.blocks:
            self.week.blocks.append(Block(_ALL_DAYS, (Span(0, MIDNIGHT),)))
        elif "everyday" in kinds and self._kind() == "time":
            self.week.blocks.append(Block(_ALL_DAYS, self._read_spans()))
        else:
            raise NotUnderstood

    def _read_block(self) -> None:
        days = self._read_days()
        seen = self._skip(_TIME_LINKS - {"break"})
        if self._kind() == "closed" and "period" not in seen:
            self.at += 1
            self.week.closed |= {day for day, _ in days}
            return
        parity = self.week.parity
        if self._kind() in ("even", "odd") and not parity:
            parity = _parity(self._kind())
            self.at += 1
            self._skip(_TIME_LINKS - {"break"})
        visit = self._kind() in ("visit", "only_visit") and "period" not in seen
        if visit:
            self.at += 1
            self._skip(_TIME_LINKS - {"break", "period"})
        spans = self._read_spans(all_week=len({day for day, _ in days}) == 7)
        comment = BY_APPOINTMENT if visit else ""
        self.week.blocks.append(Block(days, spans, parity, comment))

    def _read_times_alone(self) -> None:
        """Times without days: more of the block before, or the start of "9h-12h le lundi"."""
        week = self.week
        spans = self._read_spans()
        if not week.blocks:
            self._read_days_after(spans)
            return
        last = week.blocks[-1]
        if spans[0].start < last.spans[-1].end or last.comment:
            raise NotUnderstood
        week.blocks[-1] = replace(last, spans=last.spans + spans)

    def _read_days_after(self, spans: tuple[Span, ...]) -> None:
        self._skip(_LOOSE)
        self.week.blocks.append(Block(self._read_days(), spans, self.week.parity))
        self._skip(_LOOSE)
        if self._kind() == "time":
            raise NotUnderstood

    def _read_closed(self) -> None:
        self.at += 1
        self._skip(_LOOSE)
        self.week.closed |= {day for day, _ in self._read_days()}
        if self._kind() == "time":
            raise NotUnderstood

    def _read_days(self) -> _Days:
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
            if "until" in self._skip(_DAY_LINKS) and joined_by_dash and self._at_day():
                raise NotUnderstood  # "lundi - mardi - jeudi": a list or a range?
            if not self._at_day():
                self.at = start
                break
        return self._in_month(tuple(found))

    def _read_ordinals(self) -> tuple[int, ...]:
        numbers: list[int] = []
        while (nth := self._nth()) is not None:
            numbers.append(nth)
            self.at += 1
            if self._kind().startswith("nth") or self._kind(1).startswith(("nth", "day")):
                self._skip(frozenset(("comma", "and", "from")))
        return tuple(numbers)

    def _nth(self) -> int | None:
        return self.words[self.at].nth if self.at < len(self.words) else None

    def _read_range_end(self) -> int | None:
        """The last day of "lundi au vendredi", once "lundi" has been read."""
        if self._kind() in _TO and self._kind(1).startswith("day"):
            self.at += 2
            return self.words[self.at - 1].day
        return None

    def _in_month(self, days: _Days) -> _Days:
        """Check that "the first Monday" is followed by "of the month", and that nothing else is."""
        ordinal = any(nth for _, nth in days)
        monthly = bool(self._skip(frozenset(("month",))))
        if ordinal != monthly or (ordinal and not all(nth for _, nth in days)):
            raise NotUnderstood
        return days

    def _read_spans(self, all_week: bool = False) -> tuple[Span, ...]:
        """Pairs of times in growing order; what stands inside a pair must mean "until"."""
        pairs: list[tuple[int, int]] = []
        between = self._before_first_time()
        while self._kind() in ("time", "number"):
            first, exact = self._read_time()
            inside = self._skip(frozenset(("until", "to", "slash", "and")))
            if self._kind() not in ("time", "number"):
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
        seen = self._skip(_TIME_LINKS)
        if self._kind() in ("time", "number"):
            return "between" in seen
        if "period" in seen and self._kind() in ("visit", "only_visit", "closed"):
            raise NotUnderstood  # "9h-12h, après-midi sur rendez-vous" speaks of half a day
        self.at = start
        self._skip(frozenset(("period",)))
        return False


def _parity(kind: str) -> str:
    return EVEN if kind == "even" else ODD


def _means_until(inside: set[str], after_between: bool) -> bool:
    return after_between if "and" in inside else not after_between or not inside


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


def _without(block: Block, closed: set[int]) -> Block | None:
    days = tuple(pair for pair in block.days if pair[0] not in closed)
    return replace(block, days=days) if days else None
