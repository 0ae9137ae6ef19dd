"""The report on a file in people's words: the verdict, then what to do, rule by rule."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from textwrap import shorten
from typing import Any

from registry.ledger.report import read_finding
from registry.web.checks.checker import Document
from registry.web.harvests.finding_words import RecordWords, finding_words
from registry.web.harvests.rules import good_words, message_of, name_of, reason_of
from registry.web.site.difference_words import record_name
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext, ngettext, number
from registry.web.site.iri_words import local_name
from registry.web.site.language import current_lang
from shapes.findings import Severity
from shapes.rule_fields import fields_of
from vocab.messages import SOURCE
from vocab.properties import FIELDS, FURTHER

REFUSED, BETTER, DONE, FILE = "refused", "better", "done", "file"
SECTIONS = {
    REFUSED: lazy_gettext("To mend, else the row stays out"),
    BETTER: lazy_gettext("To improve, without blocking"),
    DONE: lazy_gettext("Put in form for you"),
    FILE: lazy_gettext("To know about the file"),
}
SEEN = {REFUSED: 6, BETTER: 4, DONE: 0, FILE: 0}
"""Rules of a section that are seen at once: the others unfold, else a phone scrolls for minutes."""
_SHOWN = 3
"""Rows of a rule that are seen at once."""
_MOST = 300
"""Rows of a rule on the page; the spreadsheet has the others."""
_MARKUP = "html-removed"
_EXAMPLE = 60
"""Characters of an example of what a column holds."""
_UNUSED = "column-unused"
_ANY_VALUE = "…"
TO_ROWS = frozenset({"place-same-name", "place-same-address", "id-repeated"})
"""Rules that give the number of another row as what comes after."""
_RANKS = ("refusal", "loss", "warning", "info", "repair")
_IN_WORDS = frozenset(
    {"hours-kept-verbatim", "hours-text-without-days", "hours-text-without-times"}
)
_FIRST = ("nom", "horaires", "services", "telephone", "courriels", "site_web", "code_postal",
          "commune", "adresse", "latitude", "longitude")  # fmt: skip
_LAST = ("code_insee", "date_maj", "pivot")
_MIDDLE = len(_FIRST)
_BY_EFFECT = {
    **{name: place for place, name in enumerate(_FIRST)},
    **{name: place for place, name in enumerate(_LAST, _MIDDLE + 1)},
}
"""How soon the public misses what a field says: hours before anything, the pivot last."""
_PROPERTIES = {prop.name: prop for prop in (*FIELDS, *FURTHER)}
_LEVELS = {Severity.VIOLATION: "refusal", Severity.WARNING: "warning", Severity.INFO: "info"}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was found in a file.

    Attributes:
        section: where it belongs (:data:`SECTIONS`).
        level: how grave it is: refusal, loss, warning, info or repair.
        code: of its rule.
        row: number in the sheet; 0 where it is about the whole file, or no sheet.
        name: of the place or record; empty where it has none.
        column: as the sheet calls it, else the field in words.
        before: the value in the file.
        after: what the registry would publish in its place; empty where that is nothing, or as is.
        message: what is wrong and what to do, of this value alone; empty where the rule says it.
        subject: IRI of the record; empty for a row.
        cause: what became of the value before the rule found it missing, or which other row is
            meant; empty where there is nothing to add.
        field: of the standard that it is about; empty where no single one is.
    """

    section: str
    level: str
    code: str
    row: int
    name: str
    column: str
    before: str
    after: str
    message: str = ""
    subject: str = ""
    cause: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A column of the file that is not published.

    Attributes:
        name: as the file has it.
        filled: how many rows have something in it.
        field: of the standard, that it may be; empty where nobody knows.
        examples: what its first cells hold that differ.
    """

    name: str
    filled: int
    field: str
    examples: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The field in words."""
        return field_title(self.field)

    @property
    def quoted(self) -> str:
        """Its examples, each between quotation marks."""
        return ", ".join(_("“{value}”", value=one) for one in self.examples)


@dataclass(frozen=True, slots=True)
class Group:
    """What broke one rule, or was done by one: in words, with its rows.

    Attributes:
        total: rows of the sheet that are concerned, where more are than are named.
        alike: columns that nothing was read from and that look like what the rule misses.
    """

    code: str
    level: str
    name: str
    title: str
    advice: str
    reason: str
    good: str
    rows: tuple[Row, ...]
    total: int = 0
    alike: tuple[Unread, ...] = ()

    @property
    def count(self) -> int:
        """How many rows of the sheet, or records, are concerned."""
        rows = {row.row for row in self.rows if row.row}
        return max(self.total, len(rows or {row.subject for row in self.rows}))

    @property
    def has_rows(self) -> bool:
        """Whether they are rows of a sheet."""
        return any(row.row for row in self.rows)

    @property
    def has_messages(self) -> bool:
        """Whether each finding has a sentence of its own."""
        return len({row.message for row in self.rows}) > 1

    @property
    def quotes(self) -> bool:
        """Whether there is something to quote of the file."""
        return self.has_messages or any(row.column or row.before for row in self.rows)

    @property
    def quotes_rows(self) -> bool:
        """Whether the rows say more than which places they are: a value, or a sentence."""
        return self.has_messages or any(row.before or row.cause for row in self.rows)

    @property
    def first(self) -> tuple[Row, ...]:
        """The rows that are seen at once."""
        return self.rows[:_SHOWN]

    @property
    def others(self) -> tuple[Row, ...]:
        """The rows that unfold."""
        return self.rows[_SHOWN:_MOST]

    @property
    def left_out(self) -> int:
        """How many only the spreadsheet has."""
        return max(len(self.rows) - _MOST, 0)


class Verdict:
    """A report on a file, for a page.

    Attributes:
        document: the report as it came.
        rows: all that was found.
        unread: columns that hold something and are not published.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.is_table = document["kind"] == "table"
        found = _of_table(document) if self.is_table else _of_records(document)
        self.unread = tuple(_unread(document))
        self.rows = sorted(found, key=lambda one: (_RANKS.index(one.level), one.row))

    @property
    def ready(self) -> int:
        """How many places or records may be published."""
        counts = self.document["counts"]
        return int(counts["places"]) if self.is_table else counts["records"] - counts["refused"]

    @property
    def refused(self) -> int:
        """How many rows or records stay out."""
        return int(self.document["counts"]["refused_rows" if self.is_table else "refused"])

    @property
    def title(self) -> str:
        """Return whether it can be published."""
        total = self.ready + self.refused
        if not total:
            return _("No place was found in this file")
        if not self.ready:
            return _("No place can be published as it is")
        if self.refused:
            return ngettext(
                "{ready} place of {total} can be published",
                "{ready} places of {total} can be published",
                self.ready,
                ready=number(self.ready),
                total=number(total),
            )
        return ngettext(
            "The only place can be published", "All {ready} places can be published",
            self.ready, ready=number(self.ready),
        )  # fmt: skip

    @property
    def sections(self) -> list[tuple[str, str, list[Group]]]:
        """What was found, by what to do about it and by rule: key, heading, groups."""
        sentences = self.document.get("sentences", {})
        found = []
        for key, heading in SECTIONS.items():
            groups = list(_groups((row for row in self.rows if row.section == key), sentences))
            if groups:
                found.append((key, str(heading), [self._completed(each) for each in groups]))
        return found

    def _completed(self, group: Group) -> Group:
        """Add what the rows that are named do not say: how many there are, what looks like it."""
        counted = self.document.get("rules", ()) if group.has_rows else ()
        total = sum(
            one["rows"]
            for one in counted
            if (one["level"], one["rule"]) == (group.level, group.code)
        )
        return _with_alike(replace(group, total=total), self.unread)

    @property
    def figures(self) -> list[tuple[str, int]]:
        """The counts that people look for, by their names."""
        if not self.is_table:
            improving = {row.subject for row in self.rows if row.section == BETTER}
            return [
                (_("records that can be published"), self.ready),
                (_("records that stay out"), self.refused),
                (_("records to improve"), len(improving)),
            ]
        rules = self.document["rules"]
        return [
            (_("places that can be published"), self.ready),
            (_("rows to mend"), self.refused),
            (_("rows to improve"), self.document["rows_to_improve"]),
            (_("values put in form"), sum(r["count"] for r in rules if r["level"] == "repair")),
        ]

    @property
    def left_out(self) -> int:
        """How many findings the report does not name."""
        return int(self.document.get("lines_left_out") or self.document.get("findings_left_out", 0))


def field_title(name: str) -> str:
    """Return a field of the standard in words; its name where it is none."""
    known = _PROPERTIES.get(name)
    return known.title(current_lang()) if known else name


def said(texts: dict[str, str]) -> str:
    """Return what was said in each language, in that of the request."""
    return texts.get(current_lang()) or texts.get(SOURCE, "")


def _of_table(document: Document) -> Iterator[Row]:
    columns = {each["field"]: each["name"] for each in document["columns"] if each["is_read"]}
    for line in document["lines"]:
        column = line["column"]
        if line["rule"] == _UNUSED:
            continue  # the table of columns says so
        after = line["after"]
        yield Row(
            _section(line),
            line["level"],
            line["rule"],
            line["row"],
            _called(line),
            columns.get(column) or field_title(column),
            line["before"],
            after if after != line["before"] and line["rule"] not in TO_ROWS else "",
            cause=_cause(line, document["sentences"]),
            field=column,
        )


def _unread(document: Document) -> Iterator[Unread]:
    """Return the columns that hold something and are not published, the fullest first."""
    columns = [one for one in document.get("columns", ()) if one["filled"] and not one["is_read"]]
    for each in sorted(columns, key=lambda one: (not one["field"], -one["filled"])):
        examples = tuple(shorten(one, _EXAMPLE, placeholder="…") for one in each["examples"])
        yield Unread(each["name"], each["filled"], each["field"], examples)


def _with_alike(group: Group, unread: Iterable[Unread]) -> Group:
    """Name the columns that look like what the rows of a group lack."""
    lacking = {row.field for row in group.rows if row.field and not row.before}
    return replace(group, alike=tuple(one for one in unread if one.field in lacking))


def _called(line: dict[str, Any]) -> str:
    """Return what the place of a row is called by: a commune or a number alone says nothing."""
    if not line["row"]:
        return _("the file")
    return line["name"] or line["address"] or _("row {row}", row=number(line["row"]))


def _cause(line: dict[str, Any], sentences: dict[str, dict[str, str]]) -> str:
    """Return which other row is meant, or what became of a value that a rule found missing."""
    if line["rule"] in TO_ROWS:
        return _("See row {row}.", row=line["after"])
    follows = line["follows"][:1]
    if line["level"] != "refusal" and (follows != [_MARKUP] or line["rule"] == _MARKUP):
        return ""
    return " ".join(said(sentences[code]) for code in follows if code in sentences)


def _section(line: dict[str, Any]) -> str:
    if line["level"] == "info":
        return BETTER if line["rule"].startswith("MED-") else FILE
    return {"refusal": REFUSED, "repair": DONE}.get(line["level"], BETTER)


def _of_records(document: Document) -> Iterator[Row]:
    names = document["names"]
    for stored in document["findings"]:
        found = read_finding(stored, document["file"])
        name = record_name(found.record, (), names.get(found.record) or local_name(found.record))
        words = finding_words(found, RecordWords(name, "", None, found.record))
        level = _LEVELS[found.severity]
        section = REFUSED if level == "refusal" else BETTER
        said_of = (words.message, found.record)
        yield Row(section, level, found.code, 0, name.text, "", words.value, "", *said_of)


def _groups(rows: Iterable[Row], sentences: dict[str, dict[str, str]]) -> Iterator[Group]:
    """Return rows by rule, in the order of their effect."""
    by_rule = sorted(rows, key=lambda row: (_RANKS.index(row.level), row.code))
    groups = [
        _group(code, level, tuple(found), sentences)
        for (level, code), found in groupby(by_rule, key=lambda row: (row.level, row.code))
    ]
    yield from sorted(groups, key=_effect)


def _effect(group: Group) -> tuple[bool, int, int, int]:
    """Order groups by what the public loses: values that are lost first, by their field."""
    is_lost = group.level == "loss" or group.code in _IN_WORDS
    names = {row.field for row in group.rows if row.field} or {*fields_of(group.code)}
    places = [_BY_EFFECT.get(name, _MIDDLE) for name in names]
    is_of_file = not any(row.row or row.subject for row in group.rows)
    place = -1 if is_of_file else min(places, default=_MIDDLE)
    return not is_lost, place, _RANKS.index(group.level), -group.count


def _group(
    code: str, level: str, rows: tuple[Row, ...], sentences: dict[str, dict[str, str]]
) -> Group:
    if code in sentences:
        title, advice = _split(said(sentences[code]))
        return Group(code, level, "", title, advice, "", "", rows)
    lang = current_lang()
    messages = {row.message for row in rows if row.message}
    message = messages.pop() if len(messages) == 1 else message_of(code, lang)
    name = name_of(code, lang)
    title, advice = _split(message)
    if _ANY_VALUE in title:  # what it says of one value is no title for all of them
        title, advice = name, message
    return Group(
        code, level, name, title or name or code, advice, reason_of(code, lang), good_words(code),
        rows,
    )  # fmt: skip


def _split(sentences: str) -> tuple[str, str]:
    """Return what is wrong, which is said first, and what to do about it."""
    title, _dot, advice = sentences.partition(". ")
    return title.removesuffix("."), advice


def unread_words(column: Unread) -> str:
    """Return what to do about a column that is not read."""
    if column.field:
        return _(
            "The column looks like “{title}”: if it is, name it {field}.",
            title=column.title,
            field=column.field,
        )
    return _(
        "The column is not recognised: if it is to be published, give it a name of the national "
        "standard."
    )


def spreadsheet(verdict: Verdict) -> Iterator[Sequence[str]]:
    """Return the rows of a report as those of a spreadsheet, a row of names first."""
    yield (
        _("row"), _("place"), _("column"), _("value"), _("proposed"), _("what to do"),
        _("explanation"), _("rule"),
    )  # fmt: skip
    for column in verdict.unread:
        yield (
            "", "", column.name, "", "", _("Will not be published"), unread_words(column), _UNUSED,
        )  # fmt: skip
    for _key, heading, groups in verdict.sections:
        for group in groups:
            explained = " ".join(filter(None, (f"{group.title}.", group.advice)))
            for row in group.rows:
                yield (
                    str(row.row or ""), row.name, row.column, row.before, row.after, heading,
                    row.message or " ".join(filter(None, (explained, row.cause))), row.code,
                )  # fmt: skip
    if verdict.left_out:
        yield ("", "", "", "", "", str(SECTIONS[FILE]), left_out_words(verdict.left_out), "")


def left_out_words(count: int) -> str:
    """Return how many findings are not named, and what to do."""
    return ngettext(
        "{count} finding is not named here: mend these first, then check the file again.",
        "{count} findings are not named here: mend these first, then check the file again.",
        count,
        count=number(count),
    )
