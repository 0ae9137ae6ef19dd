"""Characters that no XML document can hold, in literals: a blank stands where they stood.

XML 1.0 (production 2) leaves out U+0000 to U+001F but for tab and line ends, U+FFFE and U+FFFF.
One of them in a record would break every answer in SPARQL XML, RDF/XML or Atom that meets it.
Canonical N-Triples writes each of them as an escape, which is what is looked for here.
"""

import re

from harvester.clean.records.statements import Statement

MARKS = (b"\\u", b"\\b", b"\\f")
_ESCAPES = r"\\(?:u(?:00(?:0[0-8BCEF]|1[0-9A-F])|FFF[EF])|[bf])"
_FOUND = re.compile(rf"(?<!\\)(?:\\\\)*+({_ESCAPES})")
_RUN = re.compile(rf"((?<!\\)(?:\\\\)*+) *(?:{_ESCAPES} *)+")
_NAMES = {r"\b": "U+0008", r"\f": "U+000C"}


def forbidden(text: str) -> list[str]:
    """Return the names of such characters in an escaped text, each once: ``U+0000``."""
    found = dict.fromkeys(each.group(1) for each in _FOUND.finditer(text))
    return [_NAMES.get(escape) or f"U+{escape[2:]}" for escape in found]


def with_blanks(statement: Statement) -> Statement:
    r"""Return a statement with one blank for each run of such characters in its literal.

    >>> with_blanks(Statement("urn:s", "urn:p", r'"a \u0000 b\u000Bc\b"@fr')).value
    '"a b c"@fr'
    """
    if not statement.is_literal:
        return statement
    end = statement.value[statement.value.rindex('"') :]
    text = _RUN.sub(r"\1 ", statement.text)
    if text == statement.text:
        return statement
    return Statement(statement.subject, statement.predicate, f'"{text.strip(" ")}{end}')
