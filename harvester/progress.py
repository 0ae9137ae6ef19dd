"""The stages of a harvest, and who is told of them."""

from collections.abc import Callable
from enum import StrEnum


class Stage(StrEnum):
    """What a harvest is doing. The report's timings carry the same names."""

    FETCH = "fetch"
    COMPARE = "compare"
    CHECK = "check"
    COMMIT = "commit"
    PROJECT = "project"


Notice = Callable[[str, Stage], None]
"""Called with a source's slug and the stage that it enters, from the thread that harvests it."""


def unnoticed(_slug: str, _stage: Stage) -> None:
    """Tell nobody."""
