"""Where parsing children come from: a process that has all loaded and forks one when asked.

Run as ``python -m harvester.parsing.nursery``; its standard input is a Unix socket. Each request
names the limits of a child and brings two sockets: that on which the child will speak, and that on
which whoever asked waits for the answer. The answer brings a descriptor of the child's process, so
that whoever asked can kill that one and no other. Starting an interpreter for each source would
cost more than reading most of their documents. Nothing that strangers wrote ever comes here.
"""

import os
import signal
import socket
from contextlib import suppress
from typing import NoReturn

from harvester import rules
from harvester.parsing import child, contexts
from harvester.parsing.wire import LIMITS
from sandbox.gc import tune_gc

_STDIN, _STDOUT = 0, 1


def serve(asked: socket.socket) -> None:
    """Bear a child for each request, until all who ask are gone."""
    while True:
        limits, descriptors, _, _ = socket.recv_fds(asked, LIMITS.size, 2)
        if len(limits) < LIMITS.size or len(descriptors) < 2:
            return
        wire, answered = descriptors
        pid = os.fork()
        if pid == 0:
            asked.close()
            os.close(answered)
            _live(wire, *LIMITS.unpack(limits))
        os.close(wire)
        _tell(answered, pid)


def _tell(answered: int, pid: int) -> None:
    process = os.pidfd_open(pid)
    with socket.socket(fileno=answered) as answer, suppress(ConnectionError):  # it may be gone
        socket.send_fds(answer, [pid.to_bytes(4, "big")], [process])
    os.close(process)


def _live(wire: int, memory_bytes: int, cpu_s: int) -> NoReturn:
    """Be a child: locked down before the first byte is read, gone when its parent is."""
    code = 1
    try:
        os.dup2(wire, _STDIN)
        os.dup2(wire, _STDOUT)
        os.close(wire)
        child.lock_down(memory_bytes, cpu_s)
        with open(_STDIN, "rb") as source, open(_STDOUT, "wb") as sink:
            child.serve(source, sink)
        code = 0
    finally:
        os._exit(code)  # never back into the nursery's loop


if __name__ == "__main__":
    contexts.local()
    rules.catalogue()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    tune_gc()
    serve(socket.socket(fileno=os.dup(_STDIN)))
