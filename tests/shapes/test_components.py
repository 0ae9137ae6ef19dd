"""Terms, patterns and the compiler's refusals, case by case after the specifications."""

import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from shapes.classes import Hierarchy
from shapes.components.patterns import linear_pattern
from shapes.contract import class_pairs, shapes_graph
from shapes.engine import Engine
from shapes.errors import Refused
from shapes.graph import Graph, graph_of_triples
from shapes.oracle import Oracle, OracleResult
from shapes.sparql import read_query
from shapes.terms import compare, is_well_formed
from tests.shapes import samples
from vocab.namespaces import SH, XSD
from vocab.ntriples import literal, literal_parts


def _typed(text: str, name: str) -> str:
    return f'"{text}"^^<{XSD}{name}>'


def _time(text: str) -> str:
    return _typed(text, "dateTime")


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (_typed("1", "integer"), _typed("1.0", "decimal"), 0),
        (_typed("1e0", "double"), _typed("2", "integer"), -1),
        (_typed("NaN", "double"), _typed("1", "integer"), None),
        (_typed("INF", "double"), _typed("1", "integer"), 1),
        (_typed("1" * 5_000, "integer"), _typed("2", "integer"), 1),
        ('"a"', '"b"', -1),
        ('"a"@fr', '"b"@fr', None),
        ('"1"', _typed("1", "integer"), None),
        (_typed("true", "boolean"), _typed("0", "boolean"), 1),
        (_typed("2026-01-31", "date"), _typed("2026-02-01", "date"), -1),
        (_typed("2026-01-31", "date"), _typed("2026-01-31Z", "date"), None),
        (_typed("2026-01-01", "date"), _typed("2026-01-31Z", "date"), -1),
        (_time("2026-01-31T10:00:00+02:00"), _time("2026-01-31T08:00:00Z"), 0),
        (_time("2026-01-31T24:00:00Z"), _time("2026-02-01T00:00:00Z"), 0),
        (_typed("x", "decimal"), _typed("1", "decimal"), None),
        ("<http://a>", "<http://b>", None),
    ],
)
def test_order(left: str, right: str, expected: int | None) -> None:
    assert compare(left, right) == expected
    assert compare(right, left) == (None if expected is None else -expected)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("2024-02-29", "date", True),
        ("2023-02-29", "date", False),
        ("31/01/2026", "date", False),
        ("2026-01-31T25:00:00", "dateTime", False),
        ("+1.", "decimal", True),
        ("1e3", "decimal", False),
        ("1,5", "decimal", False),
        ("256", "unsignedByte", False),
        ("-1", "nonNegativeInteger", False),
        ("oui", "boolean", False),
        ("1", "boolean", True),
        ("٣", "integer", False),
        ("1\n", "integer", False),
        ("anything", "anyURI", True),
    ],
)
def test_lexical_forms(text: str, name: str, expected: bool) -> None:
    assert is_well_formed(text, XSD + name) is expected


@pytest.mark.parametrize("text", ["", 'a"b', "a\\b", "é\n\t\r", "\U0001f600"])
def test_quoting_goes_back_and_forth(text: str) -> None:
    assert literal_parts(literal(text)) == (text, f"{XSD}string", "")
    assert ox.Literal(text).value == literal_parts(str(ox.Literal(text)))[0]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("^[0-9]{5}$", "75001", True),
        ("^[0-9]{5}$", "75001\n", False),
        ("[0-9]{5}", "x75001x", True),
        ("^a|b$", "ab", True),
        (r"^\$[.]$", "$.", True),
        ("^é+$", "éé", True),
    ],
)
def test_patterns(pattern: str, text: str, expected: bool) -> None:
    assert (linear_pattern(pattern).search(text) is not None) is expected


@pytest.mark.parametrize(
    "pattern",
    [r"(a+)+", r"(a*b?)*", r"(a|b+){2,}", r"(a+){3}", r"(a)\1", r"(?=a)", r"(?<!a)b", r"\p{L}",
     r"[a-z-[aeiou]]", r"a{2000}", r"(a", r"a)", r"\Aa", r"\bmot", r"*a"],
)  # fmt: skip
def test_patterns_that_could_be_slow_or_mean_two_things_are_refused(pattern: str) -> None:
    with pytest.raises(Refused):
        linear_pattern(pattern)


def test_flags() -> None:
    assert linear_pattern("^abc$", "i").search("ABC")
    with pytest.raises(Refused):
        linear_pattern("abc", "x")


@pytest.mark.slow
def test_no_text_makes_a_pattern_of_the_contract_slow() -> None:
    """Half a megabyte of what each pattern likes best, then a surprise."""
    patterns = {
        literal_parts(value)[0]
        for _, predicate, value in shapes_graph().triples()
        if predicate == f"<{SH}pattern>"
    }
    units: tuple[str, ...] = (
        "a",
        "0",
        "@",
        "a.",
        "@.",
        "<a",
        "</",
        "&",
        "&#1",
        "Mo",
        '"',
        'Mo"',
        " ",
        "1 ",
    )
    units += ("http://", "POINT(1", "CEDE", "Ã", "+33")
    for pattern in sorted(patterns):
        compiled = linear_pattern(pattern)
        for unit in units:
            start = time.process_time()
            compiled.search(unit * (500_000 // len(unit)) + "\x00")
            compiled.search("POINT(" + unit * (100_000 // len(unit)) + "\n")
            assert time.process_time() - start < 1, (pattern, unit)


PREFIXES = f"@prefix sh: <{SH}> . @prefix ex: <https://x.example/> . @prefix xsd: <{XSD}> .\n"


def _graph(text: str) -> Graph:
    return graph_of_triples(ox.parse((PREFIXES + text).encode(), format=ox.RdfFormat.TURTLE))


@pytest.mark.parametrize(
    "value",
    ["1.0", "1", "2.5", "4.0", "4", "1e0", "3e0", "'NaN'^^xsd:double", "'two'", "ex:a", "[]"],
)
def test_bounds_say_together_what_each_says_alone(value: str) -> None:
    """What is asked in one breath, in a property and within sh:or, gives the same verdicts."""
    low, high = "sh:minExclusive 1.0", "sh:maxInclusive 4.0"
    alone = _broken(f"sh:property [ sh:path ex:p ; {low} ] , [ sh:path ex:p ; {high} ]", value)
    assert _broken(f"sh:property [ sh:path ex:p ; {low} ; {high} ]", value) == alone
    either = f"sh:or ( [ sh:property [ sh:path ex:p ; {low} ; {high} ] ] )"
    assert _broken(either, value) == (["Or"] if alone else [])


def _broken(shape: str, value: str) -> list[str]:
    """Return the components that one value of ex:p breaks."""
    shapes = _graph(f"ex:s a sh:NodeShape ; sh:targetNode ex:x ; {shape} .")
    found = Engine(shapes, Hierarchy([])).check_graph(_graph(f"ex:x ex:p {value} ."))
    names = [one.spec.component.removeprefix(SH) for one in found]
    return sorted(name.removesuffix("ConstraintComponent") for name in names)


@pytest.mark.parametrize(
    ("shape", "named"),
    [
        ("sh:unheardOf 1", "sh:unheardOf"),
        ("sh:rule [ a sh:TripleRule ]", "sh:rule"),
        ("sh:js [ sh:jsLibrary ex:l ]", "sh:js"),
        ("sh:node ex:s", "a shape"),
        ("sh:property [ sh:nodeKind sh:IRI ]", "sh:property"),
        ("sh:property [ sh:path ex:p ; sh:minCount 1, 2 ]", "sh:minCount"),
        ("sh:property [ sh:path ex:p ; sh:minCount -1 ]", "a number"),
        ("sh:minCount 1", "sh:minCount"),
        ("sh:in ex:notAList", "a list"),
        ("sh:nodeKind sh:Anything", "sh:nodeKind"),
        ("sh:minInclusive ex:a", "a range"),
        ("sh:pattern '(a+)+'", "sh:pattern"),
        *(
            (f"sh:sparql [ sh:select 'SELECT $this WHERE {{ $this {body}' ]", "a SPARQL constraint")
            for body in (
                "?p ?o }",
                "<x:p> ?o . MINUS { $this <x:q> ?o } }",
                "<x:p> ?o . SERVICE <x:s> { ?o <x:q> 1 } }",
                "<x:p>* ?o }",
                "<x:p> ?o ; ?q ?r }",
                "<x:p> ?o . ?o !(<x:q>) ?r }",
                "<x:p> ?o ",
                "undeclared:p ?o }",
            )
        ),
        (
            "sh:or ( [ sh:sparql [ sh:select 'SELECT $this WHERE { $this <x:p> ?o }' ] ] )",
            "sh:sparql",
        ),
    ],
)  # fmt: skip
def test_what_the_compiler_does_not_know_it_refuses_by_name(shape: str, named: str) -> None:
    engine = Engine(_graph(f"ex:s a sh:NodeShape ; sh:targetClass ex:C ; {shape} ."), Hierarchy([]))
    assert [reason.what for reason in engine.refused.values()] == [named]


class _Recording:
    """Stands for the other engine: says of every record what it is told to say."""

    def __init__(self, answer: list[OracleResult] | None) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def ask(self, records: object, use: list[str]) -> list[list[OracleResult] | None]:
        self.asked = use
        return [self.answer]


@pytest.mark.parametrize("dies", [False, True])
def test_a_refused_shape_goes_to_the_other_engine_and_is_never_skipped(dies: bool) -> None:
    graph = _graph(
        'ex:s a sh:NodeShape ; sh:targetClass ex:C ; sh:unheardOf 1 ; sh:message "non"@fr ;'
        ' <http://purl.org/dc/terms/identifier> "X-1" .'
    )
    told = OracleResult(
        "<https://x.example/1>", None, f"<{SH}Warning>", f"<{SH}X>", "<https://x.example/s>", None
    )
    other = _Recording(None if dies else [told])
    engine = Engine(graph, Hierarchy([]), other)  # type: ignore[arg-type]  # same interface
    [checked] = engine.check([samples.good()])
    assert other.asked == ["https://x.example/s"]
    assert [result.spec.code for result in checked.results] == ["MED-X001" if dies else "X-1"]
    severity = "Violation" if dies else "Warning"
    assert checked.results[0].spec.severity == f"{SH}{severity}"


@pytest.mark.slow
def test_the_real_other_engine_takes_a_refused_shape(tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    text = (
        "ex:s a sh:NodeShape ; sh:targetClass <https://schema.org/Place> ;"
        " sh:property [ sh:path <https://schema.org/name> ; sh:pattern '(z+)+$' ] ."
    )
    file.write_text(PREFIXES + text, encoding="utf-8")
    engine = Engine(_graph(text), Hierarchy([]), Oracle((file,), ()))
    assert engine.refused
    [checked] = engine.check([samples.good()])
    assert [result.value for result in checked.results] == ['"La Friche"@fr']


def test_the_background_knows_the_classes_of_the_vocabulary() -> None:
    hierarchy = Hierarchy(class_pairs())
    above = hierarchy.above(["<https://w3id.org/mediation-numerique/ns#Pole>"])
    assert "<https://w3id.org/mediation-numerique/ns#Organization>" in above
    assert "<http://www.w3.org/ns/org#Organization>" in above
    below = hierarchy.below("<https://schema.org/Person>")
    assert "<https://w3id.org/mediation-numerique/ns#Person>" in below


@pytest.mark.parametrize(
    ("query", "own"),
    [
        ("$this ?value WHERE { $this <x:p> ?value . FILTER (?value > (1 + 2)) }", ("<x:p>",)),
        ("$this WHERE { $this <x:p> ?a . $this <x:q> ?b . BIND (?a AS ?c) }", ("<x:p>", "<x:q>")),
        ("$this WHERE { $this <x:p> ?a . ?a <x:q> ?b }", ()),
        ("$this WHERE { $this <x:p> ?a . FILTER (?a > 1) ?a <x:q> ?b . FILTER (?b > 1) }", ()),
        ("$this WHERE { $this <x:p> ?a . FILTER NOT EXISTS { ?a <x:q> ?b } }", ()),
        ("$this WHERE { $this <x:p> ?a . FILTER (STR(?this) = ?a) }", ()),
        ("$this (STR($this) AS ?value) WHERE { $this <x:p> ?a . }", ()),
        ("$this WHERE { $this <x:p> ?a . FILTER (RAND() > 0.5) }", ()),
        ("$this (SUM(?a) AS ?value) WHERE { $this <x:p> ?a . } GROUP BY $this", ()),
    ],
)
def test_answers_are_shared_only_where_own_values_decide(query: str, own: tuple[str, ...]) -> None:
    shapes = _graph(f'<urn:constraint> sh:select "SELECT {query}" .')
    assert read_query(shapes, "<urn:constraint>").own == own
