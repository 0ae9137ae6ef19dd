"""Opening hours in plain French, read into blocks: strict, so that nothing is ever falsified."""

from dataclasses import replace
from functools import lru_cache

from harvester.clean.hours.cursor import (
    CLOCK,
    PERIODS,
    SLASHES,
    STRONG,
    TIME_LINKS,
    TO,
    DayList,
    NotUnderstood,
    names_day,
)
from harvester.clean.hours.halves import HALVES, without_halves
from harvester.clean.hours.reader import HalfReader
from harvester.clean.hours.remarks import Remark, closures
from harvester.clean.hours.statements import Statement, settled
from harvester.clean.hours.week import EVEN, MIDNIGHT, ODD, Block, Span, render
from harvester.clean.hours.words import Word, words_of

BY_APPOINTMENT = "sur rendez-vous"
_ALL_DAYS = tuple((day, ()) for day in range(7))
_CONNECTORS = frozenset(("comma", "colon", "and", "until", "from")) | SLASHES
_LOOSE = _CONNECTORS | STRONG
_INSIDE = TIME_LINKS - STRONG - PERIODS
_HOLIDAYS = {
    "both": frozenset(("PH", "SH")),
    "public": frozenset(("PH",)),
    "school": frozenset(("SH",)),
}


def french_to_osm(text: str) -> str | None:
    """Return the ``opening_hours`` of a text, or None unless every word of it was understood."""
    week = french_week(text)
    return render(week[0]) if week and week[0] else None


def french_week(text: str) -> tuple[list[Block], frozenset[int]] | None:
    """Return the blocks of a text, none when it only says what is closed, and the closed days.

    None as above.
    """
    words = words_of(text)
    if not words:
        return None
    try:
        reader = _Reader(words)
        return reader.read(may_be_closed=True), frozenset(reader.parsed.closed)
    except NotUnderstood:
        return None


@lru_cache(maxsize=4096)
def read_day(day: int, text: str) -> tuple[Block, ...] | None:
    """Return the blocks of the opening times of one day, () when closed, None if not understood."""
    words = words_of(text)
    if words and words[0].day == day:
        words = words[1:]  # "Lundi 9h-12h" in the column of Mondays
    if words is None or any(names_day(word.kind) for word in words):
        return None
    try:
        return tuple(_Reader((Word(f"day{day}"), *words)).read(may_be_closed=True))
    except NotUnderstood:
        return None


class _Reader(HalfReader):
    """A recursive descent over the words: sentences out of days and times."""

    def __init__(self, words: tuple[Word, ...]) -> None:
        super().__init__(words)
        kinds = {word.kind for word in words}
        self.paragraphed = bool({"break", "line"} & kinds)

    def read(self, may_be_closed: bool = False) -> list[Block]:
        """Return the blocks of all the words.

        Raises:
            NotUnderstood: they say more than blocks can, or nothing.
        """
        while self.at < len(self.words):
            self._read_one()
        parsed = self.parsed
        if not parsed.statements:
            if may_be_closed and parsed.closed and not (parsed.remarks or parsed.halves):
                return []
            raise NotUnderstood
        for days in parsed.doubtful if not parsed.slashed else ():
            _check_list(days, parsed.statements)
        self._place_appointment()
        held = closures(parsed.remarks, parsed.statements)
        if parsed.public_off:
            held = [kinds | _HOLIDAYS["public"] for kinds in held]
        statements = [
            replace(one, block=replace(one.block, closed_on=one.block.closed_on | kinds))
            for one, kinds in zip(parsed.statements, held, strict=True)
        ]
        blocks = settled(statements, parsed.closed)
        return without_halves(blocks, parsed.halves, (one.days for one in statements))

    def _read_one(self) -> None:
        kind = self.kind()
        if kind in STRONG:
            self._read_paragraph()
        elif kind in _LOOSE:
            self.at += 1
        elif kind in ("even", "odd"):
            self._read_parity()
        elif kind.startswith(("except_", "shut_")):
            self._read_remark()
        elif reader := _READERS.get(kind):
            reader(self)
        elif self.at_day():
            self._read_block()
        elif kind == "time" or (kind == "number" and self.kind(1) in TO):
            self._read_times_alone()
        else:
            raise NotUnderstood

    def _read_paragraph(self) -> None:
        parsed = self.parsed
        if self.kind() in parsed.parity_ends:
            parsed.parity, parsed.parity_ends = "?", frozenset()
        if parsed.statements:
            parsed.paragraph = parsed.statements[-1].paragraph + 1
        self.at += 1

    def _add(self, days: DayList, block: Block, half: bool = False) -> None:
        parsed = self.parsed
        if parsed.parity == "?" or (block.weeks == "" and parsed.parity):
            raise NotUnderstood  # nothing says whether "semaine paire" applies to it too
        english = any(word.english for word in self.words)
        inner, dashed = frozenset(days.inner), frozenset(days.dashed)
        parsed.slashed |= days.parts > 2 and bool(days.links) and days.links <= SLASHES
        if days.between:
            parsed.doubtful.append(days)
        parsed.statements.append(Statement(block, inner, dashed, half, parsed.paragraph, english))
        parsed.last = "block"
        if "comma" in parsed.parity_ends:
            parsed.parity, parsed.parity_ends = "?", frozenset()

    def _read_parity(self) -> None:
        """Even or odd weeks: before the days they govern, after the only block, the other ones."""
        parsed, parity, before = self.parsed, _parity(self.kind()), self.kind(-1)
        adjacent = before in CLOCK or self.words[self.at].bracketed
        self.at += 1
        seen = self.skip(_INSIDE) | self.skip(frozenset(("line",)))
        blocks = parsed.statements
        other = bool(blocks) and blocks[-1].block.weeks not in ("", parity)
        if self.at == len(self.words) and self._alone():
            blocks[0] = replace(blocks[0], block=replace(blocks[0].block, weeks=parity))
        elif self.at_day() and not adjacent and (not blocks or before in STRONG):
            if "line" in seen and blocks and not blocks[-1].block.weeks:
                raise NotUnderstood  # a line between two: of which of them does it speak?
            self._open_parity(parity, seen)
        elif other and self.kind() == "time" and not self.at_day():
            block = replace(blocks[-1].block, spans=self.read_spans(), weeks=parity)
            blocks.append(replace(blocks[-1], block=block))
        elif other and self.kind() == "closed" and self.at == len(self.words) - 1:
            self.at += 1
        else:
            raise NotUnderstood

    def _open_parity(self, parity: str, seen: set[str]) -> None:
        """Begin a part that holds in even or odd weeks: how far it reaches depends on its form."""
        self.parsed.parity = parity
        if "line" in seen:
            self.parsed.parity_ends = frozenset()
        elif "colon" in seen:
            self.parsed.parity_ends = frozenset(("stop", "line"))
        else:
            self.parsed.parity_ends = STRONG | {"comma"}

    def _alone(self) -> bool:
        parsed = self.parsed
        one = len(parsed.statements) == 1 and parsed.last == "block"
        return one and not parsed.statements[0].block.weeks

    def _read_remark(self) -> None:
        """Read "hors vacances scolaires", or "fermé les jours fériés": when hours do not hold."""
        word, parsed = self.words[self.at], self.parsed
        form, _, kinds = word.kind.partition("_")
        before = self.kind(-1)
        self.at += 1
        if parsed.last not in ("", "block"):
            raise NotUnderstood
        parsed.remarks.append(
            Remark(
                _HOLIDAYS[kinds], len(parsed.statements), before, self.kind(),
                word.bracketed, form == "shut", self.paragraphed,
            )
        )  # fmt: skip
        parsed.last = "remark"

    def _read_appointment(self) -> None:
        parsed = self.parsed
        certain = self.kind(-1) in ("end", "time", "number", "comma", "colon")
        if parsed.appointment or parsed.remarks or parsed.last not in ("", "block") or not certain:
            raise NotUnderstood  # "9h-12h et sur rendez-vous" opens more hours than it names
        separate = self.kind(-1) not in CLOCK or self.words[self.at].bracketed
        before = "first" if not parsed.statements else "last"
        only = self.kind() == "only_appointment" and len(parsed.statements) < 2 and separate
        parsed.appointment = "all" if only else before
        self.at += 1
        self.skip(frozenset(("break", "stop")))
        if before == "last" and self.at < len(self.words):
            raise NotUnderstood

    def _place_appointment(self) -> None:
        """Say "by appointment" only where it is certain which hours it speaks of."""
        parsed = self.parsed
        if not parsed.appointment:
            return
        alone = len(parsed.statements) == 1
        single = alone and len(parsed.statements[0].block.spans) == 1
        if not {"all": True, "first": alone, "last": single}[parsed.appointment]:
            raise NotUnderstood
        parsed.statements = [
            replace(one, block=replace(one.block, comment=BY_APPOINTMENT))
            for one in parsed.statements
        ]

    def _read_always(self) -> None:
        kinds = {self.kind()}
        self.at += 1
        kinds |= self.skip(_LOOSE | {"around", "everyday"})
        days = DayList(list(_ALL_DAYS))
        if "around" in kinds and self.at == len(self.words) and not self.parsed.statements:
            self._add(days, Block(_ALL_DAYS, (Span(0, MIDNIGHT),), self.parsed.parity))
        elif "everyday" in kinds and self.kind() == "time":
            self._add(days, Block(_ALL_DAYS, self.read_spans(), self.parsed.parity))
        else:
            raise NotUnderstood

    def _read_block(self) -> None:
        days = self.read_days()
        seen = self.skip(TIME_LINKS - {"break", "stop"})
        if self.kind() == "closed":
            closed_half = self.read_closed_half(seen & PERIODS)
            if not closed_half:
                self._close(days)
                return
            seen = self.pass_closed_half(days, closed_half)
            if self.kind() not in CLOCK:
                return
        parity = self.parsed.parity
        if self.kind() in ("even", "odd") and not parity:
            parity = self._read_own_parity(days)
        kinds = self._read_own_closure(days) | self._read_own_exception(days)
        appointment = self.kind() in ("appointment", "only_appointment") and not seen & PERIODS
        if appointment:
            self.at += 1
            self.skip(_INSIDE)
        half = bool(seen & PERIODS)
        spans = self.read_spans(frozenset(seen & PERIODS))
        half = half or self.kind(-1) in PERIODS
        in_columns = "line" in seen and days.links <= SLASHES and days.parts > 1
        if in_columns and len(spans) == days.parts:
            raise NotUnderstood  # a line of days over a line of times: one each, or all for all?
        comment = BY_APPOINTMENT if appointment else ""
        block = Block(tuple(days.days), spans, parity, comment, kinds)
        self._add(days, block, half)

    def _read_own_parity(self, days: DayList) -> str:
        """Read "mardi semaines paires 14h-17h"; of "lundi, mardi semaines paires" which one?"""
        if days.parts > 1:
            raise NotUnderstood
        parity = _parity(self.kind())
        self.at += 1
        self.skip(_INSIDE)
        return parity

    def _read_own_exception(self, days: DayList) -> frozenset[str]:
        """Read "tous les jours sauf dimanche et jours fériés 9h-18h"; give the holidays."""
        if self.kind() != "except":
            return frozenset()
        excepted = self._read_except_days()
        if self.kind() in HALVES and excepted.numbers < days.numbers:
            self.at += 1
            self.close_half(excepted, self.kind(-1), frozenset(("colon",)))
        else:
            days.without(excepted.numbers)
        public = bool(self.skip(frozenset(("and_public",))))
        self.skip(_INSIDE)
        return _HOLIDAYS["public"] if public else frozenset()

    def _read_own_closure(self, days: DayList) -> frozenset[str]:
        """Read "mercredi hors vacances 14h-18h"."""
        if not self.kind().startswith("except_"):
            return frozenset()
        if days.parts > 1:
            raise NotUnderstood
        kinds = _HOLIDAYS[self.kind().partition("_")[2]]
        self.at += 1
        self.skip(_INSIDE)
        return kinds

    def _read_times_alone(self) -> None:
        """Times without days: more of the block before, or the start of "9h-12h le lundi"."""
        parsed = self.parsed
        spans = self.read_spans()
        if not parsed.statements and not parsed.last:
            self._read_days_after(spans)
            return
        last = parsed.statements[-1] if parsed.statements else None
        if last is None or parsed.last != "block" or last.block.comment:
            raise NotUnderstood
        if spans[0].start < last.block.spans[-1].end:
            raise NotUnderstood
        longer = replace(last.block, spans=last.block.spans + spans)
        parsed.statements[-1] = replace(last, block=longer)

    def _read_days_after(self, spans: tuple[Span, ...]) -> None:
        if any(word.kind == "plus" for word in self.words[: self.at]):
            raise NotUnderstood  # "9h-12h + 14h-17h le samedi"
        self.skip(_LOOSE)
        days = self.read_days()
        self._add(days, Block(tuple(days.days), spans, self.parsed.parity))
        self.skip(_LOOSE)
        if self.kind() == "time":
            raise NotUnderstood

    def _read_closed(self) -> None:
        separate = self.kind(-1) in STRONG
        self.at += 1
        if self.kind() in HALVES:
            self.at += 1
            self.close_half_here(self.kind(-1), separate)
            return
        between = "between" in self.skip(_LOOSE | {"between"})
        if self.kind() in CLOCK:
            self._read_pause()
        elif between:
            raise NotUnderstood
        else:
            self._close_whole_or_half(self.read_days())

    def _read_pause(self) -> None:
        """Read "9h-18h, fermé de 12h à 14h" where there are but those hours."""
        parsed = self.parsed
        alone = len(parsed.statements) == 1 and parsed.last == "block"
        (pause, *more), statements = self.read_spans(), parsed.statements
        if not alone or more or self.at < len(self.words) or len(statements[0].block.spans) > 1:
            raise NotUnderstood
        (whole,) = statements[0].block.spans
        if not whole.start < pause.start < pause.end < whole.end:
            raise NotUnderstood
        spans = (Span(whole.start, pause.start), Span(pause.end, whole.end))
        statements[0] = replace(statements[0], block=replace(statements[0].block, spans=spans))

    def _read_exception(self) -> None:
        """Read "lundi au vendredi 9h-17h, sauf mercredi": days of what was said before."""
        parsed, adjacent = self.parsed, self.kind(-1) in CLOCK
        days = self._read_except_days()
        stated_days = frozenset(day for one in parsed.statements for day in one.days)
        if self.kind() in HALVES and parsed.last == "block" and days.numbers < stated_days:
            self._close_whole_or_half(days)
            return
        halves = bool(parsed.statements) and len(parsed.statements[-1].block.spans) > 1
        named = days.numbers < stated_days or (
            self.kind() == "and_public" and stated_days - days.numbers
        )
        if parsed.last != "block" or not named or (adjacent and halves):
            raise NotUnderstood  # "9h-12h et 14h-17h sauf mercredi": the afternoon?
        self._close(days)

    def _read_except_days(self) -> DayList:
        self.at += 1
        days = self.read_days()
        if days.parts > 1 and "and" not in days.links:
            raise NotUnderstood  # "sauf mercredi, samedi": the second may begin another statement
        return days

    def _close_whole_or_half(self, days: DayList) -> None:
        if self.kind() in HALVES:
            self.at += 1
            self.close_half(days, self.kind(-1), STRONG | {"end"})
        else:
            self._close(days)

    def _close(self, days: DayList) -> None:
        """Close days of every week; "fermé le premier lundi" or "de 12h à 14h" says less."""
        if any(nth for _, nth in days.days):
            raise NotUnderstood
        self.parsed.closed |= days.numbers
        self.parsed.last = "closed"
        if self.kind() == "and_public":
            self._close_on_public_holidays()
        ahead = 0
        while self.kind(ahead) in _LOOSE:
            ahead += 1
        if self.kind(ahead) in CLOCK | PERIODS:
            raise NotUnderstood

    def _close_on_public_holidays(self) -> None:
        """Read the end of "…, fermé le dimanche et les jours fériés", which is of the whole."""
        self.at += 1
        self.skip(frozenset(("stop",)))
        if self.at < len(self.words) or not self.parsed.statements or self.parsed.remarks:
            raise NotUnderstood
        self.parsed.public_off = True


_READERS = {
    "appointment": _Reader._read_appointment,
    "only_appointment": _Reader._read_appointment,
    "everyday": _Reader._read_always,
    "around": _Reader._read_always,
    "closed": _Reader._read_closed,
    "except": _Reader._read_exception,
    "morning": _Reader.read_half,
    "afternoon": _Reader.read_half,
}


def _check_list(days: DayList, statements: list[Statement]) -> None:
    """Refuse two days that may be a range, such as "lundi/vendredi", unless others show a list.

    They do if they state the hours of all the days between, or of days on both sides of an end.
    """
    others = [one.days for one in statements if one.days != days.numbers]
    stated_days = frozenset(day for numbers in others for day in numbers)
    reach = days.between | days.numbers
    crossed = any(numbers & days.between and numbers - reach for numbers in others)
    if not (days.between <= stated_days or crossed):
        raise NotUnderstood


def _parity(kind: str) -> str:
    return EVEN if kind == "even" else ODD
