"""Parameters of an address that nothing takes into account: said on pages, refused with data."""

from werkzeug.exceptions import BadRequest

from registry.web.site.i18n import gettext as _
from registry.web.site.parameters import unused

_SHOWN, _FEW = 40, 5
"""Characters of a name, and names, that are repeated."""


def unused_words() -> str:
    """Return what a page says of the parameters that it has not read; empty where there is none."""
    names = _names()
    if not names:
        return ""
    return _("This page does not take “{names}” of its address into account.", names=names)


def refuse_unused() -> None:
    """Refuse a request for data that has parameters which nothing has read: a typing mistake.

    Data would be of more than was asked for, and nobody would see it.

    Raises:
        BadRequest: names them.
    """
    if names := _names():
        raise BadRequest(f"{names}: {_('this address has no such parameter, or takes it once')}")


def _names() -> str:
    return ", ".join(map(_visible, unused()[:_FEW]))


def _visible(name: str) -> str:
    """A name as one can see it: a line break pasted with it is written, no name at all is « = »."""
    cut = name[:_SHOWN]
    return (cut if cut.isprintable() else repr(cut)[1:-1]) or "="
