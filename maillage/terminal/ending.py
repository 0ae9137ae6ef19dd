"""The end of every command: one sentence in the language asked, and an exit code.

0 good; 1 findings; 2 wrong usage, a setting included; 3 the environment failed (disk, database,
network, triple store); 70 a fault of this program (EX_SOFTWARE of sysexits); 128 + N ended by the
signal N: 130 Ctrl-C, 143 SIGTERM, 141 nobody reads the output any more (SIGPIPE).
"""

import os
import signal
import sys
import traceback

import click

from harvester.run.storage import environment_fault
from maillage.terminal.context import Settings
from maillage.terminal.descriptions import harmless
from maillage.terminal.language import INTERRUPTION
from vocab.errors import MaillageError, UsageError
from vocab.messages import Message
from vocab.redaction import public

USAGE = 2
ENVIRONMENT = 3
FAULT = 70
INTERRUPTED = 128 + signal.SIGINT
UNREAD = 128 + 13  # SIGPIPE, which Windows has not
TRACE = "MAILLAGE_TRACE"
"""Variable that, when it is set, has the trace of an unforeseen fault shown."""


def end_of(error: BaseException, settings: Settings | None, lang: str) -> int:
    """Write why a command ends, on standard error; return its exit code.

    Args:
        error: what ended it.
        settings: the command's, once they were read.
        lang: language of the sentence.
    """
    if isinstance(error, BrokenPipeError):
        # Let nothing more be written where nobody reads: Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    if isinstance(error, KeyboardInterrupt):
        click.echo(INTERRUPTION.message(lang), err=True)
        return INTERRUPTED
    click.echo(f"maillage: {sentence(error, settings, lang)}", err=True)
    explanation = explained(error, settings)
    if explanation is None:
        return FAULT
    return USAGE if isinstance(explanation, UsageError) else ENVIRONMENT


def sentence(error: BaseException, settings: Settings | None, lang: str) -> str:
    """Say in one sentence what went wrong and what to do about it."""
    explanation = explained(error, settings)
    if explanation is not None:
        return harmless(explanation.message(lang))
    if os.environ.get(TRACE):
        traceback.print_exception(error)
    what = harmless(public(" ".join(f"{type(error).__name__}: {error}".split())))
    return Message(
        "unforeseen error ({what}). It is a fault of the program: run it again with {variable}=1 "
        "and report what is shown",
        what=what,
        variable=TRACE,
    ).message(lang)


def explained(error: BaseException, settings: Settings | None) -> MaillageError | None:
    """Return the error that explains another; None for a fault of the program."""
    if found := environment_fault(error, _place(settings)):
        return found
    return error if isinstance(error, MaillageError) else None


def _place(settings: Settings | None) -> object:
    try:
        return "?" if settings is None else settings.load().data
    except MaillageError:  # wrong settings: the error says which
        return "?"
