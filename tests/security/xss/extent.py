"""How many payloads a test takes: a share of them in `make test`, all in `make test-payloads`."""

import pytest

from tests.security.xss.payloads import everything, some

FEW, ALL = "few", "all"
EXTENTS = pytest.mark.parametrize("extent", [FEW, pytest.param(ALL, marks=pytest.mark.payloads)])
MODULE_EXTENTS = (FEW, pytest.param(ALL, marks=pytest.mark.payloads))
_SHARE = 90


def texts_of(extent: str) -> tuple[str, ...]:
    """The payloads of an extent."""
    return everything() if extent == ALL else some(_SHARE)
