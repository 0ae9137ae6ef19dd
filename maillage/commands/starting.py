"""The first step of a pole: the address under which it publishes, and who it is."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import click

from maillage.steps.public_address import is_private, warn_reserved
from maillage.terminal.context import Settings
from registry.node import pole_description
from registry.settings.config import DEFAULT_LICENCE, load
from vocab.errors import MaillageError, UsageError
from vocab.messages import Message
from vocab.slugs import slug_of
from vocab.text import one_line
from vocab.urls import web_address

_DATA = "maillage-data"
_SETTINGS = files("maillage.commands").joinpath("settings.txt")


@dataclass
class _Answers:
    """What a settings file says; each may come from an option or from a question."""

    base_url: str
    name: str
    title: str
    slug: str
    contact: str
    licence: str
    departements: str


@click.command()
@click.option("--base-url", default="", help="Public address of your site.")
@click.option("--name", default="", help="Name of the organisation that keeps the places.")
@click.option("--title", default="", help="Name shown on the pages (default: that name).")
@click.option("--slug", default="", help="Short name (default: from the name).")
@click.option("--contact", default="", help="E-mail address of a service, never of a person.")
@click.option("--licence", default="", help="IRI of the licence (default: Licence Ouverte 2.0).")
@click.option("--departements", default="", help="Codes of départements, such as 44,29.")
@click.option("--yes", "-y", is_flag=True, help="Ask nothing: options and defaults.")
@click.option("--force", is_flag=True, help="Overwrite the settings that are there.")
@click.option("--allow-private", is_flag=True, help="The address is on this machine or network.")
@click.pass_obj
def init(settings: Settings, /, yes: bool, force: bool, allow_private: bool, **given: str) -> None:
    """Ask for the address of your site and who you are, and write the settings: maillage.toml.

    With --yes nothing is asked, and --base-url must be given. Settings that are there already are
    kept unless --force is given. Prints the path of the file.
    """
    file = settings.config or Path("maillage.toml")
    if file.exists() and not force:
        raise UsageError(
            "{file} is there already and is kept: change it by hand, or write it again with "
            "--force",
            file=file,
        )
    answers = _Answers(**given)
    _ask(settings, answers, asking=not yes, allow_private=allow_private)
    _write(settings, file, _text(settings, answers))
    click.echo(str(file))
    warn_reserved(settings, answers.base_url)
    _notify_of_next_steps(settings, answers.base_url)


def _ask(settings: Settings, answers: _Answers, *, asking: bool, allow_private: bool) -> None:
    """Fill in what no option gave: by questions, or by what is usual."""
    ask = partial(_answer, settings, asking)
    answers.base_url = ask(
        answers.base_url,
        Message("Public address of your site (https://…)"),
        check=lambda text: _address(text, allow_private=allow_private),
    )
    host = urlsplit(answers.base_url).hostname or ""
    question = Message("Name of your pole")
    answers.name = ask(answers.name, question, "" if asking else answers.title or host, one_line)
    answers.title = one_line(answers.title) or answers.name
    usual = slug_of(answers.name, slug_of(host, "pole"))
    answers.slug = ask(
        answers.slug, Message("Short name"), usual, lambda text: slug_of(text, "pole")
    )
    if asking:
        question = Message("E-mail address of a service (or nothing)")
        answers.contact = ask(answers.contact, question, optional=True)
        question = Message("Départements, such as 44,29 (or nothing)")
        answers.departements = ask(answers.departements, question, optional=True)
    answers.licence = ask(answers.licence, Message("Licence"), DEFAULT_LICENCE)


def _answer(
    settings: Settings,
    asking: bool,
    given: str,
    question: Message,
    usual: str = "",
    check: Callable[[str], str] = str.strip,
    *,
    optional: bool = False,
) -> str:
    """Ask at the terminal, in the user's language, or take what is given or usual; check it."""
    if given or not asking:
        return check(given or usual)

    def checked(text: str) -> str:
        try:
            return check(text)
        except MaillageError as error:
            raise click.BadParameter(error.message(settings.lang)) from error

    try:
        return str(
            click.prompt(
                question.message(settings.lang),
                default=usual if usual or optional else None,
                show_default=bool(usual),
                value_proc=checked,
                err=True,
            )
        )
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise UsageError(
            "there is no terminal to ask at: give --base-url, --name and --yes"
        ) from None


def _address(text: str, *, allow_private: bool) -> str:
    """Return an address as the settings hold it; ``https://`` may be left out."""
    written = text.strip()
    whole = written if "://" in written or not written else f"https://{written}"
    try:
        found = web_address(whole)
    except ValueError as error:
        raise UsageError(
            "{written!r} is no address of a site: give one such as https://pole.fr/ (--base-url)",
            written=written,
        ) from error
    if is_private(found) and not allow_private:
        raise UsageError(
            "{found} is an address of this machine or network, which no registry can read: give "
            "the public address of your site; for a trial, add --allow-private",
            found=found,
        )
    return found.rstrip("/") + "/"


def _text(settings: Settings, answers: _Answers) -> str:
    data = str(settings.data.resolve()) if settings.data else _DATA
    codes = answers.departements.replace(";", ",").replace(" ", ",").split(",")
    values = asdict(answers) | {"data": data, "departements": [code for code in codes if code]}
    # A JSON string is a TOML basic string, but for DEL.
    words = {name: json.dumps(value, ensure_ascii=False) for name, value in values.items()}
    template = _SETTINGS.read_text(encoding="utf-8")
    return template.format_map({name: text.replace("\x7f", "") for name, text in words.items()})


def _write(settings: Settings, file: Path, text: str) -> None:
    """Write the settings once they are known to be good; what was there stays until then."""
    draft = file.with_name(f".{file.name}.new")
    try:
        draft.write_text(text, encoding="utf-8")
        pole_description(load(draft, {}))
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _notify_of_next_steps(settings: Settings, base_url: str) -> None:
    settings.notify(
        "\n"
        "Next:\n"
        "  maillage import places.csv      reads your table\n"
        "  maillage validate places.csv    tells what the registry will say of it\n"
        "  maillage publish site/feed      writes the files to publish\n"
        "then copy what is in site/ to {base_url}: the feed will be {base_url}feed/",
        base_url=base_url,
    )
