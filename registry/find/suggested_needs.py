"""Needs that begin with what somebody types, as whole phrases of the language of the page."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from registry.find.needs import corrected
from registry.find.phrase import understand
from vocab.messages import SOURCE
from vocab.text import words

_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class SuggestedNeed:
    """A phrase to go on with, and the first concept (list and slug) that it means, if any."""

    phrase: str
    concept: str


def suggest_needs(typed: str, lang: str, limit: int) -> tuple[SuggestedNeed, ...]:
    """Return phrases in which words begin as those that were typed do.

    Args:
        typed: what stands in the field so far; nothing is suggested for a single letter.
        lang: language of the phrases; English where there are none in it.
        limit: how many at most; those that begin so come first.
    """
    begun = words(typed)
    if len(typed.strip()) < _SHORTEST or not begun:
        return ()
    held = _held(begun, lang) or _held([corrected(word) for word in begun], lang)
    return tuple(held[:limit]) or tuple(_as_typed(typed))


def _held(begun: list[str], lang: str) -> list[SuggestedNeed]:
    held = [one for one in _phrases(lang) if _holds(one[1], begun)]
    held.sort(key=lambda one: not one[1][0].startswith(begun[0]))
    return [found for found, _ in held]


def _as_typed(typed: str) -> Iterator[SuggestedNeed]:
    """Return what was typed, where it is a need that no phrase holds."""
    found = understand(typed)
    is_whole = not found.names and found.located is None
    if is_whole and (concepts := (*found.care, *found.declared)):
        yield SuggestedNeed(typed.strip(), concepts[0])


def _holds(phrase: tuple[str, ...], begun: list[str]) -> bool:
    return all(any(word.startswith(start) for word in phrase) for start in begun)


@lru_cache(maxsize=8)
def _phrases(lang: str) -> tuple[tuple[SuggestedNeed, tuple[str, ...]], ...]:
    text = resources.files("vocab").joinpath("need_suggestions.toml").read_text("utf-8")
    phrases = [one.get(lang, one[SOURCE]) for one in tomllib.loads(text)["suggestions"]]
    return tuple(
        (SuggestedNeed(phrase, next(iter(understand(phrase).declared), "")), tuple(words(phrase)))
        for phrase in phrases
    )
