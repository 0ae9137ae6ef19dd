"""Mails of a serving node that were not taken, and reminders: tried again in time."""

import logging
import time

from flask import Flask

from registry.accounts.mail import MailError
from registry.node import Node
from registry.tickets.outbox import Sending, Sort
from registry.web.app import create_app
from registry.web.corrections.desk_mails import notify_again
from registry.web.corrections.mails import mail_again
from registry.web.corrections.reminders import plan_reminders, remind
from registry.web.site import clock
from vocab.errors import MaillageError

_log = logging.getLogger("maillage")
_PLANNED_S = 3_600.0
"""Seconds between two looks for whom to remind."""
_TAKEN, _LATER, _NEVER = 200, 0, 400
"""What a try gave, as :meth:`registry.tickets.outbox.Outbox.tried` takes it."""


class Mailing:
    """Sends what waits of a node's mails; the texts need its pages, made when first needed."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._app: Flask | None = None
        self._planned = 0.0

    def round(self) -> None:
        """Plan reminders when it is time, send what is due."""
        if not self._node.config.mail_host:
            return
        if self._planned <= time.monotonic() and self._node.tickets.counts(None, _now()).old:
            self._planned = time.monotonic() + _PLANNED_S
            with self._pages().test_request_context():
                plan_reminders()
        for sort in (Sort.MAIL, Sort.REMINDER, Sort.DESK):
            for sent in self._node.tickets.outbox.due(sort, _now()):
                self._send(sent)

    def _send(self, sent: Sending) -> None:
        outbox = self._node.tickets.outbox
        with self._pages().test_request_context():
            try:
                was_needed = _sent_now(sent)
            except MailError as error:
                _log.warning("a mail about corrections was not sent: %s", type(error).__name__)
                outbox.tried(sent, _LATER, _now())
                return
            except MaillageError as error:
                _log.warning("a mail about corrections cannot be sent: %s", type(error).__name__)
                outbox.tried(sent, _NEVER, _now())
                return
        if was_needed:
            outbox.tried(sent, _TAKEN, _now())
        else:
            outbox.drop(sent)

    def _pages(self) -> Flask:
        if self._app is None:
            self._app = create_app(self._node)
        return self._app


def _sent_now(sent: Sending) -> bool:
    """Send one; give whether it was still needed."""
    match sent.sort:
        case Sort.REMINDER:
            return remind(sent.address)
        case Sort.DESK:
            return notify_again(sent)
        case _:
            return mail_again(sent.number)


def _now() -> float:
    return clock.now().timestamp()
