"""From SHACL shapes to Python closures: a whitelist, so that nothing is skipped in silence.

The compiler knows the constraint components of SHACL Core, all property paths, and SPARQL
constraints of the subset that :mod:`shapes.sparql` describes. Any other parameter of the SHACL
namespace, and any shape that refers to itself, raises :class:`~shapes.errors.Refused`; that shape
goes to the other engine.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from shapes.classes import Hierarchy
from shapes.components import sets, values
from shapes.errors import Refused
from shapes.findings import Labels
from shapes.graph import Graph
from shapes.paths import Path, read_path
from shapes.runs import Compiled
from shapes.sparql import SparqlQuery
from shapes.spec import Offenders, Part, Spec, Test, TextTest
from shapes.special import SPECIAL, component_name
from shapes.terms import TRUE
from vocab.namespaces import DCT, SH
from vocab.ntriples import iri_of, is_literal, literal_parts

_NOT_CONSTRAINTS = frozenset({
    "path", "severity", "message", "name", "description", "order", "group", "defaultValue",
    "deactivated", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf",
})  # fmt: skip
_TESTS: dict[str, Callable[[str], Test]] = {
    "nodeKind": values.node_kind,
    "datatype": values.datatype,
    "minInclusive": values.bound(frozenset({0, 1})),
    "minExclusive": values.bound(frozenset({1})),
    "maxInclusive": values.bound(frozenset({0, -1})),
    "maxExclusive": values.bound(frozenset({-1})),
}
_TEXT_TESTS: dict[str, Callable[[str], TextTest]] = {
    "minLength": values.min_length,
    "maxLength": values.max_length,
}
_SETS: dict[str, Callable[[str], Offenders]] = {
    "hasValue": sets.has_value,
    "equals": sets.equals,
    "disjoint": sets.disjoint,
    "lessThan": sets.less_than(frozenset({-1})),
    "lessThanOrEquals": sets.less_than(frozenset({-1, 0})),
}
_CHECKED_WHEN_ABSENT = frozenset({"hasValue", "equals"})
_ON_PROPERTIES_ONLY = frozenset({
    "minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualifiedValueShape",
})  # fmt: skip
_REPEATABLE = frozenset({
    "class", "hasValue", "equals", "disjoint", "lessThan", "lessThanOrEquals", "node", "property",
    "not", "and", "or", "xone", "qualifiedValueShape", "pattern", "sparql", "message", "name",
    "description", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf",
})  # fmt: skip


class Compiler:
    """Compiles the shapes of one graph, each once.

    Attributes:
        queries: the SPARQL constraints met so far; ``Spec.query`` is a place in it.
    """

    def __init__(self, shapes: Graph, hierarchy: Hierarchy) -> None:
        self.shapes = shapes
        self.hierarchy = hierarchy
        self.queries: list[SparqlQuery] = []
        self._done: dict[str, Compiled] = {}
        self._open: list[str] = []
        self._custom = frozenset(_custom_parameters(shapes))

    def shape(self, node: str) -> Compiled:
        """Compile a node shape or property shape.

        Raises:
            Refused: it uses something that the compiler does not know, or refers to itself.
        """
        if node in self._open:
            raise Refused("a shape", node, "refers to itself")
        if node not in self._done:
            self._open.append(node)
            try:
                self._done[node] = self._compile(node)
            finally:
                self._open.pop()
        compiled = self._done[node]
        if self._open and any(part.spec.query is not None for part in compiled.parts):
            raise Refused("sh:sparql", node, "lies in a shape that other shapes use")
        return compiled

    @property
    def is_nested(self) -> bool:
        """Whether the shape being compiled is used by another one."""
        return len(self._open) > 1

    def _compile(self, node: str) -> Compiled:
        path = self._path(node)
        if TRUE in self.get(node, "deactivated"):
            return Compiled(path, (), ())
        spec = self.spec(node, path)
        parts: list[Part] = []
        for name, arguments in self._parameters(node):
            if path is None and name in _ON_PROPERTIES_ONLY:
                raise Refused(f"sh:{name}", node, "stands outside a property shape")
            component = f"{SH}{component_name(name)}ConstraintComponent"
            for argument in arguments:
                parts.extend(self._parts(node, name, argument, replace(spec, component=component)))
        children = tuple(self._property_shape(child) for child in self.get(node, "property"))
        return Compiled(path, tuple(parts), children)

    def _property_shape(self, node: str) -> Compiled:
        compiled = self.shape(node)
        if compiled.path is None:
            raise Refused("sh:property", node, "has no sh:path")
        return compiled

    def _path(self, node: str) -> Path | None:
        found = self.get(node, "path")
        if len(found) > 1:
            raise Refused("sh:path", node, "occurs more than once")
        return read_path(self.shapes, found[0]) if found else None

    def _parameters(self, node: str) -> Iterator[tuple[str, list[str]]]:
        """Return the constraint parameters of a shape, and refuse all that is not known."""
        for predicate, arguments in self.shapes.spo.get(node, {}).items():
            if predicate in self._custom:
                raise Refused(predicate, node, "belongs to a constraint component of its own")
            if not predicate.startswith(f"<{SH}"):
                continue
            name = iri_of(predicate).removeprefix(SH)
            if len(arguments) > 1 and name not in _REPEATABLE:
                raise Refused(f"sh:{name}", node, "occurs more than once")
            if name not in _NOT_CONSTRAINTS and name != "property":
                yield name, arguments

    def _parts(self, node: str, name: str, argument: str, spec: Spec) -> list[Part]:
        """Compile one value of one parameter."""
        if name in _TESTS:
            return [Part(spec, test=_TESTS[name](argument))]
        if name in _TEXT_TESTS:
            text_test = _TEXT_TESTS[name](argument)
            return [Part(spec, test=values.on_text(text_test), text_test=text_test)]
        if name in _SETS:
            least = 0 if name in _CHECKED_WHEN_ABSENT else 1
            return [Part(spec, offenders=_SETS[name](argument), least=least)]
        special = SPECIAL.get(name)
        if special is None:
            raise Refused(f"sh:{name}", node, "is not known")
        return special(self, node, argument, spec)

    def items(self, head: str) -> list[str]:
        """Return the members of a list in the shapes graph."""
        try:
            return self.shapes.items(head)
        except ValueError as error:
            raise Refused("a list", head, str(error)) from error

    def get(self, node: str, name: str) -> list[str]:
        """Return the values of a parameter of the SHACL namespace."""
        return self.shapes.objects(node, f"<{SH}{name}>")

    def spec(self, node: str, path: Path | None) -> Spec:
        """Return what every result of a shape says; the component is filled in later."""
        severity = self.get(node, "severity")
        code = self.shapes.value(node, f"<{DCT}identifier>")
        sentences = [literal_parts(term) for term in self.get(node, "message") if is_literal(term)]
        return Spec(
            shape=node,
            component="",
            severity=iri_of(severity[0]) if severity else f"{SH}Violation",
            path=path.text if path else "",
            code=literal_parts(code)[0] if code else "",
            sentence=Labels(tuple((language, text) for text, _, language in sentences)),
        )


def _custom_parameters(shapes: Graph) -> Iterator[str]:
    for properties in shapes.spo.values():
        for parameter in properties.get(f"<{SH}parameter>", []):
            yield from shapes.objects(parameter, f"<{SH}path>")
