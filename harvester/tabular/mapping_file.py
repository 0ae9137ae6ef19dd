"""Mapping files: TOML that a pole writes for its own columns, checked strictly.

docs/import.md is the guide. Every error names the file, the place in it, and what may stand there:
a key misspelt is an error, because a rule that is silently not applied loses data.
"""

import tomllib
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as Dict
from dataclasses import replace
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

from harvester.clean.lists import choose
from harvester.tabular.finding import folded
from harvester.tabular.further import COLUMNS, parts
from harvester.tabular.mapping import DAYS, Choice, Hours, Identity, Mapping, Reader, Refusal
from harvester.tabular.standard import KNOWN
from harvester.tabular.table import Options
from vocab.errors import UnreachableError, UsageError
from vocab.given_files import bytes_of
from vocab.messages import Message
from vocab.properties import FIELDS, Property
from vocab.schemes import concepts, former, match
from vocab.text import fold

Toml = dict[str, Any]
_TOP = (
    "title", "standard_columns", "ignore", "file", "id", "columns", "choose", "hours", "features",
    "refuse",
)  # fmt: skip
_ID = ("column", "join", "separator", "optional", "prefix", "number", "slug", "group")
_FILE = ("encoding", "separator", "sheet", "path")
_WAYS = {
    "column": (),
    "join": ("separator",),
    "split": ("separator", "part"),
    "list": ("separator",),
    "constant": (),
}
"""How a field is read, and the further keys that each way has."""
_CHOICE = (
    "columns", "separator", "values", "contains_word", "filled", "default", "unless", "nothing",
)  # fmt: skip
_HOURS = (*DAYS, "text", "closed", "weeks", "even", "odd")
_CLOSED_WORDS = ("", "-", "--", "fermé", "fermée", "ferme")
_NEAR = 3
_CLOSED: Dict[str, Property] = {
    name: field for field in FIELDS for name in (field.name, field.old) if name and field.scheme
} | {name: column.prop for name, column in COLUMNS.items() if column.prop.kind == "concept"}


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        UsageError: the file is no TOML, or a key or a value in it cannot stand there.
        UnreachableError: the file cannot be opened.
    """
    try:
        text = bytes_of(path).decode()
    except OSError as error:
        raise UnreachableError(
            "{name}: cannot be opened: {reason}", name=path.name, reason=error.strerror
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            "{name}: not UTF-8: {error}. Save the file as UTF-8",
            name=path.name,
            error=error,
            position=error.start,
        ) from error
    return parse_mapping(text, path.name)


def parse_mapping(text: str, name: str) -> Mapping:
    """Read the text of a mapping file; see :func:`load_mapping`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError("{name}: not TOML: {error}", name=name, error=error) from error
    top = _Table(name, "", document, _TOP)
    if "id" not in document:
        top.fail(Message("missing: say which column is the id of each place"), "[id]")
    terms = sorted((KNOWN | COLUMNS.keys()) - {"id"})
    found = Mapping(
        title=top.text("title"),
        options=_options(top.inner("file", "[file]", _FILE)),
        identity=_identity(top.inner("id", "[id]", _ID)),
        fields=_readers(top.inner("columns", "[columns]", sorted(KNOWN - {"id"})))
        | _readers(top.inner("features", "[features]", sorted(COLUMNS))),
        choices=tuple(_choices(top.inner("choose", "[[choose.…]]", terms))),
        hours=_hours(top.inner("hours", "[hours]", _HOURS)) if "hours" in document else None,
        ignore=top.texts("ignore"),
        refusals=tuple(_refusals(name, document.get("refuse", []))),
        standard_columns=top.flag("standard_columns"),
    )
    known = frozenset(map(folded, found.columns()))
    return replace(found, options=replace(found.options, known=known))


class _Table:
    """A table of the document: its keys are known, and its values of the kind asked for.

    Every error starts with the name of the file and of the place in it.
    """

    def __init__(self, file: str, where: str, found: Toml, allowed: Collection[str]) -> None:
        self.file, self.where, self.found = file, where, found
        for key in found:
            if key not in allowed:
                unknown = Message(
                    "unknown key {key!r}; known here: {allowed}",
                    key=key,
                    allowed=", ".join(allowed),
                )
                self.fail(unknown)

    def fail(self, what: Message, key: str = "") -> NoReturn:
        where = f"{self.where} {key}".strip() if key else self.where or Message("the file")
        raise UsageError("{name}: {where}: {what}", name=self.file, where=where, what=what)

    def inner(self, key: str, where: str, allowed: Collection[str]) -> "_Table":
        return _Table(self.file, where, self.table(key), allowed)

    def table(self, key: str) -> Toml:
        found = self.found.get(key, {})
        if not isinstance(found, dict):
            self.fail(Message("expected a table of keys and values"), key)
        return found

    def flag(self, key: str) -> bool:
        value = self.found.get(key, False)
        if not isinstance(value, bool):
            self.fail(Message("expected true or false, found {value!r}", value=value), key)
        return value

    def text(self, key: str, default: str = "") -> str:
        return self._text(self.found.get(key, default), key)

    def texts(self, key: str, *, empty: bool = True) -> tuple[str, ...]:
        return self.texts_of(self.found.get(key, []), key, empty=empty)

    def separators(self) -> tuple[str, ...]:
        found = self.texts("separator")
        if not all(found):
            self.fail(Message("an empty text separates nothing"), "separator")
        return found

    def folded(self, key: str) -> frozenset[str]:
        return frozenset(map(fold, self.texts(key)))

    def texts_of(self, value: object, key: str, *, empty: bool = False) -> tuple[str, ...]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or (not values and not empty):
            what = Message('expected "text" or ["text", "text"], found {value!r}', value=value)
            self.fail(what, key)
        return tuple(self._text(each, key) for each in values)

    def _text(self, value: object, key: str) -> str:
        if not isinstance(value, str):
            self.fail(Message("expected text between quotes, found {value!r}", value=value), key)
        return value

    def check_terms(self, field: str, texts: Iterable[str], key: str = "") -> None:
        """Refuse values that the closed list of a field does not have, with the nearest ones."""
        for wrong in (value for text in texts for value in _outside_the_list(field, text)):
            near = ", ".join(_near_values(field, wrong))
            hint = Message("; near: {near}", near=near) if near else ""
            what = Message(
                "{wrong!r} is not in the list of {field}{hint}",
                wrong=wrong,
                field=field,
                hint=hint,
            )
            self.fail(what, key)


def _options(table: _Table) -> Options:
    texts = {key: table.text(key) for key in table.found}
    return Options(
        texts.get("encoding"), texts.get("separator"), texts.get("sheet"), texts.get("path")
    )


def _identity(table: _Table) -> Identity:
    if ("column" in table.found) == ("join" in table.found):
        table.fail(Message('give either column = "…" or join = ["…", "…"]'))
    return Identity(
        table.texts("column" if "column" in table.found else "join", empty=False),
        table.text("separator", "-"),
        frozenset(table.texts("optional")),
        table.text("prefix"),
        table.flag("number"),
        table.flag("slug"),
        table.flag("group"),
    )


def _readers(table: _Table) -> dict[str, Reader]:
    found = {field: _reader(table, field, value) for field, value in table.found.items()}
    for field, reader in found.items():
        table.check_terms(field, [reader.default], field)
    return found


def _reader(table: _Table, field: str, value: object) -> Reader:
    if not isinstance(value, dict):
        return Reader(table.texts(field, empty=False))
    ways = [key for key in _WAYS if key in value]
    if len(ways) != 1:
        given = sorted(value)
        what = Message(
            "give one of: {operations}; found {given}",
            operations=", ".join(_WAYS),
            given=given,
            names=", ".join(given) or Message("nothing"),
        )
        table.fail(what, field)
    how = ways[0]
    own = _Table(table.file, f"{table.where} {field}", value, (how, *_WAYS[how], "default"))
    if how == "constant":
        return Reader(default=own.text(how) or own.text("default"))
    separators = (own.text("separator", " "),) if how == "join" else own.separators()
    part = value.get("part", 0)
    if how == "split" and not (separators and type(part) is int and part):
        own.fail(Message('give separator = "," and part = 1 (the first), 2… or -1 (the last)'))
    return Reader(own.texts(how, empty=False), how, separators, part, own.text("default"))


def _choices(table: _Table) -> Iterator[Choice]:
    for field, rules in table.found.items():
        for rank, rule in enumerate(rules if isinstance(rules, list) else [rules], 1):
            where = Message("[[choose.{field}]] number {rank}", field=field, rank=rank)
            if not isinstance(rule, dict):
                _Table(table.file, where, {}, ()).fail(Message("expected a table of keys"))
            yield _choice(field, _Table(table.file, where, rule, _CHOICE))


def _choice(field: str, table: _Table) -> Choice:
    if not {"values", "contains_word", "filled", "default"} & table.found.keys():
        table.fail(Message("choose something: values, contains_word, filled or default"))
    values, contained = (
        {term: table.texts_of(to, f"{key} {term!r}") for term, to in table.table(key).items()}
        for key in ("values", "contains_word")
    )
    filled, default = table.texts("filled"), table.texts("default")
    table.check_terms(field, chain(*values.values(), *contained.values(), filled, default))
    return Choice(
        field,
        table.texts("columns"),
        table.separators(),
        {fold(term): to for term, to in values.items()},
        contained,
        filled,
        default,
        table.folded("unless"),
        table.folded("nothing"),
    )


def _refusals(file: str, rules: object) -> Iterator[Refusal]:
    for rule in rules if isinstance(rules, list) else [rules]:
        if not isinstance(rule, dict) or not rule.get("because"):
            _Table(file, "[[refuse]]", {}, ()).fail(Message('say why: because = "…"'))
        table = _Table(file, "[[refuse]]", rule, ("because", "columns", "values"))
        if ("columns" in rule) != ("values" in rule):
            table.fail(Message("columns and values go together; without them every row is refused"))
        yield Refusal(table.text("because"), table.texts("columns"), table.folded("values"))


def _hours(table: _Table) -> Hours:
    if "weeks" in table.found and not {"even", "odd"} & table.found.keys():
        table.fail(Message("say which values mean even = […] and odd = […] weeks"), "weeks")
    return Hours(
        {day: table.texts(day, empty=False) for day in DAYS if day in table.found},
        table.texts("text"),
        table.folded("closed") | frozenset(map(fold, _CLOSED_WORDS)),
        table.text("weeks"),
        table.folded("even"),
        table.folded("odd"),
    )


def _outside_the_list(field: str, text: str) -> list[str]:
    """Return the values of a text that the closed list of a field does not have.

    Args:
        field: of the standard (v1.0.2 or v0.1.1), or a feature.
        text: one value, or several as the field separates them.
    """
    prop = _CLOSED.get(field)
    if prop is None or former(field, text):
        return []
    if not prop.standard:
        return [one for one in parts(text) if not match(prop.scheme or "", one)]
    notes = choose(field, prop, text).notes
    return [note.before for note in notes if note.rule == "value-not-in-list"]


def _near_values(field: str, value: str) -> list[str]:
    """Return the values of the field's list that are spelled like another one, or contain it."""
    names = {}
    for one in concepts(_CLOSED[field].scheme or ""):
        for name in (one.notation, one.label_fr):
            names[fold(name)] = one.notation
    wanted = fold(value)
    holding = [name for name in names if wanted in name]
    found = [*get_close_matches(wanted, names, _NEAR), *holding]
    return list(dict.fromkeys(names[name] for name in found))[:_NEAR]
