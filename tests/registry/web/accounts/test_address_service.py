"""An editor has the marker put by the address: a service is asked, and never believed blindly."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from maillage.serving import addresses
from maillage.serving.addresses import FetchedAddresses
from registry.node import Node
from registry.web.workspace.addresses import ADDRESSES
from tests.registry.web.accounts.conftest import Browser
from tests.registry.web.accounts.pole_of_editors import (
    SLUG,
    as_editor,
    fields_of,
    published,
    said,
)
from tests.registry.web.accounts.small_address_service import (
    Answer,
    SmallAddressService,
    app_asking,
    collection,
    feature,
    small_address_service,
)
from tests.registry.web.network_of_tests import plain

LILAC = f"/espace/pole/{SLUG}/lieux/lilas"
BUTTON = "Placer le marqueur d'après l'adresse"
FAILED = "Le service d'adresses ne répond pas"
NOTHING = "n'a rien trouvé d'assez sûr"


@pytest.fixture
def service() -> Iterator[SmallAddressService]:
    with small_address_service() as found:
        yield found


@pytest.fixture
def app(node: Node, service: SmallAddressService) -> Flask:
    return app_asking(node, service)


@pytest.fixture
def editor(browser: Browser, node: Node) -> Browser:
    return as_editor(browser, node)


def placed(editor: Browser, lieu: str = "lilas", **changes: str) -> Any:
    page = editor.get(LILAC)
    sent = {**fields_of(page), **changes}
    return editor.send(f"/espace/pole/{SLUG}/position?lieu={lieu}", sent)


def test_the_marker_is_proposed_and_published_by_the_person(
    editor: Browser, node: Node, service: SmallAddressService
) -> None:
    assert BUTTON in plain(editor.get(LILAC).text)
    before = said(node, "lilas")
    page = placed(editor, telephone="04 94 00 00 97")
    fields = fields_of(page)
    assert (fields["latitude"], fields["longitude"]) == (["43.5391"], ["6.4612"])
    assert fields["position_kind"] == ["housenumber"]
    assert fields["telephone"] == ["04 94 00 00 97"]
    text = plain(page.text)
    assert "1 Place du Marché 83300 Draguignan" in text
    assert "96" in text
    assert said(node, "lilas") == before
    published(editor, LILAC, editor.send(LILAC, fields))
    after = said(node, "lilas")
    assert (after["latitude"], after["position_kind"]) == ("43.5391", "housenumber")


def test_nothing_goes_out_but_the_address(editor: Browser, service: SmallAddressService) -> None:
    placed(editor)
    assert service.asked == [
        {"q": "1 place du Marché 83300 Draguignan", "citycode": "83050", "limit": "5"}
    ]
    assert {"Cookie", "Referer", "Authorization"}.isdisjoint(service.headers[0])


@pytest.mark.parametrize(
    "features",
    [
        (),
        (feature(score=0.49),),
        (feature(2.35, 48.85),),  # says it is Draguignan, lies in Paris
        (feature(citycode="83137"),),  # another commune
        (feature(score=7),),
        (feature(score=True),),
        (feature(type="planet"),),
        (feature("6.46", 43.5),),
        (feature(float("nan"), 43.5),),
        (feature(10**400, 43.5),),
        (feature(43.5, 6.46),),  # latitude first
        ({}, 1, None, {"properties": [], "geometry": None}),
    ],
)
def test_what_the_commune_contradicts_or_nobody_is_sure_of_is_not_proposed(
    editor: Browser, service: SmallAddressService, features: tuple[object, ...]
) -> None:
    service.answer = lambda: collection(*features)
    page = placed(editor, telephone="04 94 00 00 97")
    assert NOTHING in plain(page.text)
    fields = fields_of(page)
    assert (fields["latitude"], fields["telephone"]) == (["43.5366"], ["04 94 00 00 97"])


def test_the_surest_answer_of_the_commune_is_taken(
    editor: Browser, service: SmallAddressService
) -> None:
    elsewhere = feature(2.35, 48.85, score=0.99, citycode="75104")
    street = feature(6.47, 43.54, type="street", score=0.7, label="<b>Place</b> du Marché")
    service.answer = lambda: collection(elsewhere, feature(score=0.6), street)
    page = placed(editor)
    assert fields_of(page)["longitude"] == ["6.47"]
    assert "<b>Place" not in page.text
    assert "Rue" in plain(page.text)


@pytest.mark.parametrize(
    "answer",
    [
        (200, "text/html", b"<!doctype html><title>Maintenance</title>"),
        (200, "application/json", b"[]"),
        (200, "application/json", b'{"features": {}}'),
        (200, "application/json", b"[" * 100_000),
        (200, "application/json", b"\xff\xfe"),
        (200, "application/json", b" " * 300_000 + collection(feature())[2]),
        (429, "application/json", b"{}"),
        (503, "text/plain", b""),
        (302, "text/plain", b""),
    ],
    ids=["html", "list", "no-list", "deep", "bytes", "huge", "429", "503", "redirect"],
)
def test_a_service_that_fails_loses_nothing(
    editor: Browser, service: SmallAddressService, answer: Answer
) -> None:
    service.answer = lambda: answer
    page = placed(editor, telephone="04 94 00 00 97")
    assert page.status_code == 200
    assert FAILED in plain(page.text)
    assert fields_of(page)["telephone"] == ["04 94 00 00 97"]
    assert len(service.asked) == 1


def test_a_slow_service_is_not_waited_for(
    editor: Browser, service: SmallAddressService, app: Flask, node: Node,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(addresses, "_DEADLINE_S", 0.3)
    config = replace(node.config, addresses_url=service.url)
    app.extensions[ADDRESSES] = FetchedAddresses(config)

    def slow() -> Answer:
        time.sleep(1.5)
        return collection(feature())

    service.answer = slow
    started = time.monotonic()
    assert FAILED in plain(placed(editor).text)
    assert time.monotonic() - started < 1.4


def test_a_place_without_an_address_is_not_asked_for(
    editor: Browser, service: SmallAddressService
) -> None:
    for lacking in ({"adresse": ""}, {"commune": "", "code_postal": "", "code_insee": ""}):
        page = placed(editor, **lacking)
        assert "d'abord l'adresse et la commune" in plain(page.text)
    assert not service.asked


def test_without_the_setting_there_is_neither_button_nor_address(
    editor: Browser, app: Flask
) -> None:
    app.extensions[ADDRESSES] = None
    assert BUTTON not in plain(editor.get(LILAC).text)
    assert placed(editor).status_code == 404


def test_only_editors_of_the_pole_have_it_asked(
    browser: Browser, node: Node, service: SmallAddressService
) -> None:
    assert browser.send(f"/espace/pole/{SLUG}/position", {}).status_code in {302, 303, 400, 403}
    assert not service.asked
