"""Files that visitors send: to which address, and how large they may be."""

import re

from registry.settings.config import Config

PATH = "/verifier"
"""The address that reads the file of anybody."""
DROP_PATH = "/espace/pole/<slug>/deposer"
"""The address that reads the file of an editor."""
_UPLOADS = re.compile(r"(?:/verifier|/espace/pole/[^/]+/deposer)\Z")
_AROUND = 65_536
"""What a form puts around its file, in bytes."""
MB = 1_000_000


def largest_body(config: Config) -> int:
    """Return how many bytes a request with a file may have."""
    return config.checked_mb * MB + _AROUND


def is_upload(path: str) -> bool:
    """Whether a path, in any language and below any path of the site, is one that reads a file."""
    return _UPLOADS.search(path.rstrip("/")) is not None
