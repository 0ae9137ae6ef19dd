"""Intercommunal bodies by what people call them: ``vocab/data/bodies.csv``, looked up.

A body is a land (:class:`vocab.lands.Land`) of the communes that its SIREN has in the table of
communes; those of the établissements publics territoriaux of Grand Paris are listed with them.
One that has a namesake is shown with its département, so that one can choose it.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources

from vocab.lands import Land, lands_by_name
from vocab.territory import (
    commune,
    communes_by_name,
    communes_of_epci,
    current_communes,
    departement,
)
from vocab.text import name_key

_LEGAL_FORM = re.compile(r"^(?:CC|CA|CU|EPT) +(?:du |de la |de l'|des |de |d')?")
_ASIDE = re.compile(r" *\([^)]*\)|''|\"")
_SPACES = re.compile(r" +")
_GENERAL_WORDS = ("agglomeration", "agglo", "communaute", "metropole")
"""Words at an end of a name without which people say it: Cœur d'Essonne."""
_SHORTEST = 6
"""Letters of the shortest name that no commune bears: « Sud » is none."""


def bodies_by_name() -> Mapping[str, tuple[Land, ...]]:
    """Return the intercommunal bodies by the ``name_key`` of what each is called.

    Names that a commune of today or a land of ``vocab.lands`` bears are not there.
    """
    return _read()


def body(code: str) -> Land | None:
    """Return the intercommunal body of the code of its land."""
    return _by_code().get(code)


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Land]:
    return {one.code: one for found in _read().values() for one in found}


@lru_cache(maxsize=1)
def _read() -> dict[str, tuple[Land, ...]]:
    text = resources.files("vocab").joinpath("data", "bodies.csv").read_text("utf-8")
    taken = {*lands_by_name(), *(name_key(one.name) for one in current_communes())}
    found: defaultdict[str, dict[str, Land]] = defaultdict(dict)
    rows = list(csv.DictReader(io.StringIO(text)))
    bare = Counter(_bare(row["name"]) for row in rows)
    for row in rows:
        name = _bare(row["name"])
        communes = tuple(filter(None, row["communes"].split("|")))
        keys = [*_keys(row["name"], name)]
        if bare[name] > 1:
            name = f"{name} ({_departement_of(row['siren'], communes)})"
            keys.append(name_key(name))
        one = _land(row["siren"], name, communes)
        for key in keys:
            if key not in taken and len(key) >= _SHORTEST:
                found[key][one.code] = one
    return {key: tuple(bodies.values()) for key, bodies in found.items()}


def _bare(official: str) -> str:
    """The official name without its legal form and what stands in brackets."""
    bare = _LEGAL_FORM.sub("", _ASIDE.sub("", official)).strip()
    name = _SPACES.sub(" ", bare.replace("Coeur", "Cœur"))
    return name[:1].upper() + name[1:]


def _departement_of(siren: str, communes: tuple[str, ...]) -> str:
    """The name of the département in which most of a body lies, which tells it from a namesake."""
    listed = [one for code in communes if (one := commune(code))]
    codes = Counter(one.departement for one in listed or communes_of_epci(siren))
    found = departement(max(codes, key=lambda code: codes[code])) if codes else None
    return found.name if found else siren


def _land(siren: str, name: str, communes: tuple[str, ...]) -> Land:
    return Land(
        f"siren-{siren}",
        name,
        f"dans l’intercommunalité {name}",
        (),
        () if communes else (siren,),
        communes,
    )


def _keys(official: str, name: str) -> Iterator[str]:
    """Walk the folded names: the official one, the bare one, and without general words."""
    key = name_key(name)
    yield from (name_key(_ASIDE.sub("", official)), key)
    for word in _GENERAL_WORDS:
        for rest in (key.removesuffix(f" {word}"), key.removeprefix(f"{word} ")):
            short = re.sub("^(?:du|de la|de l|des|de|d) ", "", rest)
            if rest != key and " " in short and short not in communes_by_name():
                yield short
