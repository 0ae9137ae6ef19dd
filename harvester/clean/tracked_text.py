"""A value that is being cleaned: every change of it leaves a note."""

from harvester.clean.types import Cell, Level, Note


class TrackedText:
    """One value of one column, and a note of each change with the rule that made it.

    Attributes:
        column: the column that notes name.
        text: the value as it stands.
        notes: what was done so far.
    """

    def __init__(self, column: str, text: str) -> None:
        self.column = column
        self.text = text
        self.notes: list[Note] = []

    def change(self, after: str, rule: str, level: Level = "repair") -> None:
        """Replace the value; leaves no note when it stays the same."""
        if after != self.text:
            self.notes.append(Note(self.column, rule, level, self.text, after))
            self.text = after

    def drop(self, rule: str) -> None:
        """Remove the value: it cannot be published."""
        self.change("", rule, "loss")

    def note(self, rule: str, level: Level, before: str, after: str = "") -> None:
        """Note something about a part of the value, or a doubt about the whole."""
        self.notes.append(Note(self.column, rule, level, before, after))

    def warn(self, rule: str) -> None:
        """Keep the value and note that it is doubtful."""
        self.note(rule, "warning", self.text, self.text)

    def cell(self) -> Cell:
        """Return the value and its notes."""
        return Cell(self.text, tuple(self.notes))
