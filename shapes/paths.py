"""Property paths of SHACL (section 2.3.1): read from the shapes, followed in a record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import chain

from shapes.errors import Refused
from shapes.graph import NOTHING, Graph
from vocab.namespaces import SH
from vocab.ntriples import iri_of, is_blank, is_iri

Follow = Callable[[Graph, str], list[str]]

_OPERATORS = {
    f"<{SH}inversePath>": "^{}",
    f"<{SH}alternativePath>": "|",
    f"<{SH}zeroOrMorePath>": "{}*",
    f"<{SH}oneOrMorePath>": "{}+",
    f"<{SH}zeroOrOnePath>": "{}?",
}
MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Path:
    """A path ready to follow.

    Attributes:
        text: property IRI of a plain path, else SPARQL 1.1 path text.
        predicate: the N-Triples term of a plain path, else None.
        follow: gives the distinct value nodes of a focus node.
        back: gives the nodes from which the path leads to a node.
        choice: the path is nothing but a choice between these properties; else empty.
    """

    text: str
    predicate: str | None
    follow: Follow = field(compare=False)
    back: Follow = field(compare=False)
    choice: tuple[str, ...] = field(default=(), compare=False)


def read_path(shapes: Graph, node: str, depth: int = 0) -> Path:
    """Read the path that ``node`` describes in the shapes graph.

    Raises:
        Refused: the path is ill-formed, or nested more than :data:`MAX_DEPTH` deep.
    """
    if depth > MAX_DEPTH:
        raise Refused("a property path", node, "is nested too deeply")
    if is_iri(node):
        return Path(iri_of(node), node, _forward(node), _backward(node))
    if not is_blank(node):
        raise Refused("a property path", node, "is neither an IRI nor a blank node")
    statements = shapes.spo.get(node, {})
    used = [name for name in _OPERATORS if name in statements]
    if len(used) == 1 and len(statements) == 1 and len(statements[used[0]]) == 1:
        return _operator(shapes, used[0], statements[used[0]][0], depth)
    if used:
        raise Refused("a property path", node, "mixes several forms")
    parts = _members(shapes, node, depth)
    back = _sequence([part.back for part in reversed(parts)])
    return _joined(parts, "/", _sequence([part.follow for part in parts]), back)


def _operator(shapes: Graph, name: str, argument: str, depth: int) -> Path:
    if _OPERATORS[name] == "|":
        parts = _members(shapes, argument, depth)
        plain = tuple(part.predicate for part in parts if part.predicate is not None)
        choice = plain if len(plain) == len(parts) else ()
        follow = _any_of(choice) if choice else _alternative([part.follow for part in parts])
        back = _alternative([part.back for part in parts])
        return replace(_joined(parts, "|", follow, back), choice=choice)
    inner = read_path(shapes, argument, depth + 1)
    text = _OPERATORS[name].format(_wrapped(inner))
    if _OPERATORS[name] == "^{}":
        return Path(text, None, inner.back, inner.follow)
    sign = _OPERATORS[name][-1]
    return Path(text, None, _repeated(inner.follow, sign), _repeated(inner.back, sign))


def _members(shapes: Graph, head: str, depth: int) -> list[Path]:
    try:
        items = shapes.items(head)
    except ValueError as error:
        raise Refused("a property path", head, str(error)) from error
    if len(items) < 2:
        raise Refused("a property path", head, "needs two members or more")
    return [read_path(shapes, item, depth + 1) for item in items]


def _joined(parts: list[Path], sign: str, follow: Follow, back: Follow) -> Path:
    return Path(sign.join(map(_wrapped, parts)), None, follow, back)


def _wrapped(path: Path) -> str:
    return f"<{path.text}>" if path.predicate else f"({path.text})"


def _forward(predicate: str) -> Follow:
    return lambda graph, focus: graph.spo.get(focus, NOTHING).get(predicate, [])


def _backward(predicate: str) -> Follow:
    return lambda graph, focus: graph.subjects(predicate, focus)


def _each(graph: Graph, nodes: Iterable[str], step: Follow) -> list[str]:
    return list(dict.fromkeys(value for node in nodes for value in step(graph, node)))


def _sequence(steps: list[Follow]) -> Follow:
    def follow(graph: Graph, focus: str) -> list[str]:
        nodes = [focus]
        for step in steps:
            nodes = _each(graph, nodes, step)
        return nodes

    return follow


def _alternative(steps: list[Follow]) -> Follow:
    def follow(graph: Graph, focus: str) -> list[str]:
        return list(dict.fromkeys(value for step in steps for value in step(graph, focus)))

    return follow


def _any_of(predicates: tuple[str, ...]) -> Follow:
    """Return an alternative of plain properties, by far the most frequent, without detours."""

    def follow(graph: Graph, focus: str) -> list[str]:
        properties = graph.spo.get(focus, NOTHING)
        found = [properties[predicate] for predicate in predicates if predicate in properties]
        if len(found) < 2:
            return found[0] if found else []
        return list(dict.fromkeys(chain.from_iterable(found)))

    return follow


def _repeated(step: Follow, sign: str) -> Follow:
    def once(graph: Graph, focus: str) -> list[str]:
        return list(dict.fromkeys([focus, *step(graph, focus)]))

    def often(graph: Graph, focus: str) -> list[str]:
        found = dict.fromkeys([focus] if sign == "*" else step(graph, focus))
        waiting = list(found)
        while waiting:
            for value in step(graph, waiting.pop()):
                if value not in found:
                    found[value] = None
                    waiting.append(value)
        return list(found)

    return once if sign == "?" else often
