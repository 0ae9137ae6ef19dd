"""The quality of a pole over time as a drawing: dates below, scores beside, a point a harvest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.history.quality import Measure
from registry.web.site import i18n
from registry.web.site.i18n import gettext as _

WIDTH, HEIGHT = 360, 240
"""The box of the drawing, in units of its own."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 346, 14, 196
"""Where the curve stands in it; the rest is for the axes."""
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_DATE_ROOM = 130
"""A date below takes so much of the width."""
_DAYS_ONLY = timedelta(days=3)
"""From which length on the hours of harvests are left out."""


@dataclass(frozen=True, slots=True)
class Score:
    """The mean quality of all places of a pole at a moment (UTC), and how many there were."""

    at: datetime
    whole: float
    places: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis: where it is, in units of the drawing, and what it says."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A drawing, in units of its own.

    Attributes:
        title: what it shows, in words.
        points: where each score is.
        line: the same, as the ``points`` of a polyline.
        shares: marks of the score, from the bottom.
        dates: marks of time, on the clock of Paris.
        scores: what is drawn, oldest first.
    """

    title: str
    points: tuple[tuple[float, float], ...]
    line: str
    shares: tuple[Tick, ...]
    dates: tuple[Tick, ...]
    scores: tuple[Score, ...]

    width, height = WIDTH, HEIGHT
    left, right, bottom = _LEFT, _RIGHT, _BOTTOM

    @property
    def last(self) -> Score:
        """The score of today."""
        return self.scores[-1]


def scores_of(sources: Iterable[Sequence[Measure]]) -> tuple[Score, ...]:
    """Return how good all places of a pole were after each harvest of one of its sources.

    Args:
        sources: the measures of each source, oldest first. One counts from its first measure on,
            with as many places as it has.
    """
    steps = sorted(
        ((measure.at, number, measure) for number, one in enumerate(sources) for measure in one),
        key=lambda step: step[:2],
    )
    latest: dict[int, Measure] = {}
    found: dict[datetime, Score] = {}
    for at, number, measure in steps:
        latest[number] = measure
        places = sum(one.places for one in latest.values())
        total = sum(one.quality.whole * one.places for one in latest.values())
        found[at] = Score(at, total / places, places)
    return tuple(found.values())


def curve_of(scores: tuple[Score, ...]) -> Curve | None:
    """Draw scores, oldest first; None where there are none."""
    if not scores:
        return None
    points = tuple((_x(one.at, scores), _y(one.whole)) for one in scores)
    return Curve(
        title=_title(scores),
        points=points,
        line=" ".join(f"{x},{y}" for x, y in points),
        shares=tuple(Tick(_y(share), i18n.percent(share)) for share in _SHARES),
        dates=_dates(scores, points),
        scores=scores,
    )


def _x(at: datetime, scores: tuple[Score, ...]) -> float:
    start, length = scores[0].at, scores[-1].at - scores[0].at
    if not length:
        return (_LEFT + _RIGHT) / 2
    return round(_LEFT + (_RIGHT - _LEFT) * ((at - start) / length), 1)


def _y(share: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * share, 1)


def _title(scores: tuple[Score, ...]) -> str:
    first, last = scores[0], scores[-1]
    before, now = i18n.percent(first.whole), i18n.percent(last.whole)
    if len(scores) == 1:
        return _("The records were worth {score} on {day}", score=now, day=i18n.day(last.at))
    since = i18n.day(first.at)
    if before == now:
        return _("The quality has stayed at {score} since {day}", score=now, day=since)
    said = {"before": before, "score": now, "day": since}
    if last.whole > first.whole:
        return _("The quality rose from {before} to {score} since {day}", **said)
    return _("The quality fell from {before} to {score} since {day}", **said)


def _dates(scores: tuple[Score, ...], points: tuple[tuple[float, float], ...]) -> tuple[Tick, ...]:
    """Dates of the first and the last score, and of those between that have room."""
    pattern = _pattern(scores)
    ticks = [
        Tick(x, i18n.in_paris(one.at, pattern)) for one, (x, _y) in zip(scores, points, strict=True)
    ]
    kept = ticks[:1]
    for tick in ticks[1:-1]:
        if tick.at - kept[-1].at >= _DATE_ROOM and ticks[-1].at - tick.at >= _DATE_ROOM:
            kept.append(tick)
    if len(ticks) > 1:
        kept.append(ticks[-1])
    return tuple(kept)


def _pattern(scores: tuple[Score, ...]) -> str:
    first, last = scores[0].at, scores[-1].at
    if last - first < _DAYS_ONLY:
        return _("d MMM, H:mm")
    return "d MMM" if first.year == last.year else "d MMM y"
