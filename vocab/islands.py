"""Islands that one reaches by boat or plane only: ``vocab/islands.toml``, looked up."""

import tomllib
from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def islands() -> Mapping[str, tuple[str, ...]]:
    """Return the INSEE codes of the communes of each island, by its code."""
    text = resources.files("vocab").joinpath("islands.toml").read_text("utf-8")
    return {code: tuple(communes) for code, communes in tomllib.loads(text)["islands"].items()}


def island_of(communes: Collection[str]) -> str:
    """Return the island on which all of some communes lie, by INSEE codes; empty for none.

    >>> island_of(["97112", "97126"]), island_of(["97112", "97110"]), island_of(["56121"])
    ('marie-galante', '', '')
    """
    found = {_by_commune().get(code, "") for code in communes}
    return found.pop() if len(found) == 1 else ""


@lru_cache(maxsize=1)
def _by_commune() -> Mapping[str, str]:
    return {code: island for island, communes in islands().items() for code in communes}


@lru_cache(maxsize=64)
def communes_across(island: str) -> tuple[bool, tuple[str, ...]]:
    """Return which communes lie across the sea from an island, or from the mainland.

    Args:
        island: its code; empty for the mainland.

    Returns:
        Whether it is those that are named, or all but those; and their INSEE codes.
    """
    if island:
        return False, islands()[island]
    return True, tuple(_by_commune())
