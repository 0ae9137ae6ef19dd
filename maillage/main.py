"""The ``maillage`` command: one group, a module per family of commands."""

import gettext
import os
import signal
import sys
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import click

from harvester.run import fork_server
from maillage.terminal.context import Settings
from maillage.terminal.ending import end_of
from maillage.terminal.language import asked
from registry.serving.supervisor import stop_on
from registry.settings.config import unread
from registry.settings.private import OWNER_ONLY
from sandbox.gc import tune_gc
from vocab import messages
from vocab.messages import DEFAULT, DOMAIN, Message, languages

_HELP = """Maillage: a federated registry of digital-mediation places, as linked data.

\b
A pole (who keeps places):            A registry (who gathers them):
  maillage init                         maillage source add https://pole.example/feed/
  maillage import places.csv            maillage harvest --all
  maillage validate places.csv          maillage serve
  maillage publish site/feed

Settings come from maillage.toml, then MAILLAGE_* variables, then flags; everything the node keeps
is in one data folder. Exit codes: 0 good, 1 findings, 2 wrong usage, 3 the environment failed,
130 interrupted.
"""


_FAMILIES = {
    "accounts": ("account",),
    "questions": ("unanswered",),
    "poles": ("pole",),
    "upstreams": ("upstream",),
    "places": ("import", "publish", "validate"),
    "harvests": ("harvest", "source"),
    "decisions": ("revert",),
    "service": ("serve",),
    "starting": ("init",),
    "keeping": ("backup", "rebuild", "restore", "verify"),
}
_FAMILY_OF = {command: family for family, commands in _FAMILIES.items() for command in commands}


_TEXTS = ("help", "short_help", "epilog")
_as_written: WeakKeyDictionary[click.Command | click.Parameter, dict[str, str]] = (
    WeakKeyDictionary()
)


class _Commands(click.Group):
    """Loads a family of commands when one of them is asked for: no command needs all of them.

    Says everything in the user's language, and ends in a sentence and an exit code.

    Attributes:
        lang: the language that the command line asks for.
    """

    lang = DEFAULT

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the command line, once the language is known in which to say what is wrong.

        Raises:
            SystemExit: help cannot be written.
        """
        self.lang = asked(args)
        _use_language(self.lang)
        _put_into_words(self)
        if {"harvest", "--all"} <= set(args):
            fork_server.expect()
        try:
            return super().make_context(info_name, args, parent, **extra)
        except OSError as error:  # help could not be written
            sys.exit(end_of(error, None, self.lang))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(_FAMILY_OF)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None where there is none of that name."""
        if cmd_name in _FAMILY_OF and cmd_name not in self.commands:
            module = import_module(f"maillage.commands.{_FAMILY_OF[cmd_name]}")
            for each in vars(module).values():
                if isinstance(each, click.Command) and each.name in _FAMILY_OF:
                    self.add_command(each)
            _put_into_words(self)
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that a line names; where there is none, click looks among all."""
        if args[0] not in _FAMILY_OF:
            for name in _FAMILY_OF:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; :mod:`maillage.terminal.ending` reports whatever ends it."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  reported, a fault of ours too
            lang = ctx.obj.lang if ctx.obj else self.lang
            ctx.exit(end_of(error, ctx.obj, lang))


@click.group(cls=_Commands, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path), help="TOML file (maillage.toml).")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder of everything the node keeps."
)
@click.option(
    "--lang", type=click.Choice(languages()), default=DEFAULT, help="Language of reports."
)
@click.option("--quiet", is_flag=True, help="No progress, only results.")
@click.version_option(package_name="maillage", prog_name="maillage")
@click.pass_context
def cli(
    context: click.Context, config: Path | None, data: Path | None, lang: str, quiet: bool
) -> None:
    """Open the settings that every command works with."""
    os.umask(OWNER_ONLY)  # what is published is opened to all by who publishes it
    context.obj = Settings(config=config, data=data, lang=lang, quiet=quiet)
    _warn_of_unread(context.obj)


def _warn_of_unread(settings: Settings) -> None:
    """Warn of variables that look like settings and are none: they are not read."""
    for name, meant in unread(os.environ):
        hint = Message(" (do you mean {meant}?)", meant=meant) if meant else ""
        settings.notify(
            "maillage: warning: the variable {name} is no setting and is not read{hint}",
            name=name,
            hint=hint,
        )


def _use_language(lang: str) -> None:
    """Set the language of this process wherever gettext is asked."""
    gettext.bindtextdomain(DOMAIN, str(messages.FOLDER))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = lang


def _put_into_words(command: click.Command) -> None:
    """Return a command, its options and its own commands their help in that language."""
    things: tuple[click.Command | click.Parameter, ...] = (command, *command.params)
    for thing in things:
        for name, text in _written(thing).items():
            setattr(thing, name, gettext.gettext(text))
        if isinstance(thing, click.Parameter) and isinstance(thing.type, click.Path):
            thing.type.name = gettext.gettext(_kind_of(thing.type))
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _put_into_words(each)


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


def main() -> None:
    """Run the command."""
    stop_on(signal.SIGTERM)
    tune_gc()
    cli(standalone_mode=True)
