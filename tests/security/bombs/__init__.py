"""Structured bombs, by subject: what a hostile server answers, and the error that must follow."""

from tests.security.bombs.bomb import Bomb
from tests.security.bombs.compression import COMPRESSION
from tests.security.bombs.documents import DOCUMENTS
from tests.security.bombs.entities import ENTITIES
from tests.security.bombs.graphs import GRAPHS
from tests.security.bombs.http import HTTP
from tests.security.bombs.nesting import NESTING
from tests.security.bombs.pages import PAGES
from tests.security.bombs.streams import STREAMS
from tests.security.bombs.tables import TABLES
from tests.security.bombs.terms import TERMS

SUBJECTS: dict[str, dict[str, Bomb]] = {
    "pages": PAGES,
    "streams": STREAMS,
    "http": HTTP,
    "nesting": NESTING,
    "entities": ENTITIES,
    "compression": COMPRESSION,
    "documents": DOCUMENTS,
    "terms": TERMS,
    "graphs": GRAPHS,
    "tables": TABLES,
}
BOMBS: dict[str, Bomb] = {
    f"{subject}: {name}": bomb
    for subject, bombs in SUBJECTS.items()
    for name, bomb in bombs.items()
}
