"""JSON objects that a provider answers with."""

import json
from collections.abc import Mapping
from typing import Any

from registry.identity.errors import ProviderError, Trouble
from registry.identity.transport import Reply, Transport
from vocab.errors import MaillageError


def ask(
    transport: Transport, url: str, headers: Mapping[str, str], body: bytes | None = None
) -> Reply:
    """Send one request to a provider.

    Raises:
        ProviderError: no whole answer came.
    """
    try:
        return transport.send(url, headers, body)
    except MaillageError as error:
        raise ProviderError(
            Trouble.UNREACHABLE, "{url}: {reason}", url=url, reason=str(error)
        ) from error


def object_of(reply: Reply, url: str) -> dict[str, Any]:
    """Return the JSON object of an answer with status 200.

    Raises:
        ProviderError: another status, or no such object.
    """
    if reply.status != 200:
        trouble = Trouble.UNREACHABLE if reply.status >= 500 else Trouble.REFUSED
        raise ProviderError(
            trouble,
            "{url} answered {status}: {body}",
            url=url,
            status=reply.status,
            body=reply.body[:150],
        )
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError) as error:
        raise ProviderError(Trouble.UNTRUSTED, "{url} is not JSON", url=url) from error
    if not isinstance(found, dict):
        raise ProviderError(Trouble.UNTRUSTED, "{url} is no JSON object", url=url)
    return found
