"""What a reader of hours knows so far, and how it reads half days that are closed."""

from dataclasses import dataclass, field

from harvester.clean.hours.cursor import CLOCK, STRONG, TIME_LINKS, Cursor, DayList, NotUnderstood
from harvester.clean.hours.halves import HALVES, Half
from harvester.clean.hours.remarks import Remark
from harvester.clean.hours.statements import Statement
from harvester.clean.hours.words import Word


@dataclass
class ParsedHours:
    """What was read so far; ``last`` names the latest thing, such as a block or a remark."""

    statements: list[Statement] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    halves: list[Half] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    appointment: str = ""
    parity: str = ""
    parity_ends: frozenset[str] = frozenset()
    public_off: bool = False
    slashed: bool = False
    doubtful: list[DayList] = field(default_factory=list)
    paragraph: int = 0
    last: str = ""


class HalfReader(Cursor):
    """Reads "fermé le matin" and "après-midi fermé"; :attr:`parsed` holds what was read."""

    def __init__(self, words: tuple[Word, ...]) -> None:
        super().__init__(words)
        self.parsed = ParsedHours()

    def read_closed_half(self, before: set[str]) -> str:
        """Read "fermé", "fermé le matin" or, after "matin", "fermé"; give the half, if any."""
        last = self.kind(-1) if self.kind(-1) != "colon" else self.kind(-2)
        self.at += 1
        if not before and self.kind() in HALVES:
            self.at += 1
            return self.kind(-1)
        if before and (before != {last} or last not in HALVES):
            raise NotUnderstood
        return last if before else ""

    def pass_closed_half(self, days: DayList, half: str) -> set[str]:
        """Move to the hours of the other half: "lundi fermé le matin, 14h-18h".

        There may be none after "mercredi après-midi fermé", which is then of one day. Gives what
        was passed over.
        """
        start, named_first = self.at, self.kind(-1) == "closed"
        seen = self.skip(TIME_LINKS - {"break", "stop"})
        if self.kind() in CLOCK:
            self.parsed.halves.append(Half(days.numbers, half, own=True))
            return seen
        self.at = start
        if not named_first:
            raise NotUnderstood  # "lundi fermé le matin": until when in the afternoon?
        self.close_half(days, half, STRONG | {"comma", "end"})
        return set()

    def close_half(self, days: DayList, half: str, ends: frozenset[str]) -> None:
        """Close half of one day; of "mardi et jeudi après-midi" the first may be closed whole."""
        if len(days.days) != 1 or days.days[0][1] or self.kind() not in ends:
            raise NotUnderstood
        self.parsed.halves.append(Half(days.numbers, half, own=False))
        self.parsed.last = "closed"

    def close_half_here(self, half: str, separate: bool) -> None:
        """Read the end of "mardi 9h-12h, fermé l'après-midi": hours that all leave it out.

        Args:
            half: which half.
            separate: whether it is a sentence of its own, and so of the whole text.
        """
        parsed = self.parsed
        if parsed.last != "block" or self.kind() not in STRONG | {"comma", "end"}:
            raise NotUnderstood
        here = parsed.statements[-1].paragraph
        days = (one.days for one in parsed.statements if separate or one.paragraph == here)
        parsed.halves.append(Half(frozenset[int]().union(*days), half, own=True))
        parsed.last = "closed"

    def read_half(self) -> None:
        """Read "mardi 9h-12h, après-midi fermé"."""
        half, separate = self.kind(), self.kind(-1) in STRONG
        self.at += 2
        if self.kind(-1) != "closed":
            raise NotUnderstood
        self.close_half_here(half, separate)
