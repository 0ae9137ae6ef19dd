"""Which nodes of a record a shape looks at (SHACL 2.1.3)."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from shapes.classes import Hierarchy
from shapes.graph import TYPE, Graph
from vocab.namespaces import OWL, RDFS, SH

_KINDS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_CLASSES = (f"<{RDFS}Class>", f"<{OWL}Class>")
MAX_REMEMBERED = 1_024


def target_shapes(shapes: Graph) -> list[str]:
    """Give the shapes that have a target of their own, in the order of the files."""
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
        self._is_simple = _is_simple(tables)
        self._of_types = lru_cache(maxsize=MAX_REMEMBERED)(self._shapes_of_types)

    def pairs(self, graph: Graph) -> list[tuple[str, int]]:
        """Give each (focus node, place of a shape that looks at it), once."""
        found: list[tuple[str, int]] = []
        for node, properties in graph.spo.items():
            types = properties.get(TYPE)
            if types is not None and not graph.own_classes:
                found += [(node, place) for place in self._of_types(tuple(types))]
        return self._with_rarer(graph, found)

    def _shapes_of_types(self, types: tuple[str, ...]) -> tuple[int, ...]:
        return self._of_classes(self._hierarchy.above(types))

    def _of_classes(self, classes: set[str]) -> tuple[int, ...]:
        places = {place for name in classes for place in self._by.classes.get(name, ())}
        return tuple(sorted(places))

    def _with_rarer(self, graph: Graph, found: list[tuple[str, int]]) -> list[tuple[str, int]]:
        by = self._by
        found += [(node, place) for node, places in by.nodes.items() for place in places]
        if graph.own_classes:
            for node in graph.spo:
                classes = self._hierarchy.types_of(graph, node)
                found.extend((node, place) for place in self._of_classes(classes))
        for predicate, places in by.subjects.items():
            nodes = [node for node, properties in graph.spo.items() if predicate in properties]
            found += [(node, place) for node in nodes for place in places]
        for predicate, places in by.objects.items():
            for properties in graph.spo.values():
                for value in properties.get(predicate, ()):
                    found.extend((value, place) for place in places)
        return found if self._is_simple else list(dict.fromkeys(found))


def _is_simple(tables: list[dict[str, list[int]]]) -> bool:
    """Say whether no shape can meet a node twice: by class alone, or by one property of its own.

    (Two classes of one shape are met once already.)
    """
    classes, *others = (
        {place for places in table.values() for place in places} for table in tables
    )
    counted = [place for table in tables[1:3] for places in table.values() for place in places]
    return not others[-1] and len(counted) == len(set(counted)) and classes.isdisjoint(counted)
