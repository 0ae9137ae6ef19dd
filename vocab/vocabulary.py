"""The whole vocabulary as one document, for stores and files."""

from functools import lru_cache
from importlib import resources

import pyoxigraph as ox

from vocab.records import line_of
from vocab.schemes import schemes
from vocab.skos import field_lines, scheme_lines


@lru_cache(maxsize=1)
def vocabulary_ntriples() -> str:
    """Return ontology, lists and crosswalk of the national fields as one canonical document."""
    parsed = ox.parse(ontology_turtle(), format=ox.RdfFormat.TURTLE)
    lines = {line_of(quad.triple) for quad in parsed}
    lines.update(field_lines())
    for scheme in schemes():
        lines.update(scheme_lines(scheme.slug))
    return "".join(f"{line}\n" for line in sorted(lines))


def ontology_turtle() -> str:
    """Return the ontology as it is written, without the lists."""
    return resources.files("vocab").joinpath("ontology.ttl").read_text(encoding="utf-8")
