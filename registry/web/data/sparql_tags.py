"""Entity tags of answers to queries: who has an answer learns without a query that it still holds.

A tag is made of what was asked, the format, and the state of the store: it is known before any
process answers, and as strong as the answer is repeatable (RFC 9110, section 8.8.3).
"""

from dataclasses import dataclass

from flask import Response, request

from registry.blocks.reading import read_blocks, without_blocks
from registry.store import formats
from registry.store.errors import QueryUnavailableError
from registry.store.kept import digest, is_repeatable
from registry.store.tokens import check
from registry.web.answer.coding import CODINGS, coded_tag
from registry.web.site.node import absolute, current_node


@dataclass(frozen=True, slots=True)
class QueryOperation:
    """A query operation: section 2.1 of the protocol, by GET or POST."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


def query_tag(operation: QueryOperation, accept: str | None, name: str | None) -> str:
    """Return the tag of the answer to a query, without its coding; empty where there is none.

    Args:
        operation: what is asked.
        accept: the header of that name.
        name: format that a parameter names.

    Raises:
        QueryError: the query is refused, or no format fits.
    """
    blocks = read_blocks(operation.query)
    # Words such as « ce soir » ask for something else each minute.
    if any(block.kind.ages for block in blocks) or not is_repeatable(operation.query):
        return ""
    node = current_node()
    form = check(without_blocks(operation.query, blocks), node.queries.limits)
    media_type, _ = formats.choose(form, accept, name)
    try:
        state = node.queries.state()
    except QueryUnavailableError:
        return ""
    asked = (
        operation.query, *operation.default_graphs, "", *operation.named_graphs, media_type,
        absolute("/sparql"),
    )  # fmt: skip
    return digest(state, *asked) if state else ""


def known_tag(tag: str) -> str:
    """Return the tag, with its coding, by which the client has the answer; empty if it has not."""
    given = request.if_none_match
    # « * » names no answer: whether there is one shows when the query has run.
    if not tag or given.star_tag or request.method not in ("GET", "HEAD"):
        return ""
    tags = (tag, *(coded_tag(tag, coding) for coding in CODINGS))
    return next(filter(given.contains, tags), "")


def tagged(response: Response, tag: str) -> Response:
    """Give an answer its tag; it is asked for again each time, as data changes at any moment."""
    if tag:
        response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    return response
