"""A settings file as it may leave the machine: as its operator wrote it, without its secrets."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vocab.redaction import HIDDEN, public

_SECRET = frozenset({"store_authorization"})


def without_secrets(file: Path) -> str | None:
    """Return the text of a settings file; None where a secret in it could not be taken out.

    Comments stay, for they say why a setting is what it is; each secret that is written in them as
    well is taken out too.

    Raises:
        OSError, UnicodeDecodeError, tomllib.TOMLDecodeError: it is no settings file.
    """
    text = file.read_text("utf-8")
    for secret, shown in _secrets(tomllib.loads(text)):
        text = text.replace(secret, shown)
    text = public(text)
    left = list(_secrets(tomllib.loads(text)))
    return None if left else text


def _secrets(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Return each secret of the settings, with what replaces it."""
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _secrets(value)
        elif isinstance(value, str) and value:
            shown = HIDDEN if name in _SECRET else public(value)
            if shown != value:
                yield value, shown
