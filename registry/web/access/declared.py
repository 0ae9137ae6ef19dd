"""Every route declares who may use it, and one function decides: what declares nothing is refused.

A view declares it by :func:`access`. The blueprints of public pages do so for all their views that
only read; one of theirs that takes anything declares it by itself all the same.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Blueprint, Flask

from registry.accounts.types import Access
from vocab.errors import UsageError

_DECLARED = "maillage_access"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
_View = TypeVar("_View", bound=Callable[..., Any])


def access(who: Access) -> Callable[[_View], _View]:
    """Declare who may use a view. The pole of an editor's view is the ``slug`` of its address."""

    def declare(view: _View) -> _View:
        setattr(view, _DECLARED, who)
        return view

    return declare


def declared(app: Flask, public: Iterable[Blueprint]) -> dict[str, Access]:
    """Return what each endpoint of an application declares.

    Args:
        app: with all its routes.
        public: blueprints whose reading views are public.

    Raises:
        UsageError: a route declares nothing, or an editor's route names no pole.
    """
    names = {blueprint.name for blueprint in public}
    found: dict[str, Access] = {}
    for rule in app.url_map.iter_rules():
        who = getattr(app.view_functions[rule.endpoint], _DECLARED, None)
        reads = (rule.methods or set()) <= READING
        if who is None and reads and rule.endpoint.partition(".")[0] in names:
            who = Access.PUBLIC
        if who is None or (who is Access.EDITOR and "slug" not in rule.arguments):
            raise UsageError(
                "the route {rule} does not declare who may use it: see registry/web/access",
                rule=rule.rule,
            )
        found[rule.endpoint] = who
    return found
