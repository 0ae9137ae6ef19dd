"""What is said in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """The same text in both languages."""

    fr: str
    en: str

    def text(self, lang: str) -> str:
        """Return the text in ``fr`` or ``en``."""
        return self.fr if lang == "fr" else self.en
