"""Mails that follow from what visitors send: after the answer, in the background.

One that was not sent is logged without its words.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import cast

from flask import Flask, current_app

from vocab.errors import MaillageError

SENDING = "maillage-visitors-mail"
"""What sends these mails."""
_LOG = logging.getLogger(__name__)


def install_mailing(app: Flask) -> None:
    """Have mails of an application sent in the background; no thread starts before the first."""
    app.extensions[SENDING] = ThreadPoolExecutor(1, "visitors-mail")


def send_later(what: str, work: Callable[[], None]) -> None:
    """Do what sends a mail.

    Args:
        what: what the log calls it: none of its words, nor who gets it.
        work: sends it.
    """

    def logged() -> None:
        try:
            work()
        except MaillageError as error:
            _LOG.warning("%s was not sent: %s", what, type(error).__name__)
        except Exception as error:  # noqa: BLE001  in the background; a trace could hold words
            _LOG.error("%s was not sent: %s", what, type(error).__name__)

    cast("Executor", current_app.extensions[SENDING]).submit(logged)
