"""Where a table begins: the row that names its columns, below titles, above a second such row.

People put a title, a date and a contact above their table, and part a column in two by a second
header row. The header is the first row that has names that are known (of the standard, or of the
mapping); without any, the first row that is as wide as a table.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from vocab.text import fold

SEARCHED = 30
"""Rows looked at: nobody writes a longer preface."""
_ENOUGH = 2
Cells = Sequence[str]


def place_of_header(rows: Sequence[Cells | None], known: frozenset[str]) -> range:
    """Find the header among the first rows of a file.

    Args:
        rows: their cells; None for a row that cannot be read.
        known: folded names of columns that a header may have.

    Returns:
        the indices of the one or two rows that name columns; none when no row holds anything.
    """
    filled = [n for n, cells in enumerate(rows) if cells is not None and any(map(str.strip, cells))]
    if not filled:
        return range(0)
    scores = {n: score(rows[n], known) for n in filled}
    best = max(filled, key=lambda n: (scores[n], -n))
    first = filled[0]
    if scores[best] < _ENOUGH or not _is_preface(rows, filled, scores, best):
        if scores[first]:
            best = first
        elif scores[best] < _ENOUGH:
            best = _first_wide(rows, filled)
    return range(best, best + (2 if _has_second_row(rows, best) else 1))


def score(cells: Cells | None, known: frozenset[str]) -> int:
    """Count the cells of a row that are known names of columns."""
    return len({folded(cell) for cell in cells or ()} & known)


def folded(name: str) -> str:
    """Return a column's name as the standard would write it."""
    return fold(name).replace(" ", "_")


def joined(above: Cells, below: Cells) -> list[str]:
    """Name columns by two rows: by the lower name where it is unique, else by both."""
    above, below = _even(above, below)
    lower = [fold(cell) for cell in below if cell.strip()]
    alone = {fold(upper) for upper, under in zip(above, below, strict=True) if not under.strip()}
    names, parent = [], ""
    for upper, under in zip(above, below, strict=True):
        parent = upper.strip() or parent
        under = under.strip()
        if not under:
            names.append(upper)
        elif lower.count(fold(under)) == 1 and fold(under) not in alone:
            names.append(under)
        else:
            names.append(f"{parent} {under}".strip())
    return names


def _first_wide(rows: Sequence[Cells | None], filled: Sequence[int]) -> int:
    """Return the first row that fills at least half of the cells that the widest fills."""
    widths = {n: _filled_cells(rows[n]) for n in filled}
    enough = max(_ENOUGH, (max(widths.values()) + 1) // 2)
    return next((n for n in filled if widths[n] >= enough), filled[0])


def _is_preface(
    rows: Sequence[Cells | None], filled: Sequence[int], scores: Mapping[int, int], best: int
) -> bool:
    """Return whether all that stands above a header is no table, though it has a known name.

    Such are rows of a label and its value (``Commune | Annecy``), and a row that names groups of
    columns right above the header.
    """
    above = [n for n in filled if n < best]
    width = _filled_cells(rows[best])
    groups = above and above[-1] == best - 1 and scores[best] * 2 > width
    narrow = above[:-1] if groups and _filled_cells(rows[best - 1]) < width else above
    return all(scores[n] < _ENOUGH and _filled_cells(rows[n]) * 2 < width for n in narrow)


def _filled_cells(cells: Cells | None) -> int:
    return sum(bool(cell.strip()) for cell in cells or ())


def _has_second_row(rows: Sequence[Cells | None], header: int) -> bool:
    """Whether the row below names just those columns that the header leaves unnamed."""
    above = rows[header] or ()
    below = rows[header + 1] if header + 1 < len(rows) else None
    if below is None or _filled_cells(below) < _ENOUGH:
        return False
    above, below = _even(above, below)
    width = 1 + max(
        n for n, pair in enumerate(zip(above, below, strict=True)) if any(map(str.strip, pair))
    )
    spans = [n + 1 < width and not above[n + 1].strip() for n in range(width)]
    fits = all(bool(below[n].strip()) == (not above[n].strip() or spans[n]) for n in range(width))
    beside = any(not cell.strip() for cell in below[:width])
    numbers = any(cell.strip().isdigit() for cell in below)
    return fits and beside and not numbers and bool(above[0].strip())


def _even(above: Cells, below: Cells) -> tuple[list[str], list[str]]:
    above, below = zip(*zip_longest(above, below, fillvalue=""), strict=True)
    return [*above], [*below]
