"""Where pySHACL and the compiler differ, and which words of the specification settle it.

Each entry was met; docs/validation.md tells them with an example.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vocab.namespaces import SH


@dataclass(frozen=True, slots=True)
class Divergence:
    """A known difference.

    Attributes:
        code: short name.
        compiled: the result is the compiler's alone (else pySHACL's alone).
        applies: says whether a value and a component are of this kind.
        text: the words of the specification that settle it, with their section.
    """

    code: str
    compiled: bool
    applies: Callable[[str, str], bool]
    text: str


_RANGES = frozenset({
    "MinInclusive", "MinExclusive", "MaxInclusive", "MaxExclusive", "LessThan", "LessThanOrEquals",
})  # fmt: skip


def _in(component: str, names: frozenset[str]) -> bool:
    return component.removeprefix(f"<{SH}").removesuffix("ConstraintComponent>") in names


DIVERGENCES: tuple[Divergence, ...] = ()


def is_known(key: tuple[str, ...], *, compiled: bool) -> str:
    """Give the code of the divergence that explains a difference, or an empty text."""
    return ""
