"""The pictograms of pages: symbols of Lucide, drawn beside words and hidden from screen readers."""

import re
from functools import lru_cache

from markupsafe import Markup

from registry.web.answer.assets import FOLDER, asset

SPRITE = "vendor/lucide/icons.svg"


@lru_cache(maxsize=1)
def pictograms() -> frozenset[str]:
    """Return the names that pages may ask for: those of the sprite, which :mod:`.build` draws."""
    sprite = (FOLDER / SPRITE).read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite))


def icon(name: str) -> Markup:
    """Return a pictogram as SVG that says nothing by itself: words stand beside it.

    Raises:
        KeyError: no pictogram has this name.
    """
    return _drawn(asset(SPRITE), name)


@lru_cache(maxsize=512)
def _drawn(sprite: str, name: str) -> Markup:
    if name not in pictograms():
        raise KeyError(name)
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(
        sprite, name
    )
