"""Bring the catalogues in line with what the code says: ``make messages``.

What people read is found where it is written: the first argument of messages, of errors and of the
functions below, in Python and in templates; help of the command line; sentences of rules in TOML.
Each catalogue keeps the sentences that it has, loses those that nobody says any more, and lists
with an empty sentence those that it lacks: also one that has got a plural, or has lost it.
"""

import ast
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from inspect import cleandoc
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from vocab.messages import DOMAIN, FOLDER

ROOT = FOLDER.parent.parent
ROOMS = ("vocab", "sandbox", "shapes", "registry", "harvester", "maillage")
_MESSAGE_CALLS = {"translate", "__init__", "_", "lazy_gettext"}
_SETTINGS_METHODS = {"text", "notify"}  # of the settings of a command
_COUNTED_BY = ("ngettext",)
_HELP = {"help", "short_help", "epilog"}
_RULES = (("harvester", "rules.toml"), ("shapes", "harvest_*.toml"))
_SINCE = datetime(2026, 11, 26, tzinfo=UTC)
Key = tuple[str, str]
"""The context, empty for most, and the English."""


def messages_in_code() -> dict[Key, str]:
    """Return every sentence of ours with its plural, which is empty for most."""
    trees = [
        ast.parse(path.read_text("utf-8"))
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
    ]
    known = _MESSAGE_CALLS | _family(trees, "MaillageError") | _family(trees, "Message")
    known -= {"Refused"}  # between the compiler of shapes and its engine
    found = [each for tree in trees for each in _in_python(tree, known)]
    return dict(sorted([*found, *_in_templates(), *_in_rules()]))


def of_click() -> set[str]:
    """Return the sentences of the library of the command line."""
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(Path(click.__file__).parent, [("**.py", "python")], keywords=keywords)
    return {_one(text) for _, _, text, _, _ in found}


def _family(trees: list[ast.Module], root: str) -> set[str]:
    """Return the names of a class and of all that descend from it."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found: set[str] = set()
    more = {root}
    while more:
        found |= more
        more = {each.name for each in classes if found & set(map(_named, each.bases))} - found
    return found


def _named(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _in_python(tree: ast.Module, known: set[str]) -> Iterator[tuple[Key, str]]:
    for node in ast.walk(tree):
        yield from ((("", cleandoc(text)), "") for text in _help_in(node) if text)
        if isinstance(node, ast.Call) and (texts := [*map(_text, node.args), ""])[0]:
            if _named(node.func) in _COUNTED_BY:
                yield ("", texts[0]), texts[1]
            elif _named(node.func) == "pgettext":
                yield (texts[0], texts[1]), ""
            elif _is_message(node.func, known) and not texts[0].startswith("MED-"):
                yield (texts[1], texts[0]), ""


def _help_in(node: ast.AST) -> Iterator[str]:
    """Yield the help of a command and of its options, before its indents are taken off."""
    if isinstance(node, ast.FunctionDef) and any(map(_is_command, node.decorator_list)):
        yield ast.get_docstring(node, clean=False) or ""
    elif isinstance(node, ast.Assign | ast.keyword):
        name = node.arg if isinstance(node, ast.keyword) else _named(node.targets[0])
        if name and name.strip("_").lower() in _HELP:
            yield _text(node.value)


def _is_message(function: ast.expr, known: set[str]) -> bool:
    if _named(function) in known:
        return True
    return (
        isinstance(function, ast.Attribute)
        and function.attr in _SETTINGS_METHODS
        and _named(function.value).endswith("settings")
    )


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_command(decorator: ast.expr) -> bool:
    """Whether a decorator makes a command whose help is the docstring."""
    if not isinstance(decorator, ast.Call) or _named(decorator.func) not in {"command", "group"}:
        return False
    return "help" not in {word.arg for word in decorator.keywords}


def _in_templates() -> list[tuple[Key, str]]:
    found: list[tuple[Key, str]] = []
    for path in sorted((ROOT / "registry").rglob("templates/**/*.*ml")):
        source = BytesIO(path.read_bytes())
        for _, function, text, _ in babel_extract(source, ("_", "ngettext", "pgettext"), (), {}):
            texts = [str(part) for part in ([text] if isinstance(text, str) else text or [])] + [""]
            if function == "pgettext":
                found.append(((texts[0], texts[1]), ""))
            else:
                found.append((("", texts[0]), texts[1] if function == "ngettext" else ""))
    return found


def _in_rules() -> list[tuple[Key, str]]:
    return [
        (("", rule[name]), "")
        for folder, pattern in _RULES
        for path in sorted((ROOT / folder).rglob(pattern))
        for rule in tomllib.loads(path.read_text("utf-8")).values()
        for name in ("en", "name", "why")
        if name in rule
    ]


def read(lang: str) -> Catalog:
    """Return the catalogue of a language."""
    with (FOLDER / lang / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=lang)


def updated(lang: str) -> Catalog:
    """Return the catalogue of a language with exactly what is said."""
    before = {(each.context or "", _one(each.id)): each for each in read(lang) if each.id}
    after = Catalog(locale=lang, project="Maillage", version="1", creation_date=_SINCE)
    after.header_comment = "# What people read, in another language: see docs/languages.md."
    after.revision_date = _SINCE
    clicks = before.keys() & {("", text) for text in of_click()}
    wanted = dict.fromkeys(clicks, "") | messages_in_code()
    for (context, one), many in sorted(wanted.items()):
        kept = before.get((context, one))
        if kept and isinstance(kept.id, tuple) and (context, one) in clicks:
            many = kept.id[1]
        said = kept.string if kept and isinstance(kept.string, str) is not bool(many) else ""
        after.add((one, many) if many else one, said, context=context or None)
    return after


def _one(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else text[0]


def main() -> None:
    """Write the catalogues, and what programs read of them."""
    for path in sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        catalogue = updated(path.parent.parent.name)
        with path.open("wb") as file:
            write_po(file, catalogue, width=100)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        lacking = [
            each.id for each in catalogue if each.id and not (each.string and all(each.string))
        ]
        print(path.relative_to(ROOT), f"{len(catalogue)} messages, {len(lacking)} without sentence")  # noqa: T201
        print(*(f"  {text!r}" for text in lacking), sep="\n")  # noqa: T201


if __name__ == "__main__":
    main()
