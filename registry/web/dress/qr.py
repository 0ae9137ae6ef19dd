"""A web address as a QR code (ISO/IEC 18004), drawn in the page: for paper, and for a telephone."""

from functools import lru_cache

import segno
from markupsafe import Markup

_QUIET_ZONE = 4
"""Empty modules around it, which the standard asks for."""
_MOST_BYTES = 300
"""A longer address makes modules of less than half a millimetre on 32 mm of paper."""

_MASK = 0
"""A chessboard: weighing all eight costs six milliseconds a page, and any of them is read."""


def drawn_once(address: str) -> Markup:
    """Return an address as SVG in black on white; empty when it is too long to be read on paper.

    An eighth of it may be lost in a fold or below a stamp (level M). Nothing of it is kept.
    """
    if len(address.encode()) > _MOST_BYTES:
        return Markup()
    code = segno.make_qr(address, error="m", mask=_MASK, boost_error=False)
    drawn = code.svg_inline(
        border=_QUIET_ZONE, omitsize=True, light="#fff", svgclass="qr-code", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 (numbers and colours of the library)


@lru_cache(maxsize=256)
def qr_code(address: str) -> Markup:
    """Return what :func:`drawn_once` does, and keep it: for addresses that are no secret."""
    return drawn_once(address)
