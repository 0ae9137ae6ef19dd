"""The standard library's fork server, with what it loads; imports nothing that takes time."""

from contextlib import suppress
from multiprocessing import forkserver, get_context
from multiprocessing.context import BaseContext

from vocab.posix import PlatformError, need_posix

_MODULES = ["__main__", "harvester.run.preload"]


def context() -> BaseContext:
    """Return the context of processes that start with all loaded, whatever threads run here."""
    need_posix()
    found = get_context("forkserver")
    found.set_forkserver_preload(_MODULES)
    return found


def expect() -> None:
    """Start the fork server, where there can be one, to load while this process loads."""
    with suppress(PlatformError):
        context()
        forkserver.ensure_running()
