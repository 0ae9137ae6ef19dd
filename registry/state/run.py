"""One running harvest, as the board keeps it and as its progress is worked out."""

from dataclasses import dataclass

QUEUE = "queue"
PROJECT = "project"
_SKEW_S = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """A harvest that waits or runs.

    Attributes:
        source: slug.
        position: order in the queue that it came from, from 1.
        stage: ``queue``, the harvester's name of what it does now, or ``project`` when SPARQL and
            search follow what it brought.
        done: records done in this stage.
        expected: records that the stage will do; None when nobody knows.
        size: bytes downloaded.
        began: when it was put on the board, in seconds since 1970, UTC.
        entered: when it entered its stage.
        beat: when it last gave a sign of life.
        cancelled_by: who wants it to end; empty for nobody.
        trial: it is a dry run.
    """

    source: str
    position: int
    stage: str
    done: int
    expected: int | None
    size: int
    began: float
    entered: float
    beat: float
    cancelled_by: str = ""
    trial: bool = False

    @property
    def rate(self) -> float:
        """Records a second in this stage; 0 when nothing was done yet."""
        spent = self.beat - self.entered
        return self.done / spent if spent > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds that the stage will still take at this rate; None when nobody knows."""
        if self.expected is None or not self.rate:
            return None
        return max(self.expected - self.done, 0) / self.rate

    def silent_s(self, now: float) -> float:
        """Seconds since the last sign of life; one in the future was no sign of this life.

        Clocks of several machines differ by seconds; one that was set right, by more.
        """
        silent_s = now - self.beat
        return abs(silent_s) if silent_s < -_SKEW_S else max(silent_s, 0.0)
