"""``find``: phrases that people say, and how many are understood as they should be.

``phrases`` are the rows of ``bench/find/given.csv``, or of the file of that form which the
environment names (``MAILLAGE_PHRASES``); ``unseen`` are those of ``bench/find/phrases.csv`` that
the lexicon was not written from. A row is right when what is declared and the place are equal, and
when what it expects as probable (``~``) or as a wish (``?``) is among what was understood.
"""

import csv
import hashlib
import os
import time
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.find.areas import Area
from registry.find.phrase import Understood, understand
from vocab.text import name_key

FOLDER = Path(__file__).resolve().parent / "find"
GIVEN = FOLDER / "given.csv"
COLLECTED = FOLDER / "phrases.csv"
FILE_VARIABLE = "MAILLAGE_PHRASES"
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A phrase and what it should be understood as, in the notation of the file."""

    phrase: str
    where: str
    expected: frozenset[str]
    place: str


def rows(path: Path) -> list[Row]:
    """Return the rows of a file of phrases."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Row(
                each["phrase"],
                each["where"],
                frozenset(filter(None, each["expected_services"].split("|"))),
                each["expected_place"],
            )
            for each in csv.DictReader(stream, delimiter=";")
        ]


def is_unseen(row: Row) -> bool:
    """Whether a collected phrase is of the half from which the lexicon was not written."""
    return hashlib.sha256(name_key(row.phrase).encode()).digest()[-1] % 2 == 1


def is_right(row: Row) -> bool:
    """Whether a row is understood as it should be."""
    found = understand(row.phrase, row.where)
    sure = {each for each in row.expected if not each.startswith("~") and not each.endswith("?")}
    return (
        sure == set(_sure(found, sure))
        and row.expected - sure <= {*_unsure(found)}
        and is_right_place(row, found)
    )


def _sure(found: Understood, expected: Set[str]) -> Iterator[str]:
    yield from (*found.declared, *found.care)
    if found.moment:
        moment = f"open:{found.moment}"
        day = moment.partition("@")[0]  # a row that names no hour says nothing of it
        yield day if day in expected else moment
    if found.nothing_understood:
        yield f"name:{' '.join(found.names)}"


def _unsure(found: Understood) -> Iterator[str]:
    yield from (f"~{each}" for each in found.probable)
    yield from (f"{each}?" for each in found.wishes)


def is_right_place(row: Row, found: Understood) -> bool:
    """Whether the place of a row is the one that was understood."""
    located = found.located
    if row.place in ("", "none"):
        return located is None
    if located is None:
        return False
    if row.place == "gps":
        return located.here
    if located.ask:
        return row.place == "ask:" + "|".join(area.code for area in located.areas)
    return bool(located.areas) and _matches(row.place, located.areas[0])


def _matches(expected: str, area: Area) -> bool:
    kind, _, value = expected.rpartition(":")
    if kind == "cp":
        whole = set(value.split("|")) <= set(area.communes)
        return area.kind == "postcode" and (whole or area.code.startswith(value))
    kinds = {"dep": ("departement",), "reg": ("region",), "": ("commune", "arrondissement")}
    return area.kind in kinds[kind] and area.code == value


def run() -> dict[str, Any]:
    """Measure."""
    given = rows(Path(os.environ.get(FILE_VARIABLE) or GIVEN))
    unseen = [row for row in rows(COLLECTED) if is_unseen(row)]
    wrong = [_told(row) for row in given if not is_right(row)]
    times = sorted(_times(given + unseen))
    return {
        "phrases": len(given),
        "right": len(given) - len(wrong),
        "right_percent": round(100 * (len(given) - len(wrong)) / len(given), 1),
        "wrong": wrong,
        "unseen_phrases": len(unseen),
        "unseen_right": (right := sum(map(is_right, unseen))),
        "unseen_right_percent": round(100 * right / len(unseen), 1),
        "p50_ms": _ms(times, 0.5),
        "p99_ms": _ms(times, 0.99),
    }


def _told(row: Row) -> str:
    return f"{row.phrase} + {row.where}" if row.where else row.phrase


def _times(tried: list[Row]) -> Iterator[float]:
    """Return the seconds of each reading, after one that loads the tables."""
    understand("impots", "draguinan")
    for _ in range(ROUNDS):
        for row in tried:
            understand.cache_clear()  # what is measured is reading, not remembering
            started = time.perf_counter()
            understand(row.phrase, row.where)
            yield time.perf_counter() - started


def _ms(times: list[float], share: float) -> float:
    return round(1000 * times[min(len(times) - 1, int(share * len(times)))], 2)
