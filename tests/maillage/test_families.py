"""Commands are loaded one family at a time; none is lost by that."""

import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import click
import pytest
from click.testing import CliRunner

from maillage import commands
from maillage.commands.accounts import account
from maillage.commands.lifecycle import mailbox, source_
from maillage.commands.poles import pole_
from maillage.commands.upstreams import upstream_
from maillage.main import cli


def test_every_command_of_every_family_is_known_by_name() -> None:
    context, names = click.Context(cli), set[str]()
    for family in iter_modules(commands.__path__):
        module = import_module(f"maillage.commands.{family.name}")
        made = (each for each in vars(module).values() if isinstance(each, click.Command))
        names |= {each.name for each in made if each.name}
    names -= {*mailbox.commands, *upstream_.commands, "mailbox"}
    names -= {*source_.commands, *account.commands, *pole_.commands, "cancel", "discard", "release"}
    assert cli.list_commands(context) == sorted(names)
    for name in names:
        assert cli.get_command(context, name) is not None


def test_help_names_them_and_an_unknown_one_is_refused() -> None:
    shown = CliRunner().invoke(cli, ["--help"])
    assert shown.exit_code == 0
    assert "harvest" in shown.output
    assert "verify" in shown.output
    assert CliRunner().invoke(cli, ["harvset"]).exit_code == 2


@pytest.mark.parametrize("stranger", ["flask", "rdflib", "apscheduler", "harvester.tabular.apply"])
def test_a_harvest_starts_without_what_only_others_need(stranger: str) -> None:
    loaded = (
        "import sys, maillage.main as m, click;"
        "m.cli.get_command(click.Context(m.cli), 'harvest');"
        f"sys.exit({stranger!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
