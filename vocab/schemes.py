"""The lists of values: concepts looked up by IRI, by list, and by what people write.

Each list is one file of ``vocab/lists``. Text is matched whole: only case, accents, apostrophes,
the dots of an ellipsis and spaces may differ, because a match on a part of the text turns ``CCAS``
into ``CC`` as well and « Gratuit sous condition » into « Gratuit » (the national pipeline did
both).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from vocab.namespaces import SCHEMES
from vocab.properties import field_of_scheme
from vocab.text import fold

_FORMER = "v0-1-"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A list of values.

    Attributes:
        slug: short name, last segment of the IRI.
        field: v1.0.2 field that the list closes; empty for the lists of the 2015 agreement.
        former_field: v0.1.1 field whose old values the list keeps; empty otherwise.
        title_fr: name for people, in French.
        title_en: the same in English.
        definition_fr: what the values say, in French.
        definition_en: the same in English.
        source: where the values come from.
        deprecated: kept to read old files; new data uses other lists.
    """

    slug: str
    title_fr: str
    title_en: str
    definition_fr: str
    definition_en: str
    source: str
    field: str = ""
    former_field: str = ""
    deprecated: bool = False

    @property
    def iri(self) -> str:
        """IRI of the ``skos:ConceptScheme``."""
        return SCHEMES + self.slug

    def title(self, lang: str) -> str:
        """Return the name in ``fr`` or ``en``."""
        return self.title_fr if lang == "fr" else self.title_en

    def definition(self, lang: str) -> str:
        """Return what the values say, in ``fr`` or ``en``."""
        return self.definition_fr if lang == "fr" else self.definition_en


@dataclass(frozen=True, slots=True)
class Concept:
    """One value of a list.

    Attributes:
        scheme: slug of its list.
        slug: stable short name, last segment of the IRI.
        label_fr: what people read, in French.
        label_en: the same in English.
        national: exact spelling in the national standard (the code, for a type of place);
            empty for the lists of the 2015 agreement.
        definition_fr: sense in French; empty where the label says it all.
        definition_en: the same in English.
        also: other spellings that mean this value.
        data_inclusion: values of data.inclusion v1 aligned with it.
        close: IRIs of concepts of near sense.
        broad: IRIs of concepts of wider sense.
        narrow: IRIs of concepts of narrower sense.
        see_also: pages about it (OpenStreetMap tags).
        replaced_by: for a former value, IRIs of its v1 values; empty when v1 has none.
    """

    scheme: str
    slug: str
    label_fr: str
    label_en: str
    national: str = ""
    definition_fr: str = ""
    definition_en: str = ""
    also: tuple[str, ...] = ()
    data_inclusion: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    broad: tuple[str, ...] = ()
    narrow: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()

    @property
    def iri(self) -> str:
        """IRI of the ``skos:Concept``."""
        return concept_iri(self.scheme, self.slug)

    @property
    def notation(self) -> str:
        """Code of the value: its national spelling, else its slug."""
        return self.national or self.slug

    def label(self, lang: str) -> str:
        """Return the label in ``fr`` or ``en``."""
        return self.label_fr if lang == "fr" else self.label_en

    def definition(self, lang: str) -> str:
        """Return the definition in ``fr`` or ``en``; empty when the label says it all."""
        return self.definition_fr if lang == "fr" else self.definition_en


def concept_iri(scheme: str, slug: str) -> str:
    """Return the IRI of a value of a list."""
    return f"{SCHEMES}{scheme}/{slug}"


def schemes() -> tuple[Scheme, ...]:
    """Return all lists, by slug."""
    return tuple(scheme for scheme, _ in _lists().values())


def scheme(slug: str) -> Scheme | None:
    """Return the list of that slug, if there is one."""
    found = _lists().get(slug)
    return found[0] if found else None


def concepts(scheme: str) -> tuple[Concept, ...]:
    """Return the values of a list in its own order.

    Raises:
        KeyError: there is no such list.
    """
    return _lists()[scheme][1]


def concept(iri: str) -> Concept | None:
    """Return the value of that IRI, if one of our lists holds it."""
    return _by_iri().get(iri)


def match(scheme: str, text: str) -> Concept | None:
    """Return the value that a text names, neutralising only case, accents, apostrophes and spaces.

    National spellings, codes, labels of both languages and declared other spellings are names.

    Raises:
        KeyError: there is no such list.

    >>> match("frais", "GRATUIT  SOUS condition").slug
    'gratuit-sous-condition'
    >>> match("frais", "Gratuit sous") is None
    True
    """
    names = _names(scheme)
    return names.get(text) or names.get(fold(text))


def former(old_field: str, text: str) -> Concept | None:
    """Give the v0.1.1 value that a text names in a v0.1.1 field, whether or not v1 still has it."""
    slug = _FORMER + old_field.replace("_", "-")
    return match(slug, text) if slug in _lists() else None


def migrate(old_field: str, text: str) -> tuple[tuple[str, Concept], ...]:
    """Return the v1 fields and values that replace a v0.1.1 value.

    Empty when the text is no v0.1.1 value of that field, or when v1 has no equivalent for it:
    :func:`former` separates the two.
    """
    value = former(old_field, text)
    return tuple(_placed(iri) for iri in value.replaced_by) if value else ()


def _placed(iri: str) -> tuple[str, Concept]:
    value = _by_iri()[iri]
    field = field_of_scheme(value.scheme)
    if field is None:
        raise KeyError(f"{iri} replaces a former value but its list closes no field")
    return field.name, value


@lru_cache(maxsize=1)
def _lists() -> Mapping[str, tuple[Scheme, tuple[Concept, ...]]]:
    folder = resources.files("vocab").joinpath("lists")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    read = [_read(tomllib.loads(file.read_text(encoding="utf-8"))) for file in files]
    return MappingProxyType({scheme.slug: (scheme, values) for scheme, values in read})


def _read(document: dict[str, Any]) -> tuple[Scheme, tuple[Concept, ...]]:
    entries = document.pop("concept")
    found = Scheme(**document)
    return found, tuple(_read_concept(found.slug, entry) for entry in entries)


def _read_concept(scheme: str, entry: dict[str, Any]) -> Concept:
    kept: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    for key in ("close", "broad", "narrow", "replaced_by"):
        kept[key] = tuple(SCHEMES + path for path in kept.get(key, ()))
    kept.setdefault("label_fr", kept.get("national", ""))
    return Concept(scheme=scheme, **kept)


@lru_cache(maxsize=1)
def _by_iri() -> Mapping[str, Concept]:
    return {value.iri: value for _, values in _lists().values() for value in values}


@lru_cache(maxsize=64)
def _names(scheme: str) -> Mapping[str, Concept]:
    values = concepts(scheme)
    exact = {value.notation: value for value in values}
    folded = {fold(name): value for value in values for name in _spellings(value)}
    return MappingProxyType(_parts(values) | folded | exact)


def _parts(values: tuple[Concept, ...]) -> dict[str, Concept]:
    """Return each name of a label that gives two, where no other value has it.

    « Bibliothèque / Médiathèque » is either.
    """
    found = [
        (fold(part), value)
        for value in values
        for label in {value.label_fr, value.label_en}
        for part in (label.split(" / ") if " / " in label else ())
    ]
    names = [name for name, _value in found]
    return {name: value for name, value in found if names.count(name) == 1}


def _spellings(value: Concept) -> tuple[str, ...]:
    return (value.notation, value.label_fr, value.label_en, *value.also)
