"""The way to the provider of identities, through the one door to the web."""

from collections.abc import Mapping
from dataclasses import replace

from harvester.fetch import Fetcher, policy_of
from registry.identity.provider import Provider
from registry.identity.transport import Reply
from registry.settings.config import Config
from registry.settings.oidc import client_secret
from registry.web.accounts.leaving import ANSWER_PATH

_DEADLINE_S = 8.0
_MAX_BYTES = 256_000


class FetchTransport:
    """Sends requests as a harvest would: judged addresses, no redirect, bounded time and bytes."""

    def __init__(self, config: Config) -> None:
        self._policy = replace(
            policy_of(config),
            allow_private=config.oidc.allow_private,
            deadline_s=_DEADLINE_S,
            max_bytes=_MAX_BYTES,
            tries=1,
        )

    def send(self, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        """Ask, or send a body; errors as of :meth:`harvester.fetch.Fetcher.ask`."""
        with Fetcher(self._policy) as fetcher:
            answered = fetcher.ask(url, headers, body)
        return Reply(answered.status, answered.media_type, answered.body)


def provider_of(config: Config) -> Provider:
    """Return the provider that the settings name.

    Raises:
        UsageError: its secret cannot be read, or others can read it.
    """
    oidc = config.oidc
    back = config.base_url + ANSWER_PATH
    return Provider(oidc, client_secret(oidc), FetchTransport(config), back)
