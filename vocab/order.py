"""Values that come in a list: splitting, and the order in which they were stated.

RDF keeps a set. When a file states its values in an order other than the canonical one (that of the
list for concepts, alphabetical otherwise), one ``med:statedOrder`` literal remembers it. It only
orders: it never adds a value that has no triple, nor hides one (docs/decisions/0001).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from vocab.namespaces import MED
from vocab.properties import Property
from vocab.schemes import concepts

SEPARATOR = "|"
STATED_ORDER = MED + "statedOrder"


def split_values(field: Property, value: str | Sequence[str]) -> tuple[str, ...]:
    """Return the values of a cell, blanks left out; only a multiple field is split.

    Values beyond the standard are a set: sorted, each once, never split.
    """
    cells = (value,) if isinstance(value, str) else value
    if not field.standard:
        return tuple(sorted({cell for cell in cells if cell}))
    if not field.multiple:
        return tuple(cell for cell in cells if cell.strip())
    parts = (part.strip() for cell in cells for part in cell.split(SEPARATOR))
    return tuple(part for part in parts if part)


def canonical(field: Property, texts: Iterable[str]) -> list[str]:
    """Order values as their list does, then alphabetically."""
    rank = _rank(field.scheme) if field.scheme else {}
    return sorted(texts, key=lambda text: (rank.get(text, len(rank)), text))


def order_text(field: Property, stated: Sequence[str]) -> str:
    """Return the content of a ``med:statedOrder`` literal: ``field=first|second``."""
    return f"{field.name}={SEPARATOR.join(stated)}"


def as_stated(field: Property, texts: Iterable[str], orders: Mapping[str, str]) -> list[str]:
    """Order values as stated where an order is remembered, else canonically.

    Args:
        field: whose values they are.
        texts: the values that the record states.
        orders: field name → remembered order, as :func:`read_orders` gives it.
    """
    plain = canonical(field, texts)
    if field.name not in orders:
        return plain
    place = {text: n for n, text in enumerate(orders[field.name].split(SEPARATOR))}
    return sorted(plain, key=lambda text: place.get(text, len(place)))


def read_orders(literals: Iterable[str]) -> dict[str, str]:
    """Return field name → remembered order out of the ``med:statedOrder`` literals of a record."""
    parts = (text.partition("=") for text in sorted(literals))
    return {name: stated for name, _, stated in parts}


@lru_cache(maxsize=64)
def _rank(scheme: str) -> Mapping[str, int]:
    return {value.notation: n for n, value in enumerate(concepts(scheme))}
