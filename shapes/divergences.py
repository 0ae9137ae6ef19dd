"""Where pySHACL and the compiler differ, and which words of the specification settle it.

Each entry was met by comparing; docs/validation.md lists them with an example.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shapes.contract import shapes_graph
from shapes.terms import compare, order_key
from vocab.namespaces import SH
from vocab.ntriples import is_literal, literal_parts

Key = tuple[str, str, str, str, str]
"""Focus, value, severity, component and shape of a result."""

_RANGES = {
    "MinInclusive": "minInclusive",
    "MinExclusive": "minExclusive",
    "MaxInclusive": "maxInclusive",
    "MaxExclusive": "maxExclusive",
}


@dataclass(frozen=True, slots=True)
class Divergence:
    """A known difference: a result that the compiler gives and pySHACL does not.

    Attributes:
        code: short name.
        applies: says whether a result is of this kind.
        text: the words of the specification that settle it, and where they stand.
    """

    code: str
    applies: Callable[[Key], bool]
    text: str


def _component(key: Key) -> str:
    return key[3].removeprefix(f"<{SH}").removesuffix("ConstraintComponent>")


def _ends_in_line_feed(key: Key) -> bool:
    _, value, *_ = key
    is_text = is_literal(value) if value else False
    return _component(key) == "Pattern" and is_text and literal_parts(value)[0].endswith("\n")


def _has_no_order(key: Key) -> bool:
    """Whether the value of a range constraint cannot be compared with its limit at all."""
    _, value, _, _, shape = key
    name = _component(key)
    if name in ("LessThan", "LessThanOrEquals"):
        return order_key(value) is None
    limits = shapes_graph().objects(shape, f"<{SH}{_RANGES[name]}>") if name in _RANGES else []
    return any(compare(value, limit) is None for limit in limits)


DIVERGENCES: tuple[Divergence, ...] = (
    Divergence(
        "line-feed",
        _ends_in_line_feed,
        "SHACL 4.4.3 asks REGEX of SPARQL, which is fn:matches of XPath and XQuery (5.6.1): “$ "
        "matches the end of the entire string”. In Python, and so in pySHACL, $ also matches "
        'before a last line feed: "75001\\n" passes ^[0-9]{5}$.',
    ),
    Divergence(
        "no-order",
        _has_no_order,
        "SHACL 4.3: “For each value node v where the SPARQL expression … does not return true, "
        "there is a validation result”, and 4.5.3 the same of values that “cannot be compared”. "
        "pySHACL lets values through that cannot be compared with the limit.",
    ),
)


def known_as(key: Key, *, compiled: bool) -> str:
    """Return the code of the divergence that explains a difference, or an empty text.

    Args:
        key: what the result says.
        compiled: the result is the compiler's alone; nothing explains one of pySHACL's alone.
    """
    if not compiled:
        return ""
    return next((item.code for item in DIVERGENCES if item.applies(key)), "")
