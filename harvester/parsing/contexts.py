"""The JSON-LD contexts that a document may name: those of the shared vocabulary, kept locally."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from vocab.namespaces import MED_ONTOLOGY

_OURS = "context.jsonld"
_ADDRESSES = (
    f"{MED_ONTOLOGY.removesuffix('/ns')}/context.jsonld",
    f"{MED_ONTOLOGY.removesuffix('/ns')}/context",
    f"{MED_ONTOLOGY}/context.jsonld",
)


@cache
def local() -> dict[str, Any]:
    """Return the content of every allowed context by its address."""
    place = files("vocab").joinpath(_OURS)
    if not place.is_file():
        return {}
    context = json.loads(place.read_text("utf-8"))["@context"]
    return dict.fromkeys(_ADDRESSES, context)
