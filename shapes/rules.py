"""The catalogue of rules, read from the shapes themselves and from their examples."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from shapes.contract import shapes_graph
from shapes.errors import ShapeError
from shapes.findings import Labels, Sentence, Severity
from shapes.graph import Graph
from shapes.limits import LONG_TEXT, NOT_VALIDATED, TOO_LONG
from shapes.paths import read_path
from shapes.spec import Spec
from vocab.messages import Message
from vocab.namespaces import DCT, SH
from vocab.ntriples import iri_of, literal_parts


@dataclass(frozen=True, slots=True)
class Example:
    """A property of a record with the values that keep a rule, break it, or nearly break it.

    Attributes:
        base: kind of record that the values are put into.
        node: end of the IRI of the node with the property (``#address``; empty: the record).
        property: its prefixed name; ``a`` for the type.
        valid: sets of values that keep the rule.
        invalid: sets of values that break it.
        near: sets of values that look wrong and keep it.
        given: further values that all of them need: (node, property, values).
    """

    base: str
    node: str
    property: str
    valid: tuple[tuple[str, ...], ...]
    invalid: tuple[tuple[str, ...], ...]
    near: tuple[tuple[str, ...], ...]
    given: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the contract, as people read it.

    Attributes:
        code: stable code.
        severity: what breaking it means.
        path: property or path that it looks at; empty for the whole record.
        name: what it is called.
        message: what is wrong and how to correct it; ``…`` stands for the value.
        reason: why it matters.
        example: values that keep and break it; None for what no record can show.
    """

    code: str
    severity: Severity
    path: str
    name: Sentence
    message: Sentence
    reason: Sentence
    example: Example | None


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Return every rule, by code.

    Raises:
        ShapeError: a rule lacks a text in one of the languages.
    """
    graph = shapes_graph()
    found = [_rule(graph, node) for node in graph.spo if graph.value(node, f"<{DCT}identifier>")]
    return tuple(sorted([*found, *_LIMITS], key=lambda rule: rule.code))


def rule(code: str) -> Rule | None:
    """Return the rule of that code."""
    return next((each for each in rules() if each.code == code), None)


def _rule(graph: Graph, node: str) -> Rule:
    code = literal_parts(graph.objects(node, f"<{DCT}identifier>")[0])[0]
    severity = graph.value(node, f"<{SH}severity>") or f"<{SH}Violation>"
    path = graph.value(node, f"<{SH}path>")
    return Rule(
        code=code,
        severity=Severity(iri_of(severity).removeprefix(SH)),
        path=read_path(graph, path).text if path else "",
        name=_labels(graph, node, "name"),
        message=_labels(graph, node, "message")._replace(value="…"),
        reason=_labels(graph, node, "description"),
        example=_examples().get(code),
    )


def _labels(graph: Graph, node: str, name: str) -> Labels:
    texts = {tag: text for text, _, tag in map(literal_parts, graph.objects(node, f"<{SH}{name}>"))}
    if not {"fr", "en"} <= texts.keys():
        raise ShapeError(
            "{node} needs sh:{name} in French and in English, once each: has {said}",
            node=node,
            name=name,
            said=texts,
        )
    return Labels(tuple(texts.items()))


@lru_cache(maxsize=1)
def _examples() -> dict[str, Example]:
    document = tomllib.loads((files("shapes") / "examples.toml").read_text(encoding="utf-8"))
    return {code: _example(entry) for code, entry in document["rule"].items()}


def _example(entry: dict[str, Any]) -> Example:
    return Example(
        base=entry.get("base", "place"),
        node=entry.get("node", ""),
        property=entry["property"],
        valid=tuple(map(tuple, entry["valid"])),
        invalid=tuple(map(tuple, entry["invalid"])),
        near=tuple(map(tuple, entry["near"])),
        given=tuple((node, name, tuple(values)) for node, name, values in entry.get("given", ())),
    )


def _limit(
    spec: Spec,
    name: Message,
    reason: Message = Message("Nothing enters without having been checked."),  # noqa: B008
) -> Rule:
    return Rule(spec.code, Severity.VIOLATION, "", name, spec.sentence, reason, example=None)


_LIMITS = (
    _limit(NOT_VALIDATED, Message("Record that can be checked")),
    _limit(TOO_LONG, Message("Record of reasonable size")),
    _limit(
        LONG_TEXT,
        Message("Texts of reasonable length"),
        Message("Lists repeat a name, and the search reads each word of a text."),
    ),
)
