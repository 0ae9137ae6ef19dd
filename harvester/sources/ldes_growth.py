"""Pages that only grew: what was read of them is not read again.

A page that can still change is often written by adding to its end. Where the first bytes of a page
are, by their hash, the whole document that an earlier visit read, that document was complete by
itself (Turtle and TriG are sequences of statements and blocks), and the rest says the same alone
as behind it, under the prefixes and the base that stood at its end.
"""

import hashlib
from collections.abc import Iterable

from harvester.sources.ldes_events import Event
from harvester.sources.ldes_page import StreamPage
from harvester.sources.ldes_state import PageState
from vocab.namespaces import LDES, TREE

_MEMBERSHIP = frozenset({f"{TREE}member", f"{LDES}immutable"})


def rest_of(old: PageState, body: bytes) -> bytes | None:
    """Return what was added to a page, as a document of its own; None when all must be read.

    A comment may lack its end where an earlier document ended without a line end, and labels of
    blank nodes may name those of the part before.
    """
    size = old.size
    if old.prologue is None or not 0 < size < len(body) or body[size - 1 : size] != b"\n":
        return None
    if hashlib.sha256(body[:size]).hexdigest() != old.digest:
        return None
    rest = body[size:]
    return None if b"_:" in rest else old.prologue.encode() + rest


def is_self_contained(page: StreamPage, events: Iterable[Event]) -> bool:
    """Whether an addition is members, each whole and with a graph of its own, and no more.

    Links, descriptions of the stream and triples outside of graphs may go on with what stood on
    the page before.
    """
    members = set(page.members)
    self_contained = all(
        name in members or facts.keys() <= _MEMBERSHIP for name, facts in page.facts.items()
    )
    return self_contained and all(one.body is None or one.member in page.graphs for one in events)
