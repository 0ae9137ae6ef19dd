"""SPARQL texts made to cost: in the look before the parser, then at the endpoint."""

import contextlib
import time

import pytest

from registry.store import tokens
from registry.store.errors import QueryError
from registry.store.queries import Limits

LIMITS = Limits()
SLOWEST_S = 0.5

# Each made an earlier pattern read the rest of the text again from every place.
PATTERNS = {
    "escaped quotes that nothing closes": '"\\',
    "escaped quotes in long strings": '"""\\"""\\',
    "escaped apostrophes": "'\\",
    "dots and hyphens without a colon": ".-",
    "names with dots without a colon": "a.",
    "hyphens and colons": "a-:",
    "comparisons that might be addresses": "<a",
    "escapes in comparisons": "<\\u0061",
    "quotes hidden in escapes": "\\u0022\\\\",
    "half percent signs": ":%",
    "comments": "#\n",
    "all kinds of quotes": "'''\"\"\"",
}


@pytest.mark.parametrize("name", PATTERNS)
def test_looking_at_a_query_costs_no_more_than_its_length(name: str) -> None:
    text = (PATTERNS[name] * LIMITS.query_bytes)[: LIMITS.query_bytes // 2]
    started = time.process_time()
    with contextlib.suppress(QueryError):
        tokens.check(text, LIMITS)
    assert time.process_time() - started < SLOWEST_S


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'never closed } SERVICE <http://127.0.0.1/> {}",
        'SELECT * { ?s ?p """x" } SERVICE <http://127.0.0.1/> {}',
        "SELECT * { ?s ?p '" + "{" * 100,
    ],
)
def test_after_an_open_quote_nothing_hides(text: str) -> None:
    with pytest.raises(QueryError):
        tokens.check(text, LIMITS)
