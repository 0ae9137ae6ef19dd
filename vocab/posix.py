"""What only POSIX systems have: asked for where it is used, so that the rest runs anywhere."""

import os
from importlib.util import find_spec

from vocab.errors import MaillageError

_MODULES = ("fcntl", "resource")
_CALLS = ("fork",)


class PlatformError(MaillageError):
    """The operating system lacks what was asked for."""


def need_posix() -> None:
    """Go on only where processes can be forked and bounded, and files locked.

    Raises:
        PlatformError: the system is not POSIX; the sentence names what it lacks.
    """
    absent = [name for name in _MODULES if not _is_there(name)]
    absent += [f"os.{name}" for name in _CALLS if not hasattr(os, name)]
    if absent:
        raise PlatformError(
            "this needs a POSIX system such as Linux (missing here: {missing}): run it there, in "
            "WSL or in a container",
            missing=", ".join(absent),
        )


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:
        return False
