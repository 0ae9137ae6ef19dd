"""Where a query cannot be read any further, and why, in words that people understand.

The engine lists every sign of the grammar that could stand there: that helps nobody who does not
know the grammar. What it says in words is kept; else the place is shown.
"""

import re
from collections.abc import Sequence

from registry.store.errors import QueryRefusedError
from registry.store.queries import Insertion
from vocab.messages import Message

_SPACES = 2
"""Around what is inserted: see :func:`registry.store.queries.with_insertions`."""
_SHOWN = 30
"""Characters of the query that are shown from where it cannot be read."""
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_WORD_BEGUN = re.compile(r"\w*\Z")
_REASONS = {
    "Prefix not found": Message(
        "line {line}, column {column}: a prefix used before this place is not declared; add its "
        "PREFIX line at the top of the query"
    ),
    "variable that is unbound": Message(
        "the SELECT names a variable that the query does not give, or gives two columns one name: "
        "see its first line"
    ),
    "IRI parsing failed": Message(
        "line {line}, column {column}: the text between < and > before this place is no absolute "
        "IRI"
    ),
}
"""What the engine says in words, and what that means to who wrote the query."""
_TOO_SHORT = Message(
    "line {line}, column {column}: the query ends too early; something is missing, such as a "
    "closing bracket or quotation mark"
)
_UNREADABLE = Message(
    "line {line}, column {column}: the query cannot be read from “{rest}” on; look at what stands "
    "just before"
)


def syntax_error(
    query: str, reason: str, insertions: Sequence[Insertion] = ()
) -> QueryRefusedError:
    """Return the refusal of a query.

    Args:
        query: its text.
        reason: what the engine says; ``error at LINE:COLUMN: expected …``, both from 1.
        insertions: what the engine read besides, and the client did not write.
    """
    found = _PLACE.match(reason)
    if found is None:
        return QueryRefusedError("the query cannot be answered: {message}", message=reason)
    line = int(found[1])
    column = _column(query, line, int(found[2]), insertions)
    rest = _rest(query, line, column)
    meant = next((meant for said, meant in _REASONS.items() if said in found[3]), None)
    sentence = meant or (_UNREADABLE if rest else _TOO_SHORT)
    return QueryRefusedError(sentence.template, line=line, column=column, rest=rest)


def _column(query: str, line: int, column: int, insertions: Sequence[Insertion]) -> int:
    """Return the column in what the client wrote for one in what the engine read."""
    for start, text in sorted(insertions):
        if query.count("\n", 0, start) + 1 == line:
            before = start - query.rfind("\n", 0, start) - 1
            if column > before:
                column = max(before + 1, column - len(text) - _SPACES)
    return column


def _rest(query: str, line: int, column: int) -> str:
    """Return what stands from a place on, as far as it helps to find it."""
    lines = query.splitlines()
    text = lines[line - 1] if line <= len(lines) else ""
    begun = _WORD_BEGUN.search(text[: column - 1])  # a word is shown whole
    here = text[begun.start() if begun else 0 :].strip() if text[column - 1 :].strip() else ""
    after = " ".join(" ".join(lines[line:]).split())
    rest = here or after
    return rest if len(rest) <= _SHOWN else f"{rest[:_SHOWN]}…"
