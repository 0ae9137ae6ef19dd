"""The JSON-LD context: its words for properties, made from the ontology and the table.

Prefixes, classes and what properties of other vocabularies are called are written by hand in
``context.jsonld``; a property that has no word there gets its own name.
"""

import json
from importlib import resources
from typing import Any

from vocab.namespaces import MED, RDF, XSD, short
from vocab.properties import PROPERTIES
from vocab.terms import Term, terms

FILE = "context.jsonld"
_DATATYPES = {
    "text": RDF + "langString",
    "date": XSD + "date",
    "boolean": XSD + "boolean",
    **dict.fromkeys(("decimal", "number", "share"), XSD + "decimal"),
    **dict.fromkeys(("concept", "shares", "commune", "web", "iri"), ""),
}


def context_text() -> str:
    """Return ``context.jsonld`` with a word for each property, typed as its range says."""
    written = json.loads(resources.files("vocab").joinpath(FILE).read_text(encoding="utf-8"))
    words = {
        word: entry for word, entry in written["@context"].items() if not _is_ours(word, entry)
    }
    named = {_iri(entry) for entry in words.values()}
    words |= {
        said.name: _entry(short(said.property), _DATATYPES.get(said.kind, XSD + "string"))
        for said in PROPERTIES
        if not said.property.startswith(MED) and short(said.property) not in named
    }
    words |= {term.name: _entry(f"med:{term.name}", _datatype(term)) for term in terms()
              if term.kind == "property"}  # fmt: skip
    lines = ",\n".join(
        f"    {json.dumps(word)}: {json.dumps(said)}" for word, said in words.items()
    )
    return f'{{\n  "@context": {{\n{lines}\n  }}\n}}\n'


def _is_ours(word: str, entry: Any) -> bool:
    """Whether a word stands for a property of ours, not for a class."""
    return _iri(entry).startswith("med:") and not word[0].isupper()


def _iri(entry: Any) -> str:
    return str(entry["@id"] if isinstance(entry, dict) else entry)


def _datatype(term: Term) -> str:
    return next((iri for iri in term.range if iri.startswith((XSD, RDF))), "")


def _entry(iri: str, datatype: str) -> str | dict[str, str]:
    if not datatype:
        return {"@id": iri, "@type": "@id"}
    if datatype == XSD + "string":
        return iri
    if datatype == RDF + "langString":
        return {"@id": iri, "@language": "fr"}
    return {"@id": iri, "@type": short(datatype)}
