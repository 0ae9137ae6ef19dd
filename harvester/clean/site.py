"""Web addresses: one or several, repaired where certain. The case of a path is never changed."""

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_address

from harvester.clean.tracked_text import TrackedText
from harvester.clean.types import CellList, Note
from vocab.urls import as_iri

_RIGHT = re.compile(
    r"https?://(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,24}(?::\d{1,5})?(?:[/?#][^\s<>\"{}|\\^`\[\]]*)?",
    re.IGNORECASE,
)
_AT_IP = re.compile(
    r"https?://(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?(?:[/?#][^\s<>\"{}|\\^`\[\]]*)?",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*\|\s*|\n|\s*[;,]\s*(?=(?:https?:|www\.))|\s+(?:ou|et|-|/|;|,)\s+(?=(?:https?:|www\.))"
    r"|\s(?=https?://)|(?<=\w)(?=https?://(?:www\.)?\w+\.)",
    re.IGNORECASE,
)
_LIST = re.compile(r"[|;]")  # the separators of the two versions of the standard
_SCHEME_TYPOS = (
    (re.compile(r"^(?:https?://\s?)+(?=https?://)", re.IGNORECASE), ""),
    (re.compile(r"^(https?)\s*[:;]?\s*[/\\]{1,3}\s*:?\s*[/\\]*", re.IGNORECASE), r"\1://"),
    (re.compile(r"^(https?)\s*:\s*(?=www\.)", re.IGNORECASE), r"\1://"),
    (re.compile(r"^(https?)(?=www\.)", re.IGNORECASE), r"\1://"),
    (re.compile(r"^(?:ttps|htps)(?=://)", re.IGNORECASE), "https"),
    (re.compile(r"^(?:ttp|htp|htt)(?=://)", re.IGNORECASE), "http"),
)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_EMAIL = re.compile(r"(?:https?://)?[^\s/@]+@[^\s/@]+", re.IGNORECASE)
_WWW_TYPO = re.compile(r"^((?:https?://)?www)[,:;](?=\w)", re.IGNORECASE)
_BARE = re.compile(
    r"(?:www\.)?(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,24}(?:[/?#]\S*)?", re.IGNORECASE
)
_JOINING = frozenset(("", "ou", "-", "/", "+", "&"))
_BARE_SCHEME = re.compile(r"(?:https?:?/*)?", re.IGNORECASE)
_ADDRESS_THEN_TEXT = re.compile(
    r"(?:[^|:]{0,60}?[\s:])?((?:https?://|www\.)\S+)(?:\s+[^.]*)?", re.IGNORECASE
)


@lru_cache(maxsize=16384)
def clean_sites(column: str, text: str) -> CellList:
    """Return the distinct addresses of a cell, in order."""
    if not text or _is_right(text):
        return CellList((text,) if text else ())
    found: dict[str, None] = {}
    notes: list[Note] = []
    for piece in _pieces(text):
        tracked = TrackedText(column, piece.strip())
        if not _is_right(tracked.text):
            _repair(tracked)
        if tracked.text in found:
            tracked.change("", "repeated-value-removed")
        notes += tracked.notes
        if tracked.text:
            found[tracked.text] = None
    if found and not notes and list(found) != [part.strip() for part in _LIST.split(text)]:
        notes.append(Note(column, "site-ornaments-removed", "repair", text, "|".join(found)))
    return CellList(tuple(found), tuple(notes))


def _pieces(text: str) -> Iterator[str]:
    """Part a cell into addresses; several without a scheme stand between blanks (a.fr b.fr)."""
    for piece in filter(None, map(str.strip, _SEPARATOR.split(text))):
        words = [word for word in re.split(r"[\s,;]+", piece) if word not in _JOINING]
        if len(words) > 1 and all(_BARE.fullmatch(word) or _is_right(word) for word in words):
            yield from words
        else:
            yield piece


def _is_right(text: str) -> bool:
    if text.endswith(("…", "...")) or as_iri(text) != text:
        return False
    return _RIGHT.fullmatch(text) is not None or _is_at_public_address(text)


def _is_at_public_address(text: str) -> bool:
    """Return whether the host is an IP address that all the world can reach."""
    found = _AT_IP.fullmatch(text)
    return found is not None and _is_reachable(found[1])


def _is_reachable(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_global
    except ValueError:
        return False


def _repair(tracked: TrackedText) -> None:
    bare = tracked.text.strip(" \t.;,<>\"'")
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    unpaired = bare.count("[") != bare.count("]")
    tracked.change(bare.strip("[]") if unpaired else bare, "site-ornaments-removed")
    if _BARE_SCHEME.fullmatch(tracked.text):
        tracked.change("", "site-bare-scheme")
        return
    if _EMAIL.fullmatch(tracked.text):
        tracked.drop("site-is-email")
        return
    text = tracked.text.replace("\\", "/") if re.match(r"https?:\\", tracked.text) else tracked.text
    for typo, right in _SCHEME_TYPOS:
        text = typo.sub(right, text, count=1)
    text = _SCHEME.sub(lambda found: found[0].lower(), _WWW_TYPO.sub(r"\1.", text))
    tracked.change(text, "site-scheme-mended")
    _drop_text(tracked)
    if _BARE.fullmatch(tracked.text):
        tracked.change("http://" + tracked.text, "site-scheme-added")
    if tracked.text.endswith(("…", "...")):
        tracked.drop("site-cut-short")
    elif (found := _AT_IP.fullmatch(tracked.text)) and not _is_reachable(found[1]):
        tracked.drop("site-not-public")
    elif not _is_right(tracked.text):
        _encode(tracked)


def _drop_text(tracked: TrackedText) -> None:
    """Keep the address of "address (being rebuilt)"; what only looks like one is no address."""
    if not re.search(r"\s", tracked.text):
        return
    found = _ADDRESS_THEN_TEXT.fullmatch(tracked.text)
    if found and "." in found[1].removeprefix("www."):
        tracked.change(found[1], "site-text-left-out", "loss")


def _encode(tracked: TrackedText) -> None:
    """Write what an address may not hold, brackets or a lone %, in its percent form."""
    coded = as_iri(tracked.text)
    if not re.search(r"\s", tracked.text) and _is_right(coded):
        tracked.change(coded, "site-characters-encoded")
    else:
        tracked.drop("site-unreadable")
