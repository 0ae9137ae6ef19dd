"""A day typed where a place is asked for: « Marseille samedi », « demain »."""

from dataclasses import dataclass

from registry.find.moments import Moment, find_moment
from registry.find.places import exactly
from registry.find.prepositions import after_preposition
from registry.find.words import extent, words_of

_STREETS = frozenset({"rue", "place", "avenue", "boulevard", "bd", "cours", "quai", "square"})
"""What bears a date as its name: « rue du 8 mai »."""


@dataclass(frozen=True, slots=True)
class DatedPlace:
    """A place and a moment that were typed in one field.

    Attributes:
        place: the text without the moment; empty where nothing else was typed.
        moment: the moment.
        start: offset of the first character of the moment in the text.
        end: offset after its last character.
    """

    place: str
    moment: Moment
    start: int
    end: int


def day_in_place(text: str) -> DatedPlace | None:
    """Return what is left of a place without the moment before or after it.

    Args:
        text: what was typed as a place.

    Returns:
        None where all of it names a place, nothing says a moment, or the rest is no place.
    """
    typed = words_of(text)
    folded = [word.folded for word in typed]
    moment, spans = find_moment(folded)
    if moment is None or len(spans) != 1 or exactly(folded):
        return None
    span = spans[0]
    if span.first and span.last < len(typed):
        return None
    rest = folded[: span.first] or folded[span.last :]
    if rest and (rest[-1] in _STREETS or not exactly(after_preposition(rest))):
        return None
    start, end = extent(typed, span)
    return DatedPlace((text[:start] + text[end:]).strip(" ,;"), moment, start, end)
