"""The log of a serving node: one line an event, in UTC, on the standard error and nowhere else."""

import logging
import time
from typing import TextIO

_QUIET = ("apscheduler", "waitress.queue")
"""Loggers that write a line for each of their steps."""
_FORM = "%(asctime)s %(name)s %(message)s"
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


class _Utc(logging.Formatter):
    """Moments that need no knowledge of where the machine stands (OWASP ASVS 5.0, 16.2.2)."""

    converter = time.gmtime  # type: ignore[assignment]  # the stubs know one of its two forms


def begin_log(stream: TextIO) -> None:
    """Have everything that is worth a line go to a stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Utc(_FORM, _MOMENT))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
