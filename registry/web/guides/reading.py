"""A guide as its Markdown says it, made HTML: only what Markdown has, none of its own tags."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from registry.web.answer.assets import asset
from registry.web.site.guide_folder import GUIDES, PICTURES
from registry.web.site.node import link

NAMES = ("rejoindre", "tenir-ses-lieux", "repondre")
"""The guides, in the order in which a pole needs them."""
_OTHER_SIGNS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide: its title, the sentence under it, its parts (anchor, heading), the rest as HTML."""

    title: str
    lead: str
    parts: tuple[tuple[str, str], ...]
    body: Markup


def guide(name: str) -> Guide:
    """Return one of :data:`NAMES`, its links as they are in the page that is being made."""
    tokens, env = _parsed(name)
    parts = tuple((str(at.attrGet("id")), words.content) for at, words in _headings(tokens, "h2"))
    (_, title), *_rest = _headings(tokens, "h1")
    body = _MARKDOWN.renderer.render(tokens[6:], _MARKDOWN.options, env)
    return Guide(title.content, tokens[4].content, parts, Markup(body))  # noqa: S704


@lru_cache(maxsize=8)
def _parsed(name: str) -> tuple[list[Token], dict[str, Any]]:
    """Return the tokens of a guide: a title, a sentence, the rest (three tokens a paragraph)."""
    env: dict[str, Any] = {}
    tokens = _MARKDOWN.parse((GUIDES / f"{name}.md").read_text(encoding="utf-8"), env)
    for opening, words in _headings(tokens, "h2"):
        opening.attrSet("id", anchor(words.content))
    return tokens, env


def _headings(tokens: list[Token], tag: str) -> Iterator[tuple[Token, Token]]:
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == tag:
            yield token, tokens[number + 1]


def anchor(heading: str) -> str:
    """Return the name of a heading in an address, as forges make it.

    >>> anchor("Si vous êtes bloqué : qui appeler ?")
    'si-vous-êtes-bloqué--qui-appeler-'
    """
    plain = heading.replace("\u00a0", " ").replace("\u202f", " ").lower()
    return _OTHER_SIGNS.sub("", plain).replace(" ", "-")


@lru_cache(maxsize=1)
def _sizes() -> Mapping[str, Mapping[str, int]]:
    """Width and height at which each picture is shown."""
    listed: dict[str, dict[str, int]] = json.loads(
        (PICTURES / "pictures.json").read_text(encoding="utf-8")
    )
    return listed


def _image(renderer: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    """Write a picture, which leads to itself alone: a phone's reader enlarges it there."""
    token = tokens[index]
    name = str(token.attrGet("src")).removeprefix("images/")
    words = renderer.renderInlineAsText(token.children, options, env)
    size = _sizes()[name.removesuffix(".webp")]
    return Markup(
        '<a class="picture" href="{}"><img src="{}" alt="{}" width="{}" height="{}"'
        ' loading="lazy" decoding="async"></a>'
    ).format(address := asset(f"guides/{name}"), address, words, size["width"], size["height"])


def _link(renderer: RendererHTML, tokens: list[Token], index: int, _options: Any, _env: Any) -> str:
    """Write a link to another guide as one to its page; other addresses as they are."""
    target, sign, part = str(tokens[index].attrGet("href")).partition("#")
    if target.removesuffix(".md") in NAMES:
        target = link("guides.page", name=target.removesuffix(".md"))
    return f'<a href="{escape(target + sign + part)}">'


def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False})
    made.add_render_rule("image", _image)
    made.add_render_rule("link_open", _link)
    return made


_MARKDOWN = _markdown()
