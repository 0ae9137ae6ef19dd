"""The command line in French and in English, click's own words included."""

import inspect
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner

from maillage.main import cli
from vocab.messages import FOLDER
from vocab.translations import update

FRENCH = FOLDER / "fr" / "LC_MESSAGES" / "maillage"
NOT_SAID = {
    # To whoever writes a program with click, on Windows, or by functions that we do not call.
    "Value must be an iterable.",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Could not determine name for option with declarations {decls!r}",
    "No options defined but a name was passed ({name}). Did you mean to declare an argument "
    "instead? Did you mean to pass '--{name}'?",
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Name '{name}' defined twice",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}",
    "Unknown color {colour!r}",
    "Unknown standard stream '{name}'",
    "Windows error: {error}",
    "{editor}: Editing failed",
    "{editor}: Editing failed: {e}",
    "d",
    "Repeat for confirmation",
    "Error: The two entered values do not match.",
    "Error: invalid input",
    "Press any key to continue...",
    "{value!r} does not match the format {format}.",
    "{value!r} is not a valid UUID.",
    "Shell completion is not supported for Bash versions older than 4.4.",
    "Couldn't detect Bash version, shell completion is not supported.",
}  # fmt: skip


def catalogue() -> Catalog:
    with FRENCH.with_suffix(".po").open("rb") as file:
        return read_po(file, locale="fr")


def known() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """English singular -> all forms in English, all forms in French."""
    forms = [(_forms(each.id), _forms(each.string)) for each in catalogue() if each.id]
    return {english[0]: (english, french) for english, french in forms}


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def commands(command: click.Command, context: click.Context) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, context)


def shown(*arguments: str) -> str:
    return CliRunner().invoke(cli, arguments).output


def test_each_help_of_ours_has_its_french() -> None:
    context = cli.make_context("maillage", ["--lang", "en", "verify"])
    french, seen = known(), 0
    for command in commands(cli, context):
        options = [param for param in command.params if isinstance(param, click.Option)]
        for text in (command.help, command.epilog, *(option.help for option in options)):
            if text:
                assert inspect.cleandoc(text) in french, f"{command.name}: {text}"
                seen += 1
    assert seen > 60


def test_each_word_of_click_that_we_may_show_has_its_french() -> None:
    folder = Path(inspect.getfile(click)).parent
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(folder, method_map=[("**.py", "python")], keywords=keywords)
    words = {message[2] if isinstance(message[2], str) else message[2][0] for message in found}
    assert len(words) > 60
    assert words - known().keys() - NOT_SAID == set()


def test_a_translation_of_click_keeps_what_is_filled_in() -> None:
    """Ours: tests/test_both_languages.py, where what is given counts."""
    ours = {key for _, key in update.messages_in_code()}
    for english, french in known().values():
        assert all(french)
        if english[0] in ours:
            continue
        assert set().union(*map(_fields, french)) <= set().union(*map(_fields, english)), english


def _fields(text: str) -> set[str]:
    return set(re.findall(r"\{\w+|%\(\w+", text))


def test_what_is_shipped_is_what_is_written() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())
    assert FRENCH.with_suffix(".mo").read_bytes() == compiled.getvalue()


@pytest.mark.parametrize(
    ("arguments", "french", "english"),
    [
        (["--help"], "Dossier de tout ce que garde", "Folder of everything the node keeps."),
        (["source", "--help"], "Nomme les flux que ce nœud moissonne.", "Name the feeds that this"),
        (["publish", "--help"], "Écrit le flux de ce nœud", "Write the feed of this node"),
        (["harvest", "--help"], "Une moisson en cours peut être", "A harvest that runs can"),
        (["harvest", "--nope"], "Pas d'option '--nope'.", "No such option '--nope'."),
        (["nope"], "Pas de commande 'nope'.", "No such command 'nope'."),
        (["harvest", "release"], "Il manque l'argument 'ID'.", "Missing argument 'ID'."),
        (["harvest", "--jobs", "0"], "0 n'est pas dans l'intervalle", "0 is not in the range"),
        (["import", "no.csv"], "Fichier introuvable\u00a0: 'no.csv'", "File 'no.csv' does not"),
    ],
)  # fmt: skip
def test_both_languages_in_one_process(arguments: list[str], french: str, english: str) -> None:
    for lang, words, others in (("fr", french, english), ("en", english, french)):
        for given in (["--lang", lang], [f"--lang={lang}"], []):
            said = shown(*given, *arguments)
            wanted, other = (words, others) if given else (french, english)
            assert wanted in said
            assert other not in said


def test_an_unknown_language_is_told_in_french() -> None:
    assert "'xx' n'est pas l'une de ces valeurs\u00a0: 'fr', 'en'" in shown(
        "--lang", "xx", "verify"
    )


def test_the_language_of_the_terminal_changes_nothing() -> None:
    environment = {**os.environ, "LANGUAGE": "en", "LC_ALL": "C.UTF-8"}
    told = subprocess.run(
        [sys.executable, "-m", "maillage", "harvest", "--nope"],
        capture_output=True,
        env=environment,
        check=False,
    )
    assert "Pas d'option '--nope'" in told.stderr.decode()
    assert "maillage harvest [OPTIONS] [SOURCE]..." in told.stderr.decode()
