"""What every command starts from: the settings, and the node opened once when it is needed."""

from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

from registry.node import Node
from registry.settings.config import Config, load
from registry.settings.private import keep_private
from vocab.messages import Message


@dataclass(frozen=True, slots=True)
class Settings:
    """The options that come before the command's name.

    Attributes:
        config: settings file, or None for ``maillage.toml`` in the working folder.
        data: data folder given as a flag.
        lang: language of what people read.
        quiet: no progress on the terminal.
    """

    config: Path | None
    data: Path | None
    lang: str
    quiet: bool

    def load(self, **flags: object) -> Config:
        """Read the settings, flags last."""
        return load(self.config, None, data=self.data, **flags)

    def node(self, **flags: object) -> Node:
        """Open the node of these settings; close it after use."""
        config = self.load(**flags)
        was_open = keep_private(config.data)
        node = Node.open(config)
        if was_open:
            self.notify(
                "{folder} was readable by other users: closed to them (700, files 600)",
                folder=config.data,
            )
        return node

    def text(self, template: str, /, **values: object) -> str:
        """Return a sentence in the language of the user."""
        return Message(template, **values).message(self.lang)

    def notify(self, template: str, /, **values: object) -> None:
        """Write a sentence to the terminal, on standard error."""
        if not self.quiet:
            click.echo(self.text(template, **values), err=True)

    @property
    def console(self) -> Console:
        """Terminal for progress: standard error, so that standard output holds data only."""
        return Console(stderr=True, quiet=self.quiet)
