"""Places outside France that people type: said to be abroad, never taken for a French village."""

from functools import cache
from importlib import resources

from vocab.text import name_key


def is_abroad(key: str) -> bool:
    """Return whether a folded name is that of a town or a country outside France."""
    return key in _names()


@cache
def _names() -> frozenset[str]:
    read = resources.files("vocab").joinpath("abroad.txt").read_text("utf-8")
    return frozenset(name_key(line) for line in read.splitlines() if not line.startswith("#"))
