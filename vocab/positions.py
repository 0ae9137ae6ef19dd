"""A position as the cells of a place, and what it stands for, which no other position inherits."""

from collections.abc import Mapping

from vocab.properties import POSITION_KIND

POSITION = ("latitude", "longitude")


def followed(cells: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Return the cells of a place; one that moved no longer says what its old position stood for.

    Args:
        cells: as they shall be.
        before: as they were.
    """
    kind = cells.get(POSITION_KIND, "")
    is_stale = kind == before.get(POSITION_KIND, "") and not is_same(cells, before)
    if not kind or not (is_stale or not any(cells.get(name) for name in POSITION)):
        return dict(cells)
    return {name: text for name, text in cells.items() if name != POSITION_KIND}


def is_same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether the cells of two places give the same position, however it is written."""
    return all(_degrees(one.get(name, "")) == _degrees(other.get(name, "")) for name in POSITION)


def _degrees(text: str) -> float | str:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return text.strip()
