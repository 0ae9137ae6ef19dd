"""A sentence about something that is not as it should be, in both languages."""

from typing import Self


class Defect(str):
    """What is wrong where: itself in English, for logs and developers.

    Attributes:
        french: the same in French.
    """

    __slots__ = ("french",)
    french: str

    def __new__(cls, english: str, french: str) -> Self:
        """Make the sentence from its two wordings."""
        made = super().__new__(cls, english)
        made.french = french
        return made

    def message(self, lang: str) -> str:
        """Give the sentence in ``fr`` or ``en``."""
        return self.french if lang == "fr" else str(self)
