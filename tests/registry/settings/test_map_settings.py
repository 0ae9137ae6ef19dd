"""``[map]`` of the settings: what goes into the policy of every page is looked at first."""

from pathlib import Path

import pytest

from registry.settings.config import load
from registry.settings.tiles import LONGEST_ADDRESS, LONGEST_CREDIT, origin_of
from vocab.errors import UsageError

WEB = "https://tiles.example:8443/carte/{z}/{x}/{y}@2x.png?key=a1"


def settings(folder: Path, tiles: str, credit: str = "Qui les fait") -> Path:
    path = folder / "maillage.toml"
    path.write_text(f"[map]\ntiles = {tiles!r}\ncredit = {credit!r}\n", encoding="utf-8")
    return path


def test_there_are_no_tiles_unless_somebody_gives_some() -> None:
    config = load(None, {})
    assert (config.map_tiles, config.map_credit) == ("", "")
    assert origin_of(config.map_tiles) == ""


def test_an_address_gives_its_origin(tmp_path: Path) -> None:
    config = load(settings(tmp_path, WEB), {})
    assert config.map_tiles == WEB
    assert origin_of(config.map_tiles) == "https://tiles.example:8443"


def test_a_file_is_relative_to_the_settings(tmp_path: Path) -> None:
    config = load(settings(tmp_path, "cartes/france.pmtiles"), {})
    assert config.map_tiles == str(tmp_path / "cartes" / "france.pmtiles")
    assert origin_of(config.map_tiles) == ""


def test_the_environment_goes_first(tmp_path: Path) -> None:
    environ = {"MAILLAGE_MAP_TILES": WEB, "MAILLAGE_MAP_CREDIT": "Autre"}
    config = load(settings(tmp_path, "france.pmtiles"), environ)
    assert (config.map_tiles, config.map_credit) == (WEB, "Autre")


@pytest.mark.parametrize(
    "tiles",
    [
        "https://tiles.example/{z}/{x}.png",
        "https://tiles.example/{z}/{x}/{y}/{y}.png",
        "https://tiles.example/{z}/{x}/{y}/{r}.png",
        "https://{s}.tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example; script-src */{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}/{y}.png; script-src *",
        "https://tiles.example,evil.example/{z}/{x}/{y}.png",
        "https://*/{z}/{x}/{y}.png",
        "https://*.example/{z}/{x}/{y}.png",
        "https://'unsafe-inline'/{z}/{x}/{y}.png",
        "https://user:secret@tiles.example/{z}/{x}/{y}.png",
        'https://tiles.example/{z}/{x}/{y}.png"onload="alert(1)',
        "https://tiles.example/{z}/{x}/{y}.png\n",
        "https://tiles.example:0/{z}/{x}/{y}.png",
        "https://tiles.example:99999/{z}/{x}/{y}.png",
        "https:///{z}/{x}/{y}.png",
        "https://tilés.example/{z}/{x}/{y}.png",
        "//tiles.example/{z}/{x}/{y}.png",
        "javascript:alert(1)//{z}{x}{y}",
        "data:image/png;base64,{z}{x}{y}",
        "file:///etc/{z}/{x}/{y}.pmtiles",
        "ftp://tiles.example/france.pmtiles",
        "/etc/passwd",
        "tiles/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}/{y}.png?" + "a" * LONGEST_ADDRESS,
    ],
)
def test_what_is_no_place_for_tiles_is_refused(tiles: str) -> None:
    with pytest.raises(UsageError, match=r"\[map\] tiles"):
        load(None, {}, map_tiles=tiles, map_credit="Qui les fait")


@pytest.mark.parametrize("credit", ["", " ", "a\nb", "a\x1b[31m", "a" * (LONGEST_CREDIT + 1)])
def test_their_makers_are_named(credit: str) -> None:
    with pytest.raises(UsageError, match="credit"):
        load(None, {}, map_tiles=WEB, map_credit=credit)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[map]\ntile = 'x'", "tile"),
        ("[map]\ntiles = 3", "tiles"),
        ("[node]\nmap_tiles = 'a.pmtiles'", "map_tiles"),
        ("map = 3", r"\[map\]"),
    ],
)
def test_a_wrong_section_is_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "maillage.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=named):
        load(path, {})
