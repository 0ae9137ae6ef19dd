"""Blank nodes become IRIs below their record, named by their content.

A blank node has no name that two documents share, so nothing could be compared across harvests.
Here it becomes ``<record>#b-<hash of its own statements>``: the same content gives the same IRI,
whatever the labels and the order. This works for nodes that hang below a record without a loop, as
those of people's making do; what annotates a statement of a record (RDF 1.2) hangs below it too.
Anything else would call for graph canonicalisation, whose cost a publisher could choose (RDF
Dataset Canonicalization, section 7.1, "Dataset Poisoning").

Works on N-Quads statements of one graph, as bytes; knows nothing of files or of the network.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

_OBJECT_NODE = re.compile(rb' (_:[^\s"]+) \.$')
_TERM_START = b" <<( "
_TERM_END = b" )>> ."
_TERM_SUBJECT = re.compile(rb" <<\( (<[^>]*>|_:\S+) ")
_TERM_NODE = re.compile(rb'"(?:[^"\\]|\\.)*"|<[^<>]*>|(_:[^\s"<>]+)')
_PAGING = b" <http://www.w3.org/ns/hydra/core#"
_HASH_LENGTH = 20
BLANK_NODE = "#b-"
"""In what a blank node became: its IRI names no document."""
_BELOW = BLANK_NODE.encode()


@dataclass(frozen=True, slots=True)
class Skolemised:
    """Statements without blank nodes, and what could not be helped.

    Attributes:
        lines: statements; those of a tangled record are among them, under ``#b-tangled-…`` names.
        tangled: IRIs of records with a loop of blank nodes, or a node shared with another record.
        unattached: statements that hang from no record, left out.
    """

    lines: list[bytes]
    tangled: frozenset[str]
    unattached: int


def skolemise(lines: Iterable[bytes], document: bytes = b"") -> Skolemised:
    """Replace the blank nodes of one graph.

    Args:
        lines: its statements.
        document: IRI of the document: what a node says of its pages hangs from that.

    >>> done = skolemise([b'<urn:p> <urn:geo> _:x .', b'_:x <urn:lat> "1" .'])
    >>> len(done.lines), done.unattached
    (2, 0)
    """
    plain: list[bytes] = []
    roots: list[tuple[bytes, bytes, bytes]] = []
    bodies: dict[bytes, list[bytes]] = defaultdict(list)
    for line in lines:
        subject = line[: line.index(b" ")]
        target = _OBJECT_NODE.search(line)
        if subject.startswith(b"_:"):
            bodies[subject].append(line)
        elif target:
            roots.append((subject, line, target.group(1)))
        else:
            plain.append(line)
    hashes, looping = _content_hashes(bodies)
    return _attach(plain, roots, bodies, _Names(hashes, looping), document)


def _links(body: Iterable[bytes]) -> list[bytes]:
    return [found.group(1) for line in body if (found := _OBJECT_NODE.search(line))]


def _content_hashes(
    bodies: Mapping[bytes, list[bytes]],
) -> tuple[dict[bytes, bytes], set[bytes]]:
    """Hash every node after the nodes it points to (Kahn's order); what remains is in a loop."""
    needs = {node: set(_links(body)) & bodies.keys() for node, body in bodies.items()}
    users: dict[bytes, list[bytes]] = defaultdict(list)
    for node, links in needs.items():
        for link in links:
            users[link].append(node)
    ready = [node for node, links in needs.items() if not links]
    hashes: dict[bytes, bytes] = {}
    while ready:
        node = ready.pop()
        hashes[node] = _hash(node, bodies[node], hashes)
        for user in users[node]:
            needs[user].discard(node)
            if not needs[user]:
                ready.append(user)
    return hashes, bodies.keys() - hashes.keys()


def _hash(node: bytes, body: Iterable[bytes], hashes: Mapping[bytes, bytes]) -> bytes:
    def own(line: bytes) -> bytes:
        rest = _renamed(line[len(node) :], lambda _: b"_:")
        found = _OBJECT_NODE.search(rest)
        if found is None:
            return rest
        return rest[: found.start(1)] + b"_:" + hashes.get(found.group(1), _EMPTY) + b" ."

    text = b"\n".join(sorted({own(line) for line in body}))
    return hashlib.sha256(text).hexdigest()[:_HASH_LENGTH].encode()


def _renamed(line: bytes, name: Callable[[bytes], bytes]) -> bytes:
    """Rename the blank nodes inside the triple term that ends a statement, if one does."""
    if not line.endswith(_TERM_END):
        return line
    head, start, term = line.partition(_TERM_START)

    def own(found: re.Match[bytes]) -> bytes:
        return name(found.group(1)) if found.group(1) else found.group(0)

    return head + start + _TERM_NODE.sub(own, term)


_EMPTY = hashlib.sha256(b"").hexdigest()[:_HASH_LENGTH].encode()


@dataclass(frozen=True, slots=True)
class _Names:
    """What each blank node will be called below its record."""

    hashes: Mapping[bytes, bytes]
    looping: set[bytes]

    def of(self, record: bytes, node: bytes) -> bytes:
        content = self.hashes.get(node, _EMPTY)
        if node in self.looping:
            content = b"tangled-" + hashlib.sha256(node).hexdigest()[:_HASH_LENGTH].encode()
        return b"<" + record + _BELOW + content + b">"

    def in_line(self, line: bytes, record: bytes) -> bytes:
        """Rename the object of a statement, and its subject when that is a blank node too."""
        line = _renamed(line, lambda node: self.of(record, node))
        found = _OBJECT_NODE.search(line)
        if found:
            line = line[: found.start(1)] + self.of(record, found.group(1)) + b" ."
        if line.startswith(b"_:"):
            subject, _, rest = line.partition(b" ")
            line = self.of(record, subject) + b" " + rest
        return line


def _attach(
    plain: list[bytes],
    roots: Iterable[tuple[bytes, bytes, bytes]],
    bodies: Mapping[bytes, list[bytes]],
    names: _Names,
    document: bytes,
) -> Skolemised:
    owner: dict[bytes, bytes] = {}
    tangled: set[bytes] = set()
    plain = [names.in_line(line, _record_of(line[: line.index(b" ")])) for line in plain]
    for subject, line, node in roots:
        record = _record_of(subject)
        plain.append(names.in_line(line, record))
        tangled |= _claim(record, node, owner, bodies, names.looping)
    for node, body in bodies.items():
        about = None if node in owner else _about(body, owner) or _paging(body, document)
        if about is not None:
            tangled |= _claim(about, node, owner, bodies, names.looping)
    for node, record in owner.items():
        plain.extend(names.in_line(line, record) for line in bodies.get(node, ()))
    unattached = sum(len(body) for node, body in bodies.items() if node not in owner)
    return Skolemised(plain, frozenset(record.decode() for record in tangled), unattached)


def _record_of(subject: bytes) -> bytes:
    return subject[1:-1].partition(b"#")[0]


def _about(body: Iterable[bytes], owner: Mapping[bytes, bytes]) -> bytes | None:
    """Return the record of the statement that a node annotates (``rdf:reifies``), if it does."""
    for line in body:
        found = _TERM_SUBJECT.search(line) if line.endswith(_TERM_END) else None
        if found is not None:
            subject = found.group(1)
            return owner.get(subject) if subject.startswith(b"_:") else _record_of(subject)
    return None


def _paging(body: Iterable[bytes], document: bytes) -> bytes | None:
    """Return the document of a node that says which pages there are, as catalogues write it."""
    return document if document and any(_PAGING in line for line in body) else None


def _claim(
    record: bytes,
    node: bytes,
    owner: dict[bytes, bytes],
    bodies: Mapping[bytes, list[bytes]],
    looping: set[bytes],
) -> set[bytes]:
    """Return a node and all below it to a record; name the records tangled by that."""
    tangled: set[bytes] = set()
    todo = [node]
    while todo:
        current = todo.pop()
        holder = owner.get(current)
        if current in looping:
            tangled.add(record)
        if holder is None:
            owner[current] = record
            todo.extend(_links(bodies.get(current, ())))
        elif holder != record:
            tangled |= {holder, record}
    return tangled
