"""Mapping files: TOML that a pole writes for its own columns, checked strictly.

docs/import.md is the guide. Every error names the file, the place in it, and what may stand there:
a key misspelt is an error, because a rule that is silently not applied loses data.
"""

import tomllib
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Dict
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from harvester.clean.lists import choose
from harvester.tabular.finding import folded
from harvester.tabular.further import COLUMNS, parts
from harvester.tabular.mapping import (
    DAYS,
    Choice,
    Constant,
    Else,
    First,
    Hours,
    Identity,
    Join,
    Listed,
    Mapping,
    Part,
    Reader,
    Refusal,
)
from harvester.tabular.standard import KNOWN
from harvester.tabular.table import Options
from vocab.errors import UnreachableError, UsageError
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
        text = path.read_text(encoding="utf-8")
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
    return _Checked(name).mapping(document)


class _Checked:
    """Reads one document; every error starts with the name of the file."""

    def __init__(self, name: str) -> None:
        self.name = name

    def fail(self, where: str, what: Message) -> NoReturn:
        raise UsageError("{name}: {where}: {what}", name=self.name, where=where, what=what)

    def mapping(self, document: Toml) -> Mapping:
        self.keys(document, _TOP, Message("the file"))
        if "id" not in document:
            self.fail("[id]", Message("missing: say which column is the id of each place"))
        found = Mapping(
            title=self.text(document.get("title", ""), "title"),
            options=self.options(self.table(document, "file")),
            identity=self.identity(self.table(document, "id")),
            fields=self.readers(self.table(document, "columns"), "columns", KNOWN - {"id"})
            | self.readers(self.table(document, "features"), "features", COLUMNS),
            choices=tuple(self.choices(self.table(document, "choose"))),
            hours=self.hours(self.table(document, "hours")) if "hours" in document else None,
            ignore=self.texts(document.get("ignore", []), "ignore"),
            refusals=tuple(self.refusals(document.get("refuse", []))),
            standard_columns=self.flag(document.get("standard_columns", False), "standard_columns"),
        )
        known = frozenset(map(folded, found.columns()))
        return replace(found, options=replace(found.options, known=known))

    def options(self, table: Toml) -> Options:
        self.keys(table, ("encoding", "separator", "sheet", "path"), "[file]")
        texts = {key: self.text(value, f"[file] {key}") for key, value in table.items()}
        return Options(
            texts.get("encoding"), texts.get("separator"), texts.get("sheet"), texts.get("path")
        )

    def identity(self, table: Toml) -> Identity:
        self.keys(table, _ID, "[id]")
        if ("column" in table) == ("join" in table):
            self.fail("[id]", Message('give either column = "…" or join = ["…", "…"]'))
        key = "column" if "column" in table else "join"
        return Identity(
            self.texts(table[key], f"[id] {key}", empty=False),
            self.text(table.get("separator", "-"), "[id] separator"),
            frozenset(self.texts(table.get("optional", []), "[id] optional")),
            self.text(table.get("prefix", ""), "[id] prefix"),
            self.flag(table.get("number", False), "[id] number"),
            self.flag(table.get("slug", False), "[id] slug"),
            self.flag(table.get("group", False), "[id] group"),
        )

    def readers(self, table: Toml, section: str, allowed: Iterable[str]) -> dict[str, Reader]:
        self.keys(table, sorted(allowed), f"[{section}]")
        found: dict[str, Reader] = {}
        for field, value in table.items():
            where = f"[{section}] {field}"
            found[field] = self.reader(value, where)
            always = getattr(found[field], "value", getattr(found[field], "default", ""))
            self.terms(field, [always], where)
        return found

    def terms(self, field: str, texts: Iterable[str], where: str) -> None:
        """Refuse values that the closed list of a field does not have, with the nearest ones."""
        for wrong in (value for text in texts for value in _outside_the_list(field, text)):
            near = ", ".join(_near_values(field, wrong))
            hint = Message("; near: {near}", near=near) if near else ""
            self.fail(
                where,
                Message(
                    "{wrong!r} is not in the list of {field}{hint}",
                    wrong=wrong,
                    field=field,
                    hint=hint,
                ),
            )

    def reader(self, value: object, where: str) -> Reader:
        if not isinstance(value, dict):
            return First(self.texts(value, where, empty=False))
        operations: dict[str, Callable[[Toml, str], Reader]] = {
            "column": self.first,
            "join": self.join,
            "split": self.part,
            "list": self.listed,
            "constant": self.constant,
        }
        found = [key for key in operations if key in value]
        if len(found) != 1:
            given = sorted(value)
            names = ", ".join(given) or Message("nothing")
            self.fail(
                where,
                Message(
                    "give one of: {operations}; found {given}",
                    operations=", ".join(operations),
                    given=given,
                    names=names,
                ),
            )
        rest = {key: item for key, item in value.items() if key != "default"}
        read = operations[found[0]](rest, where)
        if "default" not in value:
            return read
        return Else(read, self.text(value["default"], f"{where} default"))

    def first(self, value: Toml, where: str) -> Reader:
        self.keys(value, ("column",), where)
        return First(self.texts(value["column"], f"{where} column", empty=False))

    def join(self, value: Toml, where: str) -> Reader:
        self.keys(value, ("join", "separator"), where)
        columns = self.texts(value["join"], f"{where} join", empty=False)
        return Join(columns, self.text(value.get("separator", " "), f"{where} separator"))

    def part(self, value: Toml, where: str) -> Reader:
        self.keys(value, ("split", "separator", "part"), where)
        separators = self.texts(value.get("separator", []), f"{where} separator")
        part = value.get("part")
        if not all(separators) or not separators or type(part) is not int or not part:
            self.fail(
                where, Message('give separator = "," and part = 1 (the first), 2… or -1 (the last)')
            )
        return Part(self.texts(value["split"], f"{where} split", empty=False), separators, part)

    def listed(self, value: Toml, where: str) -> Reader:
        self.keys(value, ("list", "separator"), where)
        columns = self.texts(value["list"], f"{where} list", empty=False)
        return Listed(columns, self.texts(value.get("separator", []), f"{where} separator"))

    def constant(self, value: Toml, where: str) -> Reader:
        self.keys(value, ("constant",), where)
        return Constant(self.text(value["constant"], f"{where} constant"))

    def choices(self, table: Toml) -> Iterable[Choice]:
        self.keys(table, sorted((KNOWN | COLUMNS.keys()) - {"id"}), "[[choose.…]]")
        for field, rules in table.items():
            for rank, rule in enumerate(rules if isinstance(rules, list) else [rules], 1):
                where = Message("[[choose.{field}]] number {rank}", field=field, rank=rank)
                if not isinstance(rule, dict):
                    self.fail(where, Message("expected a table of keys"))
                yield self.choice(field, rule, where)

    def choice(self, field: str, rule: Toml, where: str) -> Choice:
        allowed = (
            "columns", "separator", "values", "contains_word", "filled", "default", "unless",
            "nothing",
        )  # fmt: skip
        self.keys(rule, allowed, where)
        if not {"values", "contains_word", "filled", "default"} & rule.keys():
            self.fail(where, Message("choose something: values, contains_word, filled or default"))
        listed = {
            key: self.texts(rule.get(key, []), f"{where} {key}")
            for key in ("columns", "separator", "filled", "default", "unless", "nothing")
        }
        values, words = (self.targets(rule, key, where) for key in ("values", "contains_word"))
        chosen = [to for _, targets in (*values, *words) for to in targets]
        self.terms(field, [*chosen, *listed["filled"], *listed["default"]], where)
        return Choice(
            field,
            listed["columns"],
            listed["separator"],
            {fold(term): to for term, to in values},
            dict(words),
            listed["filled"],
            listed["default"],
            frozenset(map(fold, listed["unless"])),
            frozenset(map(fold, listed["nothing"])),
        )

    def targets(self, rule: Toml, key: str, where: str) -> list[tuple[str, tuple[str, ...]]]:
        table = self.table(rule, key)
        return [
            (term, self.texts(value, f"{where} {key} {term!r}", empty=False))
            for term, value in table.items()
        ]

    def refusals(self, rules: object) -> Iterable[Refusal]:
        for rule in rules if isinstance(rules, list) else [rules]:
            where = "[[refuse]]"
            if not isinstance(rule, dict) or not rule.get("because"):
                self.fail(where, Message('say why: because = "…"'))
            self.keys(rule, ("because", "columns", "values"), where)
            if ("columns" in rule) != ("values" in rule):
                self.fail(
                    where,
                    Message("columns and values go together; without them every row is refused"),
                )
            yield Refusal(
                self.text(rule["because"], f"{where} because"),
                self.texts(rule.get("columns", []), f"{where} columns"),
                frozenset(map(fold, self.texts(rule.get("values", []), f"{where} values"))),
            )

    def hours(self, table: Toml) -> Hours:
        self.keys(table, (*DAYS, "text", "closed", "weeks", "even", "odd"), "[hours]")
        if "weeks" in table and not {"even", "odd"} & table.keys():
            self.fail(
                "[hours] weeks", Message("say which values mean even = […] and odd = […] weeks")
            )
        days = {
            day: self.texts(table[day], f"[hours] {day}", empty=False)
            for day in DAYS
            if day in table
        }
        closed = self.texts(table.get("closed", []), "[hours] closed")
        return Hours(
            days,
            self.texts(table.get("text", []), "[hours] text"),
            frozenset(map(fold, (*_CLOSED_WORDS, *closed))),
            self.text(table["weeks"], "[hours] weeks") if "weeks" in table else None,
            frozenset(map(fold, self.texts(table.get("even", []), "[hours] even"))),
            frozenset(map(fold, self.texts(table.get("odd", []), "[hours] odd"))),
        )

    def keys(self, table: Dict[str, object], allowed: Iterable[str], where: str) -> None:
        allowed = tuple(allowed)
        for key in table:
            if key not in allowed:
                self.fail(
                    where,
                    Message(
                        "unknown key {key!r}; known here: {allowed}",
                        key=key,
                        allowed=", ".join(allowed),
                    ),
                )

    def table(self, document: Toml, key: str) -> Toml:
        found = document.get(key, {})
        if not isinstance(found, dict):
            self.fail(key, Message("expected a table of keys and values"))
        return found

    def text(self, value: object, where: str) -> str:
        if not isinstance(value, str):
            self.fail(where, Message("expected text between quotes, found {value!r}", value=value))
        return value

    def flag(self, value: object, where: str) -> bool:
        if not isinstance(value, bool):
            self.fail(where, Message("expected true or false, found {value!r}", value=value))
        return value

    def texts(self, value: object, where: str, *, empty: bool = True) -> tuple[str, ...]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or (not values and not empty):
            self.fail(
                where, Message('expected "text" or ["text", "text"], found {value!r}', value=value)
            )
        return tuple(self.text(item, where) for item in values)


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
