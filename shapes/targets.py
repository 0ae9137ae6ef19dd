"""Which nodes of a record a shape looks at (SHACL 2.1.3)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from shapes.classes import Hierarchy
from shapes.graph import TYPE, Graph
from vocab.namespaces import OWL, RDFS, SH

_KINDS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_CLASSES = (f"<{RDFS}Class>", f"<{OWL}Class>")
MAX_REMEMBERED = 1_024
Places = tuple[int, ...]


def target_shapes(shapes: Graph) -> list[str]:
    """Return the shapes that have a target of their own, in the order of the files."""
    return [node for node in shapes.spo if any(_targets(shapes, node).values())]


def _targets(shapes: Graph, node: str) -> dict[str, list[str]]:
    found = {kind: list(shapes.objects(node, f"<{SH}{kind}>")) for kind in _KINDS}
    types = shapes.objects(node, TYPE)
    is_shape = f"<{SH}NodeShape>" in types or f"<{SH}PropertyShape>" in types
    if is_shape and any(name in types for name in _CLASSES):  # an implicit class target
        found["targetClass"].append(node)
    return found


@dataclass(frozen=True, slots=True)
class _ByTerm:
    classes: dict[str, list[int]]
    nodes: dict[str, list[int]]
    subjects: dict[str, list[int]]
    objects: dict[str, list[int]]


class Targets:
    """Finds the focus nodes of many shapes in one walk over a record."""

    def __init__(self, shapes: Graph, chosen: list[str], hierarchy: Hierarchy) -> None:
        """Take the shapes by name; results speak of them by their place in ``chosen``."""
        tables: list[dict[str, list[int]]] = [defaultdict(list) for _ in _KINDS]
        for place, node in enumerate(chosen):
            for table, terms in zip(tables, _targets(shapes, node).values(), strict=True):
                for term in terms:
                    table[term].append(place)
        self._by = _ByTerm(*(dict(table) for table in tables))
        self._hierarchy = hierarchy
        self._looking = lru_cache(maxsize=MAX_REMEMBERED)(self._shapes_looking)

    def of(self, graph: Graph) -> dict[str, Places]:
        """Return each focus node with the places of the shapes that look at it, in their order."""
        looking, subjects = self._looking, self._by.subjects
        found: dict[str, Places] = {}
        for node, properties in graph.spo.items():
            types: Iterable[str] = properties.get(TYPE, ())
            if types and graph.own_classes:
                types = self._hierarchy.types_of(graph, node)
            used: tuple[str, ...] = ()
            if not properties.keys().isdisjoint(subjects):
                used = tuple([predicate for predicate in subjects if predicate in properties])
            if places := looking(tuple(types), used):
                found[node] = places
        for node, others in self._named(graph) if self._by.nodes or self._by.objects else ():
            found[node] = tuple(sorted({*found.get(node, ()), *others}))
        return found

    def _shapes_looking(self, types: tuple[str, ...], used: tuple[str, ...]) -> Places:
        """Give the shapes that look at a node because of its types or of the properties it has."""
        classes = self._hierarchy.above(types)
        places = {place for name in classes for place in self._by.classes.get(name, ())}
        return tuple(sorted(places.union(*(self._by.subjects[predicate] for predicate in used))))

    def _named(self, graph: Graph) -> Iterator[tuple[str, Sequence[int]]]:
        """Return the nodes that shapes look at by name, or as values of a property."""
        yield from self._by.nodes.items()
        for predicate, places in self._by.objects.items():
            for properties in graph.spo.values():
                for value in properties.get(predicate, ()):
                    yield value, places
