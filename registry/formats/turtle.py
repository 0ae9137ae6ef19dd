"""Turtle of records, straight from their canonical lines.

Written here and not by a library for two reasons: pages of the feed must keep their bytes whatever
version of a library wrote them, and lines that are already sorted need no parser to be grouped.
Every term of N-Triples is a term of Turtle as it stands, so only names are shortened.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from vocab.namespaces import PREFIXES, RDF
from vocab.ntriples import split_statements
from vocab.records import Record

_NAMES = {namespace: name for name, namespace in PREFIXES.items()}
# The part of Turtle's PN_LOCAL that needs no escape.
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*\Z")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_TYPE = f"<{RDF}type>"


def header(prefixes: Iterable[str] = PREFIXES) -> str:
    """Return the declarations of some of our prefixes, by name."""
    return "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in sorted(prefixes))


def turtle(record: Record) -> bytes:
    """Return a record as a Turtle document that declares what it uses, the subject itself first."""
    body = record.body
    used = [name for name, namespace in PREFIXES.items() if f"<{namespace}" in body]
    return (header(used) + turtle_body(record)).encode()


def turtle_body(record: Record) -> str:
    """Return a record as Turtle below :func:`header`, to stand in a larger document or a graph."""
    return "".join(_pieces(record))


def in_ascii(document: str) -> str:
    r"""Write what is not ASCII in a document of ours as escapes (Turtle 1.1, section 6.4).

    Escapes may stand in IRIs and in literals, and nothing else that we write leaves ASCII: prefixes
    and local names are plain.

    >>> in_ascii('"médiation 🎈"')
    '"m\\u00E9diation \\U0001F388"'
    """
    return document if document.isascii() else _NOT_ASCII.sub(_escaped, document)


@lru_cache(maxsize=16_384)
def shortened(iri: str) -> str | None:
    """Return an IRI as ``prefix:name``, or None when no prefix of ours fits it."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    name = _NAMES.get(iri[:cut])
    return f"{name}:{iri[cut:]}" if name and _LOCAL.match(iri, cut) else None


def _escaped(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _pieces(record: Record) -> Iterator[str]:
    last_subject = last_predicate = ""
    for subject, predicate, value in split_statements(_own_first(record)):
        if subject != last_subject:
            start = " .\n" if last_subject else ""
            yield f"{start}{subject} {_predicate(predicate)} {_object(value)}"
        elif predicate != last_predicate:
            yield f" ;\n\t{_predicate(predicate)} {_object(value)}"
        else:
            yield f" , {_object(value)}"
        last_subject, last_predicate = subject, predicate
    if last_subject:
        yield " .\n"


def _own_first(record: Record) -> Iterator[str]:
    own = f"<{record.iri}> "
    yield from (line for line in record.lines if line.startswith(own))
    yield from (line for line in record.lines if not line.startswith(own))


@lru_cache(maxsize=1_024)
def _predicate(term: str) -> str:
    return "a" if term == _TYPE else _node(term)


def _object(term: str) -> str:
    if term[0] == "<":
        return _node(term)
    if term[-1] == ">":
        text, mark, datatype = term.rpartition("^^")
        return f"{text}{mark}{_node(datatype)}"
    return term


@lru_cache(maxsize=16_384)
def _node(term: str) -> str:
    return shortened(term[1:-1]) or term
