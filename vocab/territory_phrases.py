"""How one says in French that something lies in a département or a région."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from vocab.territory import Departement, Region


def within(found: Departement | Region) -> str:
    """Return the name of a territory with what French says before it.

    >>> from vocab.territory import departement, region
    >>> within(departement("83")), within(departement("974")), within(region("11"))
    ('dans le Var', 'à La Réunion', 'en Île-de-France')
    """
    code = found.code if isinstance(found, Departement) else f"R{found.code}"
    return _before()[code] + found.name


@lru_cache(maxsize=1)
def _before() -> Mapping[str, str]:
    text = resources.files("vocab").joinpath("data", "within.toml").read_text(encoding="utf-8")
    return {code: words for words, codes in tomllib.loads(text).items() for code in codes}
