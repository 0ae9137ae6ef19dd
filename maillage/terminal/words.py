"""The language of the command line: click's own words and the help of our commands.

Both are written in English; gettext finds the catalogues of the other languages, for click as well,
by the domain that :func:`use_language` names for this process.
"""

import gettext
import os
from inspect import cleandoc
from weakref import WeakKeyDictionary

import click

from vocab import messages
from vocab.messages import DOMAIN

_TEXTS = ("help", "short_help", "epilog")
_as_written: WeakKeyDictionary[click.Command | click.Parameter, dict[str, str]] = (
    WeakKeyDictionary()
)


def use_language(lang: str) -> None:
    """Set the language of this process wherever gettext is asked."""
    gettext.bindtextdomain(DOMAIN, str(messages.FOLDER))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = lang


def put_into_words(command: click.Command) -> None:
    """Return a command, its options and its own commands their help in that language."""
    things: tuple[click.Command | click.Parameter, ...] = (command, *command.params)
    for thing in things:
        for name, text in _written(thing).items():
            setattr(thing, name, gettext.gettext(text))
        if isinstance(thing, click.Parameter) and isinstance(thing.type, click.Path):
            thing.type.name = gettext.gettext(_kind_of(thing.type))
    if isinstance(command, click.Group):
        for each in command.commands.values():
            put_into_words(each)


def _kind_of(path: click.Path) -> str:
    """Return click's own word for what a path leads to, which it puts into words only once."""
    if path.file_okay and not path.dir_okay:
        return "file"
    return "path" if path.file_okay else "directory"


def _written(thing: click.Command | click.Parameter) -> dict[str, str]:
    """Return the texts of a command or an option as its author wrote them."""
    if thing not in _as_written:
        texts = {name: getattr(thing, name, None) for name in _TEXTS}
        _as_written[thing] = {name: cleandoc(text) for name, text in texts.items() if text}
    return _as_written[thing]
