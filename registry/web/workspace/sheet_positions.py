"""Positions for the rows of a dropped sheet that have none, as a service of addresses knows them.

What it says is shown with its score; a row takes what the person has ticked, as a cell mended.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from registry.web.checks.checker import Document
from registry.web.workspace.addresses import Address, AddressService, Located, located
from vocab.errors import MaillageError
from vocab.positions import POSITION
from vocab.properties import POSITION_KIND
from vocab.schemes import match

_MOST_S = 15.0
"""So long one page of proposals may take, in seconds."""
_TAKEN = re.compile(r"p\.(\d{1,7})\Z")
_POSITION = re.compile(r"(-?\d{1,2}\.\d{1,6});(-?\d{1,3}\.\d{1,6});([a-z]{1,20})\Z")


@dataclass(frozen=True, slots=True)
class RowPosition:
    """What is proposed for a row: its number and address as the file has them, and the answer."""

    row: int
    name: str
    address: Address
    found: Located

    @property
    def key(self) -> str:
        """What its box is called in the form."""
        return f"p.{self.row}"

    @property
    def value(self) -> str:
        """What its box says."""
        return f"{self.found.latitude};{self.found.longitude};{self.found.kind}"


@dataclass(frozen=True, slots=True)
class Proposals:
    """What a service proposes.

    Attributes:
        found: by row.
        asked: for how many rows it was asked.
        has_failed: it gave no answer; the rows after that were not asked for.
    """

    found: tuple[RowPosition, ...]
    asked: int
    has_failed: bool = False


def proposals(service: AddressService, document: Document) -> Proposals:
    """Ask a service for the rows of a report that have an address and no position."""
    found: list[RowPosition] = []
    asked, until = 0, time.monotonic() + _MOST_S
    for one in document.get("unplaced", ()):
        if time.monotonic() > until:
            break
        address = Address(one["street"], one["postcode"], one["commune"], one["insee"])
        asked += 1
        try:
            answer = located(service, address)
        except MaillageError:
            return Proposals(tuple(found), asked - 1, has_failed=True)
        if answer:
            found.append(RowPosition(one["row"], one["name"], address, answer))
    return Proposals(tuple(found), asked)


def taken(form: MultiDict[str, str]) -> Iterator[tuple[tuple[int, str, str], str]]:
    """Return the cells of the rows whose box is ticked: row, field and value before, and text."""
    for key in form:
        row, said = _TAKEN.match(key), _POSITION.match(form[key])
        if row and said and match("position-kinds", said[3]):
            for name, text in zip((*POSITION, POSITION_KIND), said.groups(), strict=True):
                yield (int(row[1]), name, ""), text
