"""The stages of a harvest, how far each is, and who is notified of them."""

from enum import StrEnum


class Stage(StrEnum):
    """What a harvest is doing. The report's timings carry the same names."""

    DISCOVER = "discover"
    FETCH = "fetch"
    PARSE = "parse"
    COMPARE = "compare"
    CHECK = "check"
    HOLD = "hold"
    COMMIT = "commit"
    PROJECT = "project"

    @property
    def stoppable(self) -> bool:
        """Whether a harvest may still be asked to end; what is being written down may not."""
        return self.is_visit or self in (Stage.COMPARE, Stage.CHECK)

    @property
    def is_visit(self) -> bool:
        """Whether records come in: these stages alternate, and share one count of them."""
        return self in (Stage.DISCOVER, Stage.FETCH, Stage.PARSE)


class Progress:
    """Notified how far harvests are, from the threads that harvest; this one notes nothing.

    What notes it must return quickly.

    A call of :meth:`stage` or :meth:`advance` may raise ``StoppedError``: somebody wants the
    harvest to end. That is so in the stages that are :attr:`Stage.stoppable`.
    """

    def stage(self, slug: str, stage: Stage, expected: int | None = None) -> None:
        """Learn that a source enters a stage, in which so many records are expected."""

    def advance(self, slug: str, done: int = 0, size: int = 0) -> None:
        """Learn that so many records more are done, so many bytes more downloaded."""

    def check(self, slug: str) -> None:
        """Raise ``StoppedError`` if somebody wants a visit to end; asked while nothing comes."""

    def tried(self, slug: str) -> None:
        """Learn that what begins is a dry run: nothing of it will enter."""

    def ended(self, slug: str) -> None:
        """Learn that the harvest of a source is over."""
