"""Who shows people the way where no place near states what they need: ``orientation.toml``."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from vocab.schemes import concept, concept_iri


@dataclass(frozen=True, slots=True)
class Official:
    """A national public service.

    Attributes:
        name: how it is called.
        url: its own site.
        phone: its number as it is dialled, in digits; empty where it has none.
        fr: what it is, in French.
        en: the same in English.
        say: folded words; whoever says one of them is told of it.
        lacks: services, by list and slug; told where no place near states one of them.
    """

    name: str
    url: str
    fr: str
    en: str
    phone: str = ""
    say: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Orientation:
    """Places that receive anybody, by list and slug of their kind or service, and services."""

    welcomes: tuple[str, ...]
    official: tuple[Official, ...]

    def officials(self, said: Iterable[str], lacking: Iterable[str]) -> Iterator[Official]:
        """Return the services to tell of.

        Args:
            said: the words of the question, folded.
            lacking: services of which no place is near, by list and slug.
        """
        spoken, missing = frozenset(said), frozenset(lacking)
        for one in self.official:
            if one.say & spoken or one.lacks & missing:
                yield one


@cache
def orientation() -> Orientation:
    """Return what is shipped."""
    return read_orientation(
        resources.files("vocab").joinpath("orientation.toml").read_text("utf-8")
    )


def read_orientation(text: str) -> Orientation:
    """Return what a TOML document describes.

    Raises:
        ValueError: it is no TOML, it names a concept that no list has, or a service is never told
            of.
        TypeError: a service has unknown keys.
    """
    document = tomllib.loads(text)
    return Orientation(
        tuple(map(_known, document.get("welcomes", ()))),
        tuple(map(_official, document.get("official", ()))),
    )


def _official(entry: dict[str, Any]) -> Official:
    say, lacks = frozenset(entry.get("say", ())), frozenset(map(_known, entry.get("lacks", ())))
    if not say | lacks:
        raise ValueError(f"Nothing leads to {entry['name']!r}")
    return Official(**{**entry, "say": say, "lacks": lacks})


def _known(name: str) -> str:
    if concept(concept_iri(*name.partition("/")[::2])) is None:
        raise ValueError(f"No list has the concept {name!r}")
    return name
