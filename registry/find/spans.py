"""Runs of words put together and taken out of a text."""

from collections.abc import Iterable, Sequence

from registry.find.words import Span


def between(taken: Iterable[Span], count: int) -> list[Span]:
    """Return what lies between spans, of words of which there are ``count``.

    >>> between([Span(1, 2)], 4)
    [Span(first=0, last=1), Span(first=2, last=4)]
    """
    pieces, first = [], 0
    for span in (*sorted(taken, key=lambda span: span.first), Span(count, count)):
        if span.first > first:
            pieces.append(Span(first, span.first))
        first = max(first, span.last)
    return pieces


def merged(*several: Iterable[Span]) -> tuple[Span, ...]:
    """Return all spans in order, those that share words as one."""
    found: list[Span] = []
    for span in sorted((span for spans in several for span in spans), key=lambda one: one.first):
        if found and span.first < found[-1].last:
            found[-1] = Span(found[-1].first, max(span.last, found[-1].last))
        else:
            found.append(span)
    return tuple(found)


def blanked(folded: Sequence[str], spans: Iterable[Span]) -> list[str]:
    """Return words, empty where spans lie."""
    out = {index for span in spans for index in span.indices()}
    return ["" if index in out else word for index, word in enumerate(folded)]
