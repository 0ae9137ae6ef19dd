"""The parsing child against the W3C tests of the RDF formats."""

from collections import Counter

from harvester.errors import DocumentError
from harvester.parsing import Parser
from tests.harvester.parsing.rdf_suite import documents

HOLDS_NUL = {  # allowed by the grammars; refused in every document (MED-H225), few stores keep it
    "ntriples/positive/literal_ascii_boundaries.nt",
    "nquads/positive/literal_ascii_boundaries.nq",
    *(
        f"{syntax}/positive/{name}.{suffix}"
        for syntax, suffix in (("turtle", "ttl"), ("trig", "trig"))
        for name in (
            "LITERAL1_all_controls",
            "LITERAL1_ascii_boundaries",
            "LITERAL2_ascii_boundaries",
            "LITERAL_LONG1_ascii_boundaries",
            "LITERAL_LONG2_ascii_boundaries",
        )
    ),
}


def test_every_negative_is_refused_and_every_positive_accepted() -> None:
    accepted: Counter[bool] = Counter()
    refused: dict[str, str] = {}
    invalid: set[str] = set()
    with Parser() as parser:
        for document in documents():
            invalid |= set() if document.is_valid else {document.name}
            try:
                parser.parse(document.url, document.media_type, document.data)
            except DocumentError as error:
                refused[document.name] = error.code
            else:
                accepted[document.is_valid] += 1
    assert (len(invalid), accepted) == (284, {True: 645})
    assert {name for name in refused if name not in invalid} == HOLDS_NUL
    assert {refused[name] for name in HOLDS_NUL} == {"MED-H225"}
    assert {refused[name] for name in invalid} == {"MED-H200"}
