"""The pictograms that pages may ask for are those of the sprite, and weigh little."""

import gzip
import re

import pytest
from flask import Flask

from registry.web.answer.assets import FOLDER
from registry.web.dress.pictograms import SPRITE, icon, pictograms
from tests.conftest import ROOT

VENDOR = FOLDER / "vendor"


ASKED = re.compile(r"""icon\(["']([a-z0-9-]+)["']\)""")


def test_templates_ask_for_pictograms_that_are_drawn() -> None:
    templates = (ROOT / "registry" / "web").glob("*/templates/**/*.html")
    asked = {name for path in templates for name in ASKED.findall(path.read_text("utf-8"))}
    assert asked <= pictograms()


def test_a_pictogram_says_nothing_to_a_screen_reader(site: Flask) -> None:
    with site.test_request_context("/"):
        drawn = icon("phone")
    assert 'aria-hidden="true"' in drawn
    assert drawn.endswith('/vendor/lucide/icons.svg#phone"></use></svg>')


def test_an_unknown_pictogram_is_refused(site: Flask) -> None:
    with site.test_request_context("/"), pytest.raises(KeyError):
        icon('phone"><script>')


def test_fonts_and_pictograms_weigh_less_than_45_kb() -> None:
    fonts = [path.stat().st_size for path in VENDOR.rglob("*.woff2")]
    assert len(fonts) == 2
    assert sum(fonts) + len(gzip.compress((FOLDER / SPRITE).read_bytes())) < 45_000
