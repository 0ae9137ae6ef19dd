"""Opening hours in plain French, read into blocks: strict, so that nothing is ever falsified."""

from dataclasses import dataclass, field, replace

from harvester.clean.hours_cursor import TIME_LINKS, TO, Cursor, NotUnderstood
from harvester.clean.hours_week import EVEN, MIDNIGHT, ODD, Block, Span, render
from harvester.clean.hours_words import Word, words_of

BY_APPOINTMENT = "sur rendez-vous"
_ALL_DAYS = tuple((day, ()) for day in range(7))
_LOOSE = frozenset(("comma", "colon", "and", "slash", "until", "break", "line", "from"))


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


class _Reader(Cursor):
    """A recursive descent over the words: sentences out of days and times."""

    def __init__(self, words: tuple[Word, ...]) -> None:
        super().__init__(words)
        self.week = _Week()

    def read(self) -> _Week:
        while self.at < len(self.words):
            self._read_one()
        week = self.week
        if week.closed:
            week.blocks = [block for one in week.blocks if (block := _without(one, week.closed))]
        self._place_visit()
        return week

    def _read_one(self) -> None:
        kind = self.kind()
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
        elif self.at_day():
            self._read_block()
        elif kind == "time" or (kind == "number" and self.kind(1) in TO):
            self._read_times_alone()
        else:
            raise NotUnderstood

    def _read_parity(self) -> None:
        """Even or odd weeks: before the days they govern, after the only block, the other ones."""
        parity, before = _parity(self.kind()), self.kind(-1)
        self.at += 1
        self.skip(TIME_LINKS - {"break", "line", "period"})
        blocks = self.week.blocks
        other = bool(blocks) and blocks[-1].weeks not in ("", parity)
        if self.at == len(self.words) and len(blocks) == 1 and not blocks[0].weeks:
            blocks[0] = replace(blocks[0], weeks=parity)
        elif self.at_day() and (not blocks or before in ("break", "line")):
            self.week.parity = parity
        elif other and self.kind() == "time":
            blocks.append(replace(blocks[-1], spans=self.read_spans(), weeks=parity))
        elif other and self.kind() == "closed" and self.at == len(self.words) - 1:
            self.at += 1
        else:
            raise NotUnderstood

    def _read_visit(self) -> None:
        certain = self.kind(-1) in ("end", "time", "number", "comma", "colon")
        if self.week.visit or self.week.closed_on or not certain:
            raise NotUnderstood  # "9h-12h et sur rendez-vous" opens more hours than it names
        before = "first" if not self.week.blocks else "last"
        only = self.kind() == "only_visit" and len(self.week.blocks) < 2
        self.week.visit = "all" if only else before
        self.at += 1
        self.skip(frozenset(("break",)))
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
        kinds = {self.kind()}
        self.at += 1
        kinds |= self.skip(_LOOSE | {"around", "everyday"})
        if "around" in kinds and self.at == len(self.words) and not self.week.blocks:
            self.week.blocks.append(Block(_ALL_DAYS, (Span(0, MIDNIGHT),)))
        elif "everyday" in kinds and self.kind() == "time":
            self.week.blocks.append(Block(_ALL_DAYS, self.read_spans()))
        else:
            raise NotUnderstood

    def _read_block(self) -> None:
        days = self.read_days()
        seen = self.skip(TIME_LINKS - {"break"})
        if self.kind() == "closed" and "period" not in seen:
            self.at += 1
            self.week.closed |= {day for day, _ in days}
            return
        parity = self.week.parity
        if self.kind() in ("even", "odd") and not parity:
            parity = _parity(self.kind())
            self.at += 1
            self.skip(TIME_LINKS - {"break"})
        visit = self.kind() in ("visit", "only_visit") and "period" not in seen
        if visit:
            self.at += 1
            self.skip(TIME_LINKS - {"break", "period"})
        spans = self.read_spans(all_week=len({day for day, _ in days}) == 7)
        comment = BY_APPOINTMENT if visit else ""
        self.week.blocks.append(Block(days, spans, parity, comment))

    def _read_times_alone(self) -> None:
        """Times without days: more of the block before, or the start of "9h-12h le lundi"."""
        week = self.week
        spans = self.read_spans()
        if not week.blocks:
            self._read_days_after(spans)
            return
        last = week.blocks[-1]
        if spans[0].start < last.spans[-1].end or last.comment:
            raise NotUnderstood
        week.blocks[-1] = replace(last, spans=last.spans + spans)

    def _read_days_after(self, spans: tuple[Span, ...]) -> None:
        self.skip(_LOOSE)
        self.week.blocks.append(Block(self.read_days(), spans, self.week.parity))
        self.skip(_LOOSE)
        if self.kind() == "time":
            raise NotUnderstood

    def _read_closed(self) -> None:
        self.at += 1
        self.skip(_LOOSE)
        self.week.closed |= {day for day, _ in self.read_days()}
        if self.kind() == "time":
            raise NotUnderstood


def _parity(kind: str) -> str:
    return EVEN if kind == "even" else ODD


def _without(block: Block, closed: set[int]) -> Block | None:
    days = tuple(pair for pair in block.days if pair[0] not in closed)
    return replace(block, days=days) if days else None
