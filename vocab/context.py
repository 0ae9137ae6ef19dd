"""The JSON-LD context: its words for properties of ours, made from the ontology.

Prefixes, classes and the words for other vocabularies are written by hand in ``context.jsonld``.
"""

import json
from importlib import resources
from typing import Any

from vocab.namespaces import RDF, XSD, short
from vocab.terms import Term, terms


def context_text() -> str:
    """Return ``context.jsonld`` with a word for each property of ours, typed as its range says."""
    text = resources.files("vocab").joinpath("context.jsonld").read_text(encoding="utf-8")
    written = json.loads(text)["@context"].items()
    words = {word: entry for word, entry in written if not _is_property_of_ours(word, entry)}
    words |= {term.name: _entry(term) for term in terms() if term.kind == "property"}
    lines = (f"    {json.dumps(word)}: {json.dumps(entry)}" for word, entry in words.items())
    return '{\n  "@context": {\n' + ",\n".join(lines) + "\n  }\n}\n"


def _is_property_of_ours(word: str, entry: Any) -> bool:
    iri = str(entry["@id"] if isinstance(entry, dict) else entry)
    return iri.startswith("med:") and not word[0].isupper()


def _entry(term: Term) -> str | dict[str, str]:
    iri = f"med:{term.name}"
    datatype = next((each for each in term.range if each.startswith((XSD, RDF))), "")
    if datatype == XSD + "string":
        return iri
    if datatype == RDF + "langString":
        return {"@id": iri, "@language": "fr"}
    return {"@id": iri, "@type": short(datatype) if datatype else "@id"}
