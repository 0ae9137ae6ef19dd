"""Constraints that read several parameters of their shape (SHACL 4.4.3, 4.7.3, 4.8.1, 5)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shapes.components import logic, sets, values
from shapes.errors import Refused
from shapes.findings import Labels
from shapes.graph import NOTHING, Graph
from shapes.sparql import read_query
from shapes.spec import Check, Conforms, Part, Result, Results, Spec
from shapes.terms import TRUE
from vocab.namespaces import SH
from vocab.ntriples import iri_of, is_iri, literal_parts

if TYPE_CHECKING:
    from shapes.compiler import Compiler


def component_name(parameter: str) -> str:
    """Return the name of the component that a parameter belongs to.

    >>> component_name("minCount"), component_name("sparql")
    ('MinCount', 'SPARQL')
    """
    return "SPARQL" if parameter == "sparql" else parameter[0].upper() + parameter[1:]


def _class(context: "Compiler", node: str, argument: str, spec: Spec) -> list[Part]:
    return [Part(spec, offenders=logic.class_(argument, context.hierarchy))]


def _in(context: "Compiler", node: str, argument: str, spec: Spec) -> list[Part]:
    return [Part(spec, test=values.one_of(context.items(argument)))]


def _language_in(context: "Compiler", node: str, argument: str, spec: Spec) -> list[Part]:
    return [Part(spec, test=values.language_in(context.items(argument)))]


def _pattern(context: "Compiler", node: str, argument: str, spec: Spec) -> list[Part]:
    flags = context.get(node, "flags")
    found = values.pattern(argument, literal_parts(flags[0])[0] if flags else "")
    return [Part(spec, test=values.on_text(found), text_test=found)]


def _unique_lang(context: "Compiler", node: str, argument: str, spec: Spec) -> list[Part]:
    return [Part(spec, offenders=sets.unique_lang(), least=2)] if argument == TRUE else []


def _min_count(context: "Compiler", node: str, argument: str, spec: Spec) -> list[Part]:
    least = values.whole_number(argument)
    if least == 0:
        return []
    return [Part(spec, offenders=sets.min_count(least), least=0, most=least - 1)]


def _max_count(context: "Compiler", node: str, argument: str, spec: Spec) -> list[Part]:
    most = values.whole_number(argument)
    return [Part(spec, offenders=sets.max_count(most), least=most + 1)]


def _combination(context: "Compiler", node: str, argument: str, spec: Spec) -> list[Part]:
    """Compile sh:node, sh:not, sh:and, sh:or and sh:xone."""
    name = spec.component.removeprefix(SH).removesuffix("ConstraintComponent").lower()
    members = [argument] if name in ("node", "not") else context.items(argument)
    shapes = [context.shape(member) for member in members]
    tests = [test for test in (shape.test() for shape in shapes) if test]
    if len(tests) == len(shapes):
        test = logic.combined_test(logic.COMBINE[name], tests)
        text_test = shapes[0].text_test() if name == "not" else None
        return [Part(spec, test=test, text_test=text_test and logic.Negated(text_test))]
    around = [shape.conforms() for shape in shapes]
    return [Part(spec, offenders=logic.combined(logic.COMBINE[name], around))]


def _closed(context: "Compiler", node: str, argument: str, spec: Spec) -> list[Part]:
    if argument != TRUE:
        return []
    lists = context.get(node, "ignoredProperties")
    ignored = [name for head in lists for name in context.items(head)]
    children = context.get(node, "property")
    paths = [path for child in children for path in context.get(child, "path")]
    return [Part(spec, check=_closed_check(frozenset([*ignored, *filter(is_iri, paths)]), spec))]


def _closed_check(allowed: frozenset[str], spec: Spec) -> Check:
    def check(graph: Graph, focus: str, found: Sequence[str], out: Results) -> None:
        for node in found:
            for predicate, extra_values in graph.spo.get(node, NOTHING).items():
                if predicate not in allowed:
                    own = replace(spec, path=iri_of(predicate))
                    out.extend(Result(own, focus, extra_value) for extra_value in extra_values)

    return check


def _qualified(context: "Compiler", node: str, argument: str, spec: Spec) -> list[Part]:
    siblings = []
    if TRUE in context.get(node, "qualifiedValueShapesDisjoint"):
        siblings = [_conforms(context, other) for other in _siblings(context, node, argument)]
    shape = _conforms(context, argument)
    parts = []
    for name in ("qualifiedMinCount", "qualifiedMaxCount"):
        for count in context.get(node, name):
            number = values.whole_number(count)
            limits = (number, None) if "Min" in name else (None, number)
            own = replace(spec, component=f"{SH}{component_name(name)}ConstraintComponent")
            find = logic.qualified(shape, siblings, *limits)
            parts.append(Part(own, offenders=find, least=0 if "Min" in name else 1))
    return parts


def _conforms(context: "Compiler", node: str) -> Conforms:
    return context.shape(node).conforms()


def _siblings(context: "Compiler", node: str, own: str) -> list[str]:
    """Return the sibling shapes of a qualified value shape (SHACL 4.7.3)."""
    parents = context.shapes.subjects(f"<{SH}property>", node)
    children = [child for parent in parents for child in context.get(parent, "property")]
    found = [shape for child in children for shape in context.get(child, "qualifiedValueShape")]
    return [shape for shape in dict.fromkeys(found) if shape != own]


def _read_with_another(context: "Compiler", node: str, argument: str, spec: Spec) -> list[Part]:
    return []  # a parameter of another one's component: alone it means nothing (SHACL 3.4)


def _sparql(context: "Compiler", node: str, argument: str, spec: Spec) -> list[Part]:
    if context.is_nested:
        raise Refused("sh:sparql", node, "lies in a shape that other shapes use")
    own = context.spec(argument, None).sentence
    sentence = spec.sentence if own == Labels(()) else own
    asked = replace(spec, sentence=sentence, query=len(context.queries))
    query = read_query(context.shapes, argument)
    context.queries.append(query)

    def questions(graph: Graph, focus: str, found: Sequence[str]) -> Sequence[None]:
        return (None,) if query.first in graph.spo.get(focus, NOTHING) else ()

    return [Part(asked, offenders=questions)]


SPECIAL: dict[str, Callable[["Compiler", str, str, Spec], list[Part]]] = {
    "class": _class,
    "in": _in,
    "languageIn": _language_in,
    "pattern": _pattern,
    "flags": _read_with_another,
    "uniqueLang": _unique_lang,
    "minCount": _min_count,
    "maxCount": _max_count,
    "node": _combination,
    "not": _combination,
    "and": _combination,
    "or": _combination,
    "xone": _combination,
    "closed": _closed,
    "ignoredProperties": _read_with_another,
    "qualifiedValueShape": _qualified,
    "qualifiedMinCount": _read_with_another,
    "qualifiedMaxCount": _read_with_another,
    "qualifiedValueShapesDisjoint": _read_with_another,
    "sparql": _sparql,
}
