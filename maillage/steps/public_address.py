"""Whether an address can be one under which places are published."""

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from maillage.terminal.context import Settings
from registry.publish.manifest import read_manifest
from registry.settings.config import Config
from vocab.errors import UsageError
from vocab.urls import web_address

_NEAR = (".localhost", ".local", ".lan", ".home", ".internal", ".intranet", ".home.arpa")
_RESERVED = (".example", ".test", ".invalid", ".example.com", ".example.net", ".example.org")
"""RFC 2606 and RFC 6761: names for documentation and tests, which nobody can own."""


def is_private(url: str) -> bool:
    """Return whether an address is one of this machine or of a private network.

    >>> is_private("http://127.0.0.1:8000/"), is_private("http://127.1/"), is_private("http://nas/")
    (True, True, True)
    >>> is_private("https://pole.fr/"), is_private("http://8.8.8.8/"), is_private("http://[::1]/")
    (False, False, True)
    """
    host = _host(url)
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or f".{host}".endswith(_NEAR)
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_global


def is_reserved(url: str) -> bool:
    """Return whether an address has a name that stands for others in documentation.

    >>> is_reserved("https://pole.example/"), is_reserved("https://example.org/"), is_reserved(
    ...     "https://example.fr/")
    (True, True, False)
    """
    return f".{_host(url)}".endswith(_RESERVED)


def _host(url: str) -> str:
    """Return the host as the one who asks for the address would read it."""
    host = urlsplit(web_address(url)).hostname or ""
    return host.strip("[]").rstrip(".")


def check_public(
    settings: Settings, config: Config, feed_url: str | None, folder: Path, *, allow_private: bool
) -> None:
    """Refuse to begin to publish under an address that others cannot reach.

    Where the folder was published before, that goes on, with a warning.

    Args:
        settings: the user's.
        config: of the node.
        feed_url: address of the folder, where it is not that of the settings.
        folder: that is published.
        allow_private: such an address is meant.

    Raises:
        UsageError: the namespace or the address of the feed is one of this machine or network.
    """
    addresses = (config.namespace, feed_url or config.feed_url)
    private = next(filter(is_private, addresses), "")
    if private and not allow_private:
        if read_manifest(folder) is None:
            raise UsageError(
                "nothing is published under {url}: it is an address of this machine or network, "
                "which no registry can read. Give the public address of your site with maillage "
                "init (it writes maillage.toml), then import again; for a trial on this machine, "
                "add --allow-private",
                url=private,
            )
        settings.notify(
            "Warning: {private} is an address of this machine or network, which no registry can "
            "read. To change it: maillage init.",
            private=private,
        )
    warn_reserved(settings, config.namespace)


def warn_reserved(settings: Settings, url: str) -> None:
    """Say that an address stands for another in documentation, where it does."""
    if is_reserved(url):
        settings.notify(
            "Warning: {url} is an address for examples, which nobody can have. Give that of your "
            "site: maillage init.",
            url=url,
        )
