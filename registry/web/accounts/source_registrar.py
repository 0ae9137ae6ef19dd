"""What registers sources for an operator: given to the application by who composes the node.

The application never fetches: it hands over an address that an operator typed, and gets what the
harvester's own door found there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vocab.messages import Message

SOURCE_REGISTRAR = "maillage-source-registrar"
KINDS = ("feed", "dump", "dcat", "table", "sitemap", "sparql")
"""What an operator may say that an address is; nothing: have a look."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A source as an operator asks for it.

    Attributes:
        url: its address.
        kind: one of ``KINDS``; empty to have a look.
        title: name for people; empty for the publisher's own.
        slug: short name; empty to make it of the title.
        namespaces: beginnings of the IRIs that it may state; none: those it claims at its origin.
    """

    url: str
    kind: str = ""
    title: str = ""
    slug: str = ""
    namespaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Registered:
    """A source that was registered, on trial; what it has in common with others."""

    slug: str
    warnings: Sequence[Message]


class SourceRegistrar(Protocol):
    """Registers sources, as ``maillage source add`` does, on trial: nothing of them enters yet."""

    def register(self, asked: Asked) -> Registered:
        """Look at an address and register what is found there.

        Raises:
            MaillageError: nothing that can be harvested is there, the address may not be asked,
                the name is taken, or nothing says which IRIs it may state.
        """
        ...

    def remove(self, slug: str) -> None:
        """Take a source away and delete its records, as new changes: history stays.

        Raises:
            MaillageError: there is none, or it is being harvested.
        """
        ...
