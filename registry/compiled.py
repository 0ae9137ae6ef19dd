"""Whether the compiled modules are those of the sources (decision 0028).

Python runs what was compiled, whatever has become of the source since; so whoever starts something
asks here first.
"""

import hashlib
import json
from pathlib import Path

from vocab.errors import MaillageError

_ROOT = Path(__file__).resolve().parent.parent
_MADE_FROM = Path(__file__).with_name("compiled.json")


class OutdatedError(MaillageError):
    """What was compiled is not what the sources say: names the modules and the remedy."""


def compiled_from() -> dict[str, str]:
    """Give the SHA-256 of each source that was compiled, by path; nothing where none was."""
    if not _MADE_FROM.exists():
        return {}
    found: dict[str, str] = json.loads(_MADE_FROM.read_text(encoding="utf-8"))
    return found


def must_be_current() -> None:
    """Make sure that nothing outdated runs.

    Raises:
        OutdatedError: a source changed since it was compiled.
    """
    differ = [path for path, digest in compiled_from().items() if _digest(path) != digest]
    if differ:
        names = ", ".join(differ)
        raise OutdatedError(
            f"compiled before their sources changed: {names}. Run `make setup`",
            f"compilés avant que leurs sources ne changent : {names}. Lancez `make setup`",
        )


def _digest(path: str) -> str:
    try:
        return hashlib.sha256((_ROOT / path).read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    if not compiled_from():
        print(  # noqa: T201  told by `make setup`
            "No C compiler with Python's headers was found: all works, but harvests take longer. "
            "Install gcc and python3-dev, then run: make -B setup"
        )
