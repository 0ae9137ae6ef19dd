"""The parameters of an address that a page knows: those that it has read.

Links to the page itself carry these alone, once or as often as it reads them: what else somebody
writes into an address, and however often, is not repeated.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from flask import Request, request
from werkzeug.datastructures import ImmutableMultiDict

_ADDED = re.compile(r"(?:utm|mtm|pk|piwik|matomo|at|xtor)_|(?:gclid|fbclid|msclkid|xtor|_ga)\Z")
_SITE = ("fait", "refus", "suite", "vue")
"""Parameters that the page looks at while it is written, or a script of it later."""
MOST = 8_000
"""Characters of the parameters of a link: no view of ours has as many, a refused one may."""


class ReadParameters(ImmutableMultiDict[str, str]):
    """Parameters that know who was asked for: once, or for all its values."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__(mapping)
        self.read = dict[str, bool]()
        """Name -> whether all its values were read."""

    def get(  # type: ignore[override]  # takes what each of its five signatures takes
        self,
        key: str,
        default: Any = None,
        type: Any = None,
    ) -> Any:
        """Return the first value of a parameter; see ``werkzeug.datastructures.MultiDict``."""
        self.read.setdefault(key, False)
        return super().get(key, default, type)

    def getlist(self, key: str, type: Any = None) -> list[Any]:
        """Return the values of a parameter; see ``werkzeug.datastructures.MultiDict``."""
        self.read[key] = True
        return super().getlist(key, type)


class PageRequest(Request):
    """A request whose parameters know what was read of them."""

    parameter_storage_class = ReadParameters


def unused() -> tuple[str, ...]:
    """Return the parameters of the request that nothing has read so far, by name.

    One that was given more often than it is read is one of them. What programs that count visits
    add to addresses is not: nobody typed it.
    """
    read: dict[str, bool] = getattr(request.args, "read", {})
    return tuple(
        name
        for name, values in request.args.lists()
        if not (_ADDED.match(name) or name in _SITE)
        and (name not in read or (len(set(values)) > 1 and not read[name]))
    )


def known_query() -> str:
    """Return the parameters of the request that its page has read so far, as they were written."""
    query = "&".join(_known(request.query_string.decode("ascii", "replace")))
    return query if len(query) <= MOST else ""


def _known(query: str) -> Iterator[str]:
    read: dict[str, bool] = getattr(request.args, "read", {})
    seen = set[str]()
    for pair in query.split("&"):
        name = unquote_plus(pair.partition("=")[0])
        key = pair if read.get(name) else name
        if name in read and key not in seen:
            yield pair
        seen.add(key)
