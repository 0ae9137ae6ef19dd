"""Poles without a server: this node states their places under addresses of its own.

To the ledger such a pole is a source of kind ``file``: nothing is fetched, its people write.
"""

from registry.ledger.types import Source
from registry.settings.config import Config

KIND = "file"
"""Sources that this node states itself, its own and those of the poles that it hosts."""


def hosted_root(config: Config, slug: str) -> str:
    """Return the address under which everything of a hosted pole lies; ends in ``/``."""
    return f"{config.base_url}hote/{slug}/"


def hosted_namespace(config: Config, slug: str) -> str:
    """Return the prefix of the IRIs of a hosted pole."""
    return f"{hosted_root(config, slug)}id/"


def hosted_source(config: Config, slug: str, title: str) -> Source:
    """Return a hosted pole as a source; its address is the feed that this node publishes of it."""
    feed = f"{hosted_root(config, slug)}feed/"
    return Source(slug, slug, title, feed, KIND, (hosted_namespace(config, slug),), every_s=0)


def is_hosted(config: Config, source: Source) -> bool:
    """Whether a source is a pole that this node hosts."""
    return source.kind == KIND and source.namespaces == (hosted_namespace(config, source.slug),)
