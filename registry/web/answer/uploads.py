"""Files that visitors send: to which address, and how large they may be."""

from registry.settings.config import Config

PATH = "/verifier"
"""The one address that reads a file."""
_AROUND = 65_536
"""What a form puts around its file, in bytes."""
MB = 1_000_000


def largest_body(config: Config) -> int:
    """Return how many bytes a request with a file may have."""
    return config.checked_mb * MB + _AROUND


def is_upload(path: str) -> bool:
    """Whether a path, in any language and below any path of the site, is that address."""
    return path.rstrip("/").endswith(PATH)
