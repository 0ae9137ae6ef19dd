"""The language that a command line asks for, known before the libraries of the command load."""

from collections.abc import Sequence
from itertools import pairwise

from vocab.messages import DEFAULT, Message, languages

INTERRUPTION = Message("maillage: interrupted")


def asked(arguments: Sequence[str]) -> str:
    """Return the language that a command line asks for, before anything else of it is read.

    >>> asked(["--quiet", "--lang", "en", "harvest"]), asked(["--lang=en"]), asked([])
    ('en', 'en', 'fr')
    """
    for name, value in pairwise([*arguments, ""]):
        option, equals, after = name.partition("=")
        if option == "--lang":
            wanted = after if equals else value
            return wanted if wanted in languages() else DEFAULT
    return DEFAULT
