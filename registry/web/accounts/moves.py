"""Poles that move to other addresses, for operators: what each side states, and what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from registry.accounts.types import Access
from registry.ledger.types import Source
from registry.sources.hosted import is_hosted
from registry.sources.succession import Side, Succession, confirmed, stated_by
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.site.node import current_node

blueprint = Blueprint("moves", __name__, url_prefix="/administration/demenagements")


@dataclass(frozen=True, slots=True)
class Move:
    """A move that at least one side states.

    Attributes:
        stated: from where to where.
        former: source of the namespace that is left; None where this node reads none.
        new: source of the namespace under which it goes on; None where this node reads none.
        is_hosted: whether this node hosts the pole that is left.
        says_former: whether the side that is left states it.
        says_new: whether the side that follows states it.
        left: places that do not lead on yet; only where both sides state it.
    """

    stated: Succession
    former: Source | None
    new: Source | None
    is_hosted: bool
    says_former: bool
    says_new: bool
    left: int

    @property
    def is_in_force(self) -> bool:
        """Whether both sides state it."""
        return self.says_former and self.says_new

    @property
    def site(self) -> str:
        """Where the new node may publish: its namespace without what names records."""
        return self.stated.new.removesuffix("id/")


@blueprint.get("")
@access(Access.OPERATOR)
def listing() -> ResponseReturnValue:
    """Show the moves that somebody states: what is missing first."""
    moves = sorted(_moves(), key=lambda one: (one.is_in_force and not one.left, one.stated.former))
    return render_template("moves.html", actor=actor(), moves=moves)


def _moves() -> Iterator[Move]:
    node = current_node()
    sources = node.ledger.sources(cursors=False)
    holders = {space: source for source in sources for space in source.namespaces}
    stated = {
        found
        for space in holders
        for side in Side
        if (found := stated_by(node.ledger, space, side)) is not None
    }
    for one in stated:
        former, new = holders.get(one.former), holders.get(one.new)
        yield Move(
            one,
            former,
            new,
            bool(former and is_hosted(node.config, former)),
            stated_by(node.ledger, one.former, Side.FORMER) == one,
            stated_by(node.ledger, one.new, Side.NEW) == one,
            _left(former) if former and confirmed(node.ledger, one) else 0,
        )


def _left(former: Source) -> int:
    """How many places of a pole that moved are still stated under its former addresses."""
    index = current_node().index
    return sum(
        one.iri.startswith(former.namespaces) for one in index.resources("Place", former.pole)
    )
