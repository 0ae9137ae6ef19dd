"""The few ActivityStreams 2.0 that strangers post, in compact or in expanded JSON-LD."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from registry.formats.small_json import small_object
from vocab.errors import UsageError
from vocab.namespaces import AS
from vocab.urls import as_asked

CONTEXT = AS.removesuffix("#")
_VERBS = frozenset({"Announce", "Update"})
_MAX_URL = 2_048


@dataclass(frozen=True, slots=True)
class Activity:
    """What was posted.

    Attributes:
        object: http(s) address that it is about.
        target: IRI of whom it is for; empty where it says nothing of that.
        actor: IRI of who says it, which proves nothing; empty where it says nothing of that.
    """

    object: str
    target: str = ""
    actor: str = ""


def read_activity(body: bytes) -> Activity:
    """Read an Announce or an Update of an address.

    Raises:
        UsageError: no JSON, too deep, another vocabulary, or no http(s) address; says which.
    """
    document = small_object(body)
    is_expanded = f"{AS}object" in document
    if not (is_expanded or _speaks_as(document.get("@context"))):
        raise UsageError('"@context" must name {context}.', context=CONTEXT)
    if not _VERBS & _types(document):
        raise UsageError('"type" must be Announce or Update.')
    address = _one(document, "object")
    if not _is_address(address):
        raise UsageError('"object" must be the http(s) address of the source.')
    return Activity(as_asked(address), _one(document, "target"), _one(document, "actor"))


def _one(document: dict[str, Any], name: str) -> str:
    """Return the IRI that a property gives; empty where it gives none, or several."""
    found = document.get(name, document.get(f"{AS}{name}"))
    if isinstance(found, list) and len(found) == 1 and isinstance(found[0], dict):
        found = found[0]
    if isinstance(found, dict):
        found = found.get("id", found.get("@id"))
    return found if isinstance(found, str) else ""


def _speaks_as(context: object) -> bool:
    return CONTEXT in (context if isinstance(context, list) else [context])


def _types(document: dict[str, Any]) -> set[str]:
    found = document.get("type", document.get("@type"))
    names = found if isinstance(found, list) else [found]
    return {name.removeprefix(AS) for name in names if isinstance(name, str)}


def _is_address(text: str) -> bool:
    if len(text) > _MAX_URL or not text.isascii() or any(c <= " " or c in '<>"\\' for c in text):
        return False
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
