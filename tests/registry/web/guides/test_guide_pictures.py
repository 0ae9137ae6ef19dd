"""The guides say what is on the screens, and their pictures are what a walk through these shows.

Decision 0077. ``make pictures`` takes again those that changed.
"""

import os
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser

from registry.web.guides.reading import NAMES
from tests.registry.web.guides.album import GUIDES, KEPT, Album, Picture, Workshop, keep, kept
from tests.registry.web.network_of_tests import plain

pytestmark = pytest.mark.slow

_PICTURE = re.compile(r"!\[([^\]]*)\]\(images/([\w-]+)\.webp\)")
_LABEL = re.compile(r"\*\*«\s([^»]+)\s»\*\*")
_RENEW = "MAILLAGE_PICTURES"
_FAR = 0.02
"""The same screen in other fonts is at 0.011 at most, another screen at 0.04 at least."""
_TALLER = 0.08
"""Other fonts break lines elsewhere: by this share a picture may be taller or less tall."""
_MOST_BYTES = 1_500_000


def text_of(guide: str) -> str:
    return (GUIDES / f"{guide}.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def workshop(running: Browser) -> Iterator[Workshop]:
    opened = Workshop(running)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def taken(album: Album, workshop: Workshop) -> dict[str, Picture]:
    """The pictures of today's screens."""
    return {name: workshop.packed(picture) for name, picture in album.pictures.items()}


def unlike(one: Picture | None, other: Picture, workshop: Workshop) -> str:
    """Say why a picture that is kept is not the one that was taken; empty where it is."""
    if one is None:
        return "there is none"
    if one.words != other.words:
        gone, new = set(one.words) - set(other.words), set(other.words) - set(one.words)
        return f"other words: {sorted(gone)} -> {sorted(new)}"
    if one.width != other.width or abs(one.height - other.height) > _TALLER * one.height:
        return f"another size: {one.width} x {one.height} -> {other.width} x {other.height}"
    far = workshop.distance(one, other)
    return f"it looks otherwise, by {far:.3f}" if far > _FAR else ""


def test_pictures_are_those_of_the_screens_of_today(
    taken: dict[str, Picture], workshop: Workshop
) -> None:
    before = kept()
    found = {
        name: why
        for name, picture in taken.items()
        if (why := unlike(before.get(name), picture, workshop))
    }
    if os.environ.get(_RENEW):
        keep({**taken, **{n: p for n, p in before.items() if n in taken and n not in found}}, found)
        return
    assert found == {}, "if the screens changed on purpose: make pictures, and look at them"
    assert before.keys() == taken.keys()


def test_each_picture_stands_in_its_guide_with_words_for_who_does_not_see_it(
    album: Album,
) -> None:
    shown = {name: guide for guide in NAMES for _words, name in _PICTURE.findall(text_of(guide))}
    assert shown.keys() == album.pictures.keys()
    assert all(name.startswith(f"{guide}-") for name, guide in shown.items())
    words = [words for guide in NAMES for words, _name in _PICTURE.findall(text_of(guide))]
    assert len(set(words)) == len(words)
    assert all(len(each) > 40 for each in words)


@pytest.mark.parametrize("guide", NAMES)
def test_what_a_guide_says_to_press_is_on_the_screens(album: Album, guide: str) -> None:
    labels = {plain(label) for label in _LABEL.findall(text_of(guide))}
    assert len(labels) > 5
    seen = [plain(words) for words in album.seen[guide]]
    missing = {label for label in labels if not any(words.startswith(label) for words in seen)}
    assert missing == set()


def test_each_screen_leads_to_its_guide(album: Album) -> None:
    assert album.helpless == {"/reseau"}, "whose button leads to a page that does"


def test_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in KEPT.iterdir()) < _MOST_BYTES


def test_another_screen_is_far_and_the_same_is_near(
    taken: dict[str, Picture], workshop: Workshop
) -> None:
    """The measure itself: it tells screens from each other, be they ever so alike."""
    pictures = list(taken.values())
    for one, other in pairwise(pictures):
        assert workshop.distance(one, one) == 0
        assert workshop.distance(one, other) > 2 * _FAR
