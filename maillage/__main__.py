"""The way into the command: it answers Ctrl-C while the rest is loading."""

import os
import signal
import sys
from types import FrameType

from maillage.terminal.language import INTERRUPTION, asked

_INTERRUPTED = 128 + signal.SIGINT


def main() -> None:
    """Load the command, then run it."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:  # else whoever started this wants it to be deaf
        signal.signal(signal.SIGINT, _interrupted)
    from maillage.main import main as command

    signal.signal(signal.SIGINT, handler)
    command()


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    """End at once: nothing is open yet, and a module half loaded could swallow an exception."""
    os.write(2, f"{INTERRUPTION.message(asked(sys.argv))}\n".encode())
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
