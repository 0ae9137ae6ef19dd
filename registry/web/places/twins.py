"""Places of one page of a list that seem to be one and the same, which two sources published.

Nothing is hidden: both records stand, the second in one line, as the other of the first.
"""

from collections.abc import Sequence

from registry.search.query import PlaceView
from vocab.text import words

_SAYS_NO_STREET = frozenset(
    words(
        "av ave avenue bd bld boulevard ch chemin cours impasse pl place quai r route rte"
        " rue square a au aux d de des du l la le les et bis ter docteur dr general"
        " marechal president st saint"
    )
)
"""Words of addresses that people leave out, or shorten each in their own way."""

_Key = tuple[tuple[str, ...], tuple[str, ...]]


def twins_of(places: Sequence[PlaceView]) -> dict[int, PlaceView]:
    """Return rowid -> the place before it that has its name, its commune and its street."""
    found: dict[int, PlaceView] = {}
    seen: dict[_Key, list[tuple[frozenset[str], PlaceView]]] = {}
    for place in places:
        street = _street(place.street)
        key = tuple(words(place.name)), tuple(words(place.commune))
        before = seen.setdefault(key, [])
        first = next((one for other, one in before if _is_same(street, other)), None)
        if first is None or not place.name:
            before.append((street, place))
        else:
            found[place.rowid] = first
    return found


def _street(written: str) -> frozenset[str]:
    return frozenset(words(written)) - _SAYS_NO_STREET


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one address says what the other does, or less; that none is given says nothing."""
    return bool(one and other) and (one <= other or other <= one)
