"""Rows of a dropped sheet without a position get one that a service proposes, where one ticks."""

from collections.abc import Iterator
from html import unescape
from re import findall
from typing import Any

import pytest
from flask import Flask

from registry.node import Node
from registry.web.workspace.addresses import ADDRESSES
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.pole_of_editors import as_editor, said
from tests.registry.web.accounts.small_address_service import (
    SmallAddressService,
    app_asking,
    collection,
    feature,
    small_address_service,
)
from tests.registry.web.accounts.test_dropped_sheets import (
    DROP,
    NEW,
    drop,
    hidden,
    mend,
    publish,
    sheet,
)
from tests.registry.web.network_of_tests import plain

OTHER = "Cyber de Salernes;3 rue Haute;83690;Salernes;04 94 00 00 03;;"
LORGUES = feature(
    6.3601, 43.4934, citycode="83072", label="2 Rue Neuve 83510 Lorgues", score=0.91, type="street"
)
BUTTON = "Chercher les positions d'après l'adresse"


@pytest.fixture
def service() -> Iterator[SmallAddressService]:
    with small_address_service() as found:
        found.answer = lambda: collection(LORGUES)
        yield found


@pytest.fixture
def app(node: Node, service: SmallAddressService) -> Flask:
    return app_asking(node, service)


@pytest.fixture
def editor(browser: Browser, node: Node) -> Browser:
    return as_editor(browser, node)


def proposed(editor: Browser, page: Any) -> Any:
    return editor.send(f"{DROP}/adresses", hidden(page))


def boxes(page: Any) -> dict[str, str]:
    found = findall(r'<input type="checkbox" name="(p\.\d+)" value="([^"]*)"( checked)?', page.text)
    assert not any(checked for *_, checked in found)
    return {name: unescape(value) for name, value, _ in found}


def test_a_ticked_position_is_published_and_no_other(
    editor: Browser, node: Node, service: SmallAddressService
) -> None:
    page = drop(editor, sheet(NEW, OTHER))
    assert BUTTON in plain(page.text)
    assert not service.asked
    page = proposed(editor, page)
    assert "2 Rue Neuve 83510 Lorgues" in plain(page.text)
    assert "Pour 1 ligne" in plain(page.text)
    assert {one["q"] for one in service.asked} == {
        "2 rue Neuve 83510 Lorgues", "3 rue Haute 83690 Salernes",
    }  # fmt: skip
    (name, value), *others = boxes(page).items()
    assert not others
    mend(editor, page, **{name: value})
    publish(editor)
    lorgues, salernes = said(node, "cyber-lorgues"), said(node, "cyber-salernes")
    assert (lorgues["latitude"], lorgues["longitude"]) == ("43.4934", "6.3601")
    assert lorgues["position_kind"] == "street"
    assert "latitude" not in salernes


def test_what_is_not_ticked_is_not_taken(editor: Browser, node: Node) -> None:
    page = proposed(editor, drop(editor, sheet(NEW)))
    assert boxes(page)
    mend(editor, page, **{"p.2": "91.0;6.0;street x", "p.3": "43.1;6.1;planet"})
    publish(editor)
    assert "latitude" not in said(node, "cyber-lorgues")


def test_a_service_that_fails_leaves_the_sheet_as_it_was(
    editor: Browser, node: Node, service: SmallAddressService
) -> None:
    service.answer = lambda: (429, "text/html", b"<h1>Too many</h1>")
    page = proposed(editor, drop(editor, sheet(NEW, OTHER)))
    assert page.status_code == 200
    assert "Le service d'adresses ne répond pas" in plain(page.text)
    assert len(service.asked) == 1
    publish(editor)
    assert "latitude" not in said(node, "cyber-lorgues")


def test_without_the_setting_nothing_is_offered(editor: Browser, app: Flask) -> None:
    app.extensions[ADDRESSES] = None
    page = drop(editor, sheet(NEW))
    assert BUTTON not in plain(page.text)
    assert proposed(editor, page).status_code == 404
