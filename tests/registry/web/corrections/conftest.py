"""A small network of this test's own, whose visitors propose corrections."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.web.answer.mailing import SENDING
from registry.web.app import create_app
from registry.web.corrections import mails
from tests.registry.web.network_of_tests import SmallNode, small_network

if TYPE_CHECKING:
    from registry.node import Node

PLACE = "/pole/zinc/place/simple"
FORM = f"{PLACE}/corriger"
HERE = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Citizen:
    """Somebody without an account, at one network address."""

    client: FlaskClient
    address: str = "192.0.2.7"

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, environ_base={"REMOTE_ADDR": self.address})

    def send(self, path: str, origin: dict[str, str] | None = None, /, **said: Any) -> TestResponse:
        with_address = {"REMOTE_ADDR": self.address}
        return self.client.post(
            path, data=said, headers=HERE if origin is None else origin, environ_base=with_address
        )

    def propose(self, **said: Any) -> str:
        """Propose something; give the path of the page that follows it."""
        words = {"quoi": "horaires", "valeur": "Le lundi de 9 h à 12 h", "comment": "Affiché"}
        answer = self.send(FORM, **(words | said))
        assert answer.status_code == 303, answer.text
        return str(answer.location).partition("?")[0]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[SmallNode]:
    node = small_network(tmp_path, "http://127.0.0.1/")
    yield node
    node.close()


@pytest.fixture
def app(own: SmallNode, stopped_clock: datetime) -> Flask:
    made = create_app(cast("Node", own))
    made.testing = True
    return made


@pytest.fixture
def citizen(app: Flask) -> Citizen:
    return Citizen(app.test_client())


Sent = list[tuple[str, str, str]]


@pytest.fixture
def sent(own: SmallNode, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What a node that sends mail has sent: to whom, subject, text; at once."""
    own.config = replace(own.config, mail_host="localhost", mail_sender="a@b.example")
    found: Sent = []

    class AtOnce:
        def submit(self, work: object) -> None:
            work()  # type: ignore[operator]

    app.extensions[SENDING] = AtOnce()
    monkeypatch.setattr(mails, "send", lambda _settings, *mail: found.append(mail))
    return found
