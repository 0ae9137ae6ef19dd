"""A value on its way through the repairs: every change of it leaves a note."""

from harvester.clean.types import Cell, Level, Note


class Trail:
    """Follows one value of one column; nothing changes it without saying which rule did.

    Attributes:
        column: the column that notes name.
        text: the value as it stands.
        notes: what was done so far.
    """

    def __init__(self, column: str, text: str) -> None:
        self.column = column
        self.text = text
        self.notes: list[Note] = []

    def become(self, after: str, rule: str, level: Level = "repair") -> None:
        """Replace the value; says nothing when it stays the same."""
        if after != self.text:
            self.notes.append(Note(self.column, rule, level, self.text, after))
            self.text = after

    def lose(self, rule: str) -> None:
        """Give the value up: it cannot be published."""
        self.become("", rule, "loss")

    def say(self, rule: str, level: Level, before: str, after: str = "") -> None:
        """Note something about a part of the value, or a doubt about the whole."""
        self.notes.append(Note(self.column, rule, level, before, after))

    def warn(self, rule: str) -> None:
        """Keep the value and say that it is doubtful."""
        self.say(rule, "warning", self.text, self.text)

    def cell(self) -> Cell:
        """Give the value and its notes."""
        return Cell(self.text, tuple(self.notes))
