"""Tiles of a PMTiles file: each as it was written, a damaged file is one line in the log."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from flask.testing import FlaskClient
from pmtiles.tile import TileType

from registry.node import Node
from registry.web.app import create_app
from tests.registry.web.network_of_tests import SmallNode
from tests.registry.web.tiles_of_tests import (
    MISSING,
    ZOOMS,
    image_of,
    uncompress_directories,
    write_tiles,
)

WEB = "https://tiles.example:8443/{z}/{x}/{y}.png"
LOGGER = "registry.web.answer.tiles"


def reader_of(node: SmallNode, tiles: str) -> FlaskClient:
    node.config = replace(node.config, map_tiles=tiles, map_credit="Qui <les> fait")
    return create_app(cast("Node", node)).test_client()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_tiles(tmp_path / "monde.pmtiles")


def test_every_tile_is_the_one_of_its_zoom(node: SmallNode, path: Path) -> None:
    reader = reader_of(node, str(path))
    for zoom in range(ZOOMS[0], ZOOMS[1] + 1):
        for column, row in [(0, 1), (1, 0), (2**zoom - 1, 2**zoom - 1)]:
            answer = reader.get(f"/tuiles/{zoom}/{column}/{row}")
            assert (answer.status_code, answer.content_type) == (200, "image/png")
            assert answer.data == image_of(zoom)
    again = reader.get(
        "/tuiles/4/1/1", headers={"If-None-Match": reader.get("/tuiles/4/1/1").headers["ETag"]}
    )
    assert again.status_code == 304


def test_directories_may_be_uncompressed(node: SmallNode, path: Path) -> None:
    uncompress_directories(path)
    reader = reader_of(node, str(path))
    for zoom in range(ZOOMS[0], ZOOMS[1] + 1):
        assert reader.get(f"/tuiles/{zoom}/1/0").data == image_of(zoom)
    answer = reader.get("/tuiles/{}/{}/{}".format(*MISSING))
    assert (answer.status_code, answer.cache_control.max_age) == (204, 86_400)


@pytest.mark.parametrize(("number", "name"), [(0, "unknown"), (3, "brotli"), (4, "zstd")])
def test_other_compressions_are_refused_at_the_start(
    node: SmallNode, path: Path, number: int, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:97] + bytes([number]) + content[98:])
    with caplog.at_level(logging.WARNING, LOGGER):
        reader = reader_of(node, str(path))
    assert f"{path}: cannot be shown (the internal compression" in caplog.text
    assert f"is {name}: write it again with gzip or none" in caplog.text
    assert reader.get("/tuiles/3/0/0").status_code == 404


def test_a_tile_that_the_file_has_not_is_empty(node: SmallNode, path: Path) -> None:
    answer = reader_of(node, str(path)).get("/tuiles/{}/{}/{}".format(*MISSING))
    assert (answer.status_code, answer.data) == (204, b"")


@pytest.mark.parametrize(
    "place",
    ["2/0/0", "5/0/0", "3/8/0", "3/0/8", "99/0/0", "999999999999/0/0", "3/-1/0", "3/0/x", "3/0",
     "3/0/99999999999999999999999"],
)  # fmt: skip
def test_beyond_the_file_there_is_nothing(node: SmallNode, path: Path, place: str) -> None:
    assert reader_of(node, str(path)).get(f"/tuiles/{place}").status_code == 404


def test_the_page_shows_them_with_their_credit(node: SmallNode, path: Path) -> None:
    answer = reader_of(node, str(path)).get("/lieux")
    assert 'data-tiles="/tuiles/{z}/{x}/{y}"' in answer.text
    assert 'data-zooms="3,4"' in answer.text
    assert 'data-credit="Qui &lt;les&gt; fait"' in answer.text
    assert "img-src 'self' data:;" in answer.headers["Content-Security-Policy"]


def test_an_address_is_allowed_to_pages_and_nothing_more(node: SmallNode) -> None:
    reader = reader_of(node, WEB)
    answer = reader.get("/lieux")
    assert f'data-tiles="{WEB}"' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://tiles.example:8443;" in policy
    assert policy.count("https:") == 1
    assert reader.get("/tuiles/3/0/0").status_code == 404


def test_there_are_none_by_default(client: FlaskClient) -> None:
    answer = client.get("/lieux")
    assert 'data-tiles=""' in answer.text
    assert "http" not in answer.headers["Content-Security-Policy"]
    assert client.get("/tuiles/3/0/0").status_code == 404


def _no_file(path: Path) -> None:
    path.unlink()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _other(path: Path) -> None:
    path.write_bytes(b"\x89PNG" + bytes(500))


def _older(path: Path) -> None:
    path.write_bytes(b"PMTiles\x02" + bytes(500))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:60])


def _unknown_kind(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:99] + b"\xff" + path.read_bytes()[100:])


def _vectors(path: Path) -> None:
    write_tiles(path, TileType.MVT)


def _unreadable_directory(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:127] + bytes(8) + content[135:])


def _senseless_zooms(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100] + b"\x09\x03" + path.read_bytes()[102:])


@pytest.mark.parametrize(
    "damage",
    [_no_file, _folder, _empty, _other, _older, _cut, _unknown_kind, _vectors, _senseless_zooms,
     _unreadable_directory],
)  # fmt: skip
def test_a_file_that_is_none_leaves_the_page(
    node: SmallNode, path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    damage(path)
    with caplog.at_level(logging.WARNING, LOGGER):
        reader = reader_of(node, str(path))
        answer = reader.get("/lieux")
        assert reader.get("/tuiles/3/0/0").status_code == 404
    assert answer.status_code == 200
    assert 'data-tiles=""' in answer.text
    (line,) = [record for record in caplog.records if record.name == LOGGER]
    assert str(path) in line.getMessage()
    assert "\n" not in line.getMessage()


@pytest.mark.parametrize("kept", [127, 140, 200])
def test_a_file_that_is_damaged_later_is_told_once(
    node: SmallNode, path: Path, kept: int, caplog: pytest.LogCaptureFixture
) -> None:
    reader = reader_of(node, str(path))
    path.write_bytes(path.read_bytes()[:kept])
    with caplog.at_level(logging.WARNING, LOGGER):
        answers = [reader.get(f"/tuiles/3/{x}/0") for x in range(4)]
    found = {(one.status_code, one.headers["Cache-Control"]) for one in answers}
    assert found == {(204, "no-store")}, "a day of nothing would outlast the damage"
    assert len([record for record in caplog.records if record.name == LOGGER]) == 1
    assert reader.get("/lieux").status_code == 200


def test_any_byte_may_be_wrong(node: SmallNode, path: Path) -> None:
    whole = path.read_bytes()
    reader = reader_of(node, str(path))
    for at in range(300):  # the header, the directory, the first of the rest
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        assert reader.get("/tuiles/4/9/9").status_code in (200, 204)
