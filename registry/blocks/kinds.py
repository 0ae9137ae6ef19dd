"""The blocks there are, what each is given and what it gives: the one list of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vocab.namespaces import MED

WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
_POINT = '"POINT(2.35 48.86)"^^geo:wktLiteral'


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of block.

    Attributes:
        name: local name of the IRI that follows SERVICE, in our namespace.
        needs: local names of the properties whose value the query must give.
        may: those whose value it may give.
        gives: those whose object is a variable, which the block binds.
        example: its body, to be shown where one is wrong.
        ages: whether it gives other places as time goes by.
    """

    name: str
    needs: tuple[str, ...]
    may: tuple[str, ...]
    gives: tuple[str, ...]
    example: str
    ages: bool = False

    @property
    def iri(self) -> str:
        """What follows SERVICE."""
        return MED + self.name


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.iri: kind
        for kind in (
            Kind(
                "around", ("center", "radiusKm"), (), ("distanceKm",),
                f"?place med:center {_POINT} ; med:radiusKm 5 ; med:distanceKm ?km .",
            ),
            Kind(
                "nearest", ("center", "count"), ("radiusKm",), ("distanceKm",),
                f"?place med:center {_POINT} ; med:count 10 ; med:distanceKm ?km .",
            ),
            Kind(
                "box", ("southWest", "northEast"), (), (),
                '?place med:southWest "POINT(2.2 48.8)"^^geo:wktLiteral ; '
                'med:northEast "POINT(2.5 48.9)"^^geo:wktLiteral .',
            ),
            Kind(
                "search", ("words",), ("where", "count"), ("rank", "distanceKm"),
                '?place med:words "impôts en ligne" ; med:where "83300" ; med:rank ?rank .',
                ages=True,
            ),
        )
    }
)  # fmt: skip
"""By the IRI that follows SERVICE."""
