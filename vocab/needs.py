"""The lexicon of needs: what people say, and the concepts of our lists that answer it.

It is ``vocab/needs.toml``, and the labels of the lists of which people speak. Phrases are folded;
articles and other fillers may stand inside a phrase or not, unless it begins with one.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from vocab.schemes import concept, concept_iri, concepts
from vocab.text import words

Phrase = tuple[str, ...]
"""Folded words; without fillers, unless the first one is a filler."""

SPECIFIC, GENERAL, TOOL = 3, 2, 1
"""Weights: a need of its own, a way or a general word, a mere tool."""
_CARRIES = {"means", "say", "with", "weight", "exact", "last", "after"}
_LABELS = ("services", "typologie", "programmes", "formations-labels", "prises-en-charge")
_WISHED_LABELS = ("publics", "frais", "modalites-accompagnement")


class Strength(StrEnum):
    """How a concept answers a need."""

    DECLARED = "declared"
    PROBABLE = "probable"
    WISH = "wish"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A concept that answers a need.

    Attributes:
        concept: its list and slug, ``services/aide-aux-demarches-administratives``.
        strength: whether a place has to declare it, probably does, or had better.
    """

    concept: str
    strength: Strength

    @property
    def iri(self) -> str:
        """IRI of the concept."""
        return concept_iri(*self.concept.split("/"))


@dataclass(frozen=True, slots=True)
class Need:
    """What some phrases mean.

    Attributes:
        means: alternatives.
        weight: how much they weigh beside other needs.
        is_exact: whether the phrases are compared letter by letter, as those of other languages.
        after: words of which one comes before where the phrases mean it; empty: always.
        is_last: whether they mean it only where what was said ends, or another thing begins.
    """

    means: tuple[Meaning, ...]
    weight: int = SPECIFIC
    is_exact: bool = False
    is_last: bool = False
    after: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """People's words.

    Attributes:
        needs: need of each phrase.
        fillers: words that are skipped inside a phrase.
        ignored: words that say nothing of a place beside a need.
        acronyms: words that are compared letter by letter.
        spelt: words as they are written by their sound, and the words that they are read as.
        probable: kinds of place that probably offer a service, by the list and slug of the service.
        instead: services for which people go to a kind of place, by the list and slug of the kind.
    """

    needs: Mapping[Phrase, Need]
    fillers: frozenset[str]
    ignored: frozenset[str]
    acronyms: frozenset[str]
    spelt: Mapping[str, str]
    probable: Mapping[str, tuple[str, ...]]
    instead: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the lexicon that is shipped."""
    return read_lexicon(resources.files("vocab").joinpath("needs.toml").read_text("utf-8"))


def read_lexicon(text: str) -> Lexicon:
    """Return the lexicon that a TOML document describes.

    Raises:
        ValueError: it is no TOML, or it names a concept that no list has, a phrase twice, a
            filler as a phrase, or unknown keys.
    """
    document = tomllib.loads(text)
    fillers = frozenset(document.get("fillers", ()))
    needs: dict[Phrase, Need] = {}
    for entry in document.get("need", ()):
        need = _need(entry)
        for phrase in _phrases(entry):
            key = phrase_key(words(phrase), fillers)
            if fillers.issuperset(key) and len(key) < 2:
                raise ValueError(f"{phrase!r} is nothing but a filler")
            if key in needs:
                raise ValueError(f"{phrase!r} is there twice")
            needs[key] = need
    ignored = frozenset(document.get("ignore", ()))
    for key, need in _labels(fillers):
        if not (len(key) == 1 and key[0] in ignored):
            needs.setdefault(key, need)
    acronyms = frozenset(document.get("acronyms", ()))
    tables = (_table(document.get(name, {})) for name in ("probable", "instead"))
    spelt = MappingProxyType(dict(document.get("spelt", {})))
    return Lexicon(MappingProxyType(needs), fillers, ignored, acronyms, spelt, *tables)


def _table(lines: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
    """Read which concepts follow from one."""
    return MappingProxyType(
        {
            _meaning(one).concept: tuple(_meaning(each).concept for each in others)
            for one, others in lines.items()
        }
    )


def phrase_key(folded: Iterable[str], fillers: frozenset[str]) -> Phrase:
    """Return the words that a phrase is found by.

    >>> phrase_key(["carte", "d", "identite"], frozenset({"a", "d", "ma"}))
    ('carte', 'identite')
    >>> phrase_key(["a", "ma", "place"], frozenset({"a", "d", "ma"}))
    ('a', 'ma', 'place')
    """
    found = tuple(folded)
    if found and found[0] in fillers:
        return found
    return tuple(word for word in found if word not in fillers)


def _need(entry: Mapping[str, Any]) -> Need:
    if set(entry) - _CARRIES or entry.get("weight", SPECIFIC) not in (TOOL, GENERAL, SPECIFIC):
        raise ValueError(f"A need has other keys or another weight: {dict(entry)!r}")
    means = tuple(map(_meaning, entry["means"]))
    weight = entry.get("weight", SPECIFIC)
    after = frozenset(entry.get("after", ()))
    return Need(means, weight, entry.get("exact", False), entry.get("last", False), after)


def _meaning(written: str) -> Meaning:
    strength = Strength.DECLARED
    if written.startswith("~"):
        strength = Strength.PROBABLE
    elif written.endswith("?"):
        strength = Strength.WISH
    path = written.removeprefix("~").removesuffix("?")
    if concept(concept_iri(*path.partition("/")[::2])) is None:
        raise ValueError(f"No list has the concept {written!r}")
    return Meaning(path, strength)


def _phrases(entry: Mapping[str, Any]) -> Iterator[str]:
    """Return the phrases of an entry, those of ``say`` with each of ``with``."""
    for phrase in entry["say"]:
        for rest in entry.get("with", ("",)):
            yield f"{phrase} {rest}"


def _labels(fillers: frozenset[str]) -> Iterator[tuple[Phrase, Need]]:
    strengths = dict.fromkeys(_LABELS, Strength.DECLARED)
    for scheme, strength in (strengths | dict.fromkeys(_WISHED_LABELS, Strength.WISH)).items():
        for value in concepts(scheme):
            need = Need((Meaning(f"{scheme}/{value.slug}", strength),))
            for label in (value.label_fr, value.label_en):
                if key := phrase_key(words(label), fillers):
                    yield key, need
