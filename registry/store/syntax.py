"""Where a query cannot be read any further, and why, in words that people understand.

The engine lists every sign of the grammar that could stand there: that helps nobody who does not
know the grammar. What it says in words is kept; else the place is shown.
"""

import re

from registry.store.errors import QueryRefusedError

_SHOWN = 30
"""Characters of the query that are shown from where it cannot be read."""
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)

_WORD_BEGUN = re.compile(r"\w*\Z")


def syntax_error(query: str, reason: str) -> QueryRefusedError:
    """Return the refusal of a query.

    Args:
        query: its text.
        reason: what the engine says; ``error at LINE:COLUMN: expected …``, both from 1.
    """
    found = _PLACE.match(reason)
    if found is None:
        return QueryRefusedError("the query cannot be answered: {message}", message=reason)
    line, column = int(found[1]), int(found[2])
    place = {"line": line, "column": column}
    if "Prefix not found" in found[3]:
        return QueryRefusedError(
            "line {line}, column {column}: a prefix used before this place is not declared; add "
            "its PREFIX line at the top of the query",
            **place,
        )
    if "variable that is unbound" in found[3]:
        return QueryRefusedError(
            "the SELECT names a variable that the query does not give, or gives two columns one "
            "name: see its first line"
        )
    if "IRI parsing failed" in found[3]:
        return QueryRefusedError(
            "line {line}, column {column}: the text between < and > before this place is no "
            "absolute IRI",
            **place,
        )
    rest = _rest(query, line, column)
    if not rest:
        return QueryRefusedError(
            "line {line}, column {column}: the query ends too early; something is missing, such "
            "as a closing bracket or quotation mark",
            **place,
        )
    return QueryRefusedError(
        "line {line}, column {column}: the query cannot be read from “{rest}” on; look at what "
        "stands just before",
        rest=rest,
        **place,
    )


def _rest(query: str, line: int, column: int) -> str:
    """Return what stands from a place on, as far as it helps to find it."""
    lines = query.splitlines()
    text = lines[line - 1] if line <= len(lines) else ""
    begun = _WORD_BEGUN.search(text[: column - 1])  # a word is shown whole
    here = text[begun.start() if begun else 0 :].strip() if text[column - 1 :].strip() else ""
    after = " ".join(" ".join(lines[line:]).split())
    rest = here or after
    return rest if len(rest) <= _SHOWN else f"{rest[:_SHOWN]}…"
