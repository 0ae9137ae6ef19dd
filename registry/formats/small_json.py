"""JSON of strangers that is small by contract: an object, never deeper than it may be."""

import json
from typing import Any

from vocab.errors import UsageError

MAX_DEPTH = 16


def small_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object that bytes hold; whoever calls has bounded how many there are.

    Raises:
        UsageError: no JSON in UTF-8, no object, or too deep; says which.
    """
    try:
        text = body.decode("utf-8")
        if _depth(text) > MAX_DEPTH:
            raise UsageError("The JSON has more than {limit} levels.", limit=MAX_DEPTH)
        document = json.loads(text)
    except ValueError as error:
        raise UsageError("The body is not JSON in UTF-8.") from error
    if isinstance(document, list) and len(document) == 1:
        document = document[0]  # JSON-LD in its array form
    if not isinstance(document, dict):
        raise UsageError("The body must be a JSON object.")
    return document


def _depth(text: str) -> int:
    """How deep brackets nest, those of strings left out; measured before anything recurses."""
    deepest = depth = 0
    quoted = escaped = False
    for char in text:
        if quoted:
            quoted = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            quoted = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest
