"""The fork server: loads once what children do, then forks a child for each request.

Run as ``python -m sandbox.server MODULE``; its standard input is the socket of requests. A request
names a module of ours and what the child may use, and brings two sockets: the *wire*, on which the
child is asked, and the *control*, on which whoever asked hears the process number and, once it
hangs up, how the child ended. Nothing that strangers wrote ever comes here.

The module has ``answer(head, body)``, called in the child for each question, and may have
``prepare()``, called here once: what is not loaded by then cannot be read from the disk any more.
Children end when their control is hung up, and with this process.
"""

import json
import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import NoReturn

from sandbox.forks import die_with, end
from sandbox.frames import receive, send
from sandbox.gc import tune_gc
from sandbox.isolation import Bounds, isolate, limit_cpu

_STDIN = 0
_FIRST_OTHER = 3
_REQUEST_BYTES = 4_096


@cache
def _loaded(name: str) -> ModuleType:
    module = import_module(name)
    if hasattr(module, "prepare"):
        module.prepare()
    tune_gc()
    return module


def serve(requests: socket.socket) -> None:
    """Fork a child for each request, until all who may ask are gone."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(requests, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.fileobj is not requests:
                    control, pid = key.data
                    waiting.unregister(control)
                    _hang_up(control, pid)
                elif started := _start(requests):
                    waiting.register(started[0], selectors.EVENT_READ, started)
                else:
                    return


def _start(requests: socket.socket) -> tuple[socket.socket, int] | None:
    """Fork a child; None when nobody asks any more."""
    request, descriptors, _, _ = socket.recv_fds(requests, _REQUEST_BYTES, 2)
    if not request:
        return None
    wire, control = (socket.socket(fileno=descriptor) for descriptor in descriptors)
    name, *bounds = json.loads(request)
    module, server = _loaded(name), os.getpid()
    pid = os.fork()
    if pid == 0:
        _live(module, Bounds(*bounds), wire, server)
    wire.close()
    with suppress(OSError):  # whoever asked may be gone, as the next look will show
        control.send(str(pid).encode())
    return control, pid


def _hang_up(control: socket.socket, pid: int) -> None:
    code = end(pid)
    with control, suppress(OSError):
        control.send(str(code).encode())


def _live(module: ModuleType, bounds: Bounds, wire: socket.socket, server: int) -> NoReturn:
    """Be a child: locked down before the first question comes, gone when its parent is."""
    code = 1
    try:
        os.dup2(wire.detach(), _STDIN)
        os.closerange(_FIRST_OTHER, os.sysconf("SC_OPEN_MAX"))
        connection = socket.socket(fileno=_STDIN)
        isolated = isolate(bounds)
        die_with(server)
        send(connection, {"isolated": isolated})
        while message := receive(connection):
            head, body = message
            limit_cpu(head.pop("deadline_s") + 1)
            send(connection, *module.answer(head, body))
        code = 0
    finally:
        os._exit(code)  # never back into the loop of the server


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    for each in sys.argv[1:]:
        _loaded(each)
    serve(socket.socket(fileno=os.dup(_STDIN)))
