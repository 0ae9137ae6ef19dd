"""Commands are loaded one family at a time; none is lost by that."""

import subprocess
import sys
from importlib import import_module

import click
import pytest
from click.testing import CliRunner

from maillage.main import cli

FAMILIES = ("harvests", "keeping", "places", "service", "starting", "upkeep")


def test_every_command_of_every_family_is_known_by_name() -> None:
    group = click.Group()
    for family in FAMILIES:
        import_module(f"maillage.commands.{family}").register(group)
    context = click.Context(cli)
    assert cli.list_commands(context) == sorted(group.commands)
    for name in group.commands:
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
