"""Background knowledge: which class lies below which, from the vocabulary and from the record."""

from collections.abc import Iterable

from shapes.graph import SUBCLASS, TYPE, Graph


class Hierarchy:
    """The class tree that every record may rely on without repeating it."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take pairs (class, direct super-class) as N-Triples terms."""
        self._above: dict[str, list[str]] = {}
        for below, above in pairs:
            self._above.setdefault(below, []).append(above)

    def below(self, name: str) -> frozenset[str]:
        """Return the class itself and every class known to lie below it."""
        return frozenset({name} | {known for known in self._above if name in self.above([known])})

    def above(self, names: Iterable[str], graph: Graph | None = None) -> set[str]:
        """Return the classes and everything above them, also by what ``graph`` itself says."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._above.get(name, []))
                waiting.extend(graph.objects(name, SUBCLASS) if graph else [])
        return found

    def types_of(self, graph: Graph, node: str) -> set[str]:
        """Return every class that a node belongs to."""
        types = graph.objects(node, TYPE)
        return self.above(types, graph if graph.own_classes else None) if types else set()
