"""The form of a place as a page shows it: parts, fields, choices, what is said of each value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from registry.hours_words import hours_words
from registry.web.checks.at_source import parted
from registry.web.harvests.finding_words import finding_words, record_words
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext
from registry.web.site.language import current_lang
from registry.web.workspace.closing import CLOSED, STATE
from registry.web.workspace.desk import Proposed, Remark
from registry.web.workspace.draft import Draft
from registry.web.workspace.fields import COLUMNS, HOURS, Column, Typed
from registry.web.workspace.form_hours import FormHours, hours_of_form
from registry.web.workspace.hours_grid import names_hours
from registry.web.workspace.pictured import pictured
from shapes.findings import Finding, Severity
from vocab.namespaces import MED, SCHEMA
from vocab.order import SEPARATOR
from vocab.properties import PARTS
from vocab.schemes import concepts, match
from vocab.text import capitalised

PART_NAMES = {
    "place": lazy_gettext("Name and address"),
    "hours": lazy_gettext("Opening hours"),
    "services": lazy_gettext("Services"),
    "access": lazy_gettext("Access and welcome"),
    "contact": lazy_gettext("Contact"),
    "audiences": lazy_gettext("Audiences"),
    "carrier": lazy_gettext("Who runs it"),
    "more": lazy_gettext("More"),
}
_LINKED = {
    SCHEMA + "geo": "latitude",
    MED + "carriedBy": "pivot",
    SCHEMA + "address": "adresse",
}
"""Links to the inner nodes of a place -> the first field that fills the node."""
_ANSWERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "place": (("nom",), ("commune",), ("adresse",), ("latitude",)),
    "hours": (("horaires",),),
    "services": (("services",),),
    "access": (("modalites_acces",), ("frais_a_charge",)),
    "contact": (("telephone", "courriels", "site_web"),),
    "carrier": (("pivot",),),
}
"""Part -> what people ask of it; one field of each group answers. Parts without are optional."""
_ASKED = frozenset(name for part in _ANSWERS.values() for group in part for name in group) | {
    "code_postal", "longitude", "modalites_accompagnement", "publics_specifiquement_adresses",
    "prise_en_charge_specifique", "presentation_resume",
}  # fmt: skip
_GRAVE = frozenset({"refusal", "loss"})


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a value.

    Attributes:
        text: the sentence.
        before: the value as it was typed; empty where the sentence tells it.
        after: the value that would be published.
        is_error: it keeps the place out.
        is_lost: the value would not be published.
    """

    text: str
    before: str = ""
    after: str = ""
    is_error: bool = False
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a list."""

    value: str
    label: str
    is_chosen: bool
    icon: str = ""
    need: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of the form, in the language of the request."""

    name: str
    widget: str
    title: str
    help: str
    example: str
    text: str
    is_required: bool
    choices: tuple[Choice, ...] = ()
    said: tuple[Said, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether it keeps the place out."""
        return any(one.is_error for one in self.said)

    @property
    def is_shown(self) -> bool:
        """Whether it stands there at once."""
        return self.name in _ASKED or bool(self.text) or bool(self.said)


@dataclass(frozen=True, slots=True)
class FormPart:
    """Fields that belong together.

    Attributes:
        key: of the part.
        title: in words.
        fields: in order.
        state: ``done``; ``todo`` where nothing answers what people ask, else ``optional``.
    """

    key: str
    title: str
    fields: tuple[FormField, ...]
    state: str

    @property
    def shown(self) -> tuple[FormField, ...]:
        """What people ask for, and whatever is filled in or told."""
        return tuple(one for one in self.fields if one.is_shown)

    @property
    def folded(self) -> tuple[FormField, ...]:
        """The others, for whoever has more to say."""
        return tuple(one for one in self.fields if not one.is_shown)


@dataclass(frozen=True, slots=True)
class PlaceForm:
    """The whole form.

    Attributes:
        parts: in order.
        hours: the fields of opening hours and of a closure.
        hours_sentence: what the public reads of the hours; empty without any.
        is_centred: the box for the centre of the commune is ticked.
        said: what is about no field.
        errors: title of a field, name of the field to go to, what is wrong.
    """

    parts: tuple[FormPart, ...]
    hours: FormHours
    hours_sentence: str
    is_centred: bool = False
    said: tuple[Said, ...] = ()
    errors: tuple[tuple[str, str, str], ...] = field(default=())


def field_of(name: str, typed: Typed) -> FormField | None:
    """Return one field of the form, with what stands in it; None where there is no such field."""
    parts = (_part(key, typed, {}) for key in PARTS)
    return next((one for part in parts for one in part.fields if one.name == name), None)


def form_of(draft: Draft, typed: Typed, judged: Proposed | None = None) -> PlaceForm:
    """Return the form of a place.

    Args:
        draft: the place that is written.
        typed: what stands in the form.
        judged: what is said of that; None before it was sent.
    """
    record = judged.record if judged and judged.record else draft.before
    hours = draft.written.desk.cells(record).get(HOURS, "") if record else ""
    said = _said_by_field(judged, draft.iri)
    if typed.wrong:  # hours that cannot be read are no lack of hours
        said[HOURS] = [one for one in said.get(HOURS, ()) if one.is_error or one.is_lost]
    parts = tuple(_part(key, typed, said) for key in PARTS)
    fields_of_hours = hours_of_form(typed)
    shown = {one.name for part in parts for one in part.fields}
    general = tuple(one for name, several in said.items() if name not in shown for one in several)
    return PlaceForm(
        parts,
        fields_of_hours,
        hours_words(hours, current_lang()) if hours else "",
        typed.is_centred,
        general,
        tuple(_errors(parts, fields_of_hours, general)),
    )


def _errors(
    parts: Iterable[FormPart],
    hours: FormHours,
    general: Iterable[Said],
) -> Iterable[tuple[str, str, str]]:
    yield from (("", "", one.text) for one in general if one.is_error)
    for part in parts:
        for one in part.fields:
            yield from ((one.title, f"f-{one.name}", s.text) for s in one.said if s.is_error)
            if one.widget == "hours":
                yield from ((cell.label, cell.name, cell.error) for cell in hours.wrong)


def _part(key: str, typed: Typed, said: Mapping[str, list[Said]]) -> FormPart:
    columns = [column for column in COLUMNS if column.prop.form == key]
    fields = tuple(_field(column, typed, said.get(column.name, ())) for column in columns)
    return FormPart(key, str(PART_NAMES[key]), fields, _state(key, fields, typed))


def _state(key: str, fields: Iterable[FormField], typed: Typed) -> str:
    filled = {one.name for one in fields if one.text}
    if key == "hours" and (names_hours(typed.week) or typed.week.get(STATE) == CLOSED):
        filled.add(HOURS)
    asked = _ANSWERS.get(key)
    if asked is None:
        return "done" if filled else "optional"
    return "done" if all(filled.intersection(group) for group in asked) else "todo"


def _field(column: Column, typed: Typed, said: Sequence[Said]) -> FormField:
    lang, prop = current_lang(), column.prop
    title, text = prop.title(lang), typed.cells.get(column.name, "")
    if column.share is not None:
        label = column.share.label(lang)
        title = _("{title}, share of {value}, in per cent", title=title, value=label)
    if column.widget == "lines":
        text = text.replace(SEPARATOR, "\n")
    choices = _choices(column, text) if column.widget in {"several", "one"} else ()
    example = "" if choices or column.share else prop.example
    if column.widget == "lines":
        example = example.partition(SEPARATOR)[0]  # one a line: the bar is for spreadsheets
    return FormField(
        column.name,
        column.widget,
        capitalised(title),
        prop.definition(lang),
        example,
        text,
        prop.name in _MANDATORY,
        choices,
        tuple(said),
    )


_MANDATORY = frozenset({"nom", "commune"})
"""Without these, cells are no place, as an import says."""


def _choices(column: Column, text: str) -> tuple[Choice, ...]:
    prop, lang = column.prop, current_lang()
    given = [part for part in text.split(SEPARATOR) if part]
    if prop.kind == "boolean":
        words = (("true", _("Yes")), ("false", _("No")))
        return tuple(Choice(value, word, value in given) for value, word in words)
    scheme = prop.scheme or ""
    chosen = {found.notation for one in given if (found := match(scheme, one))}
    listed = [
        Choice(
            one.notation,
            one.label(lang),
            one.notation in chosen,
            *pictured(scheme, one.iri),
        )
        for one in concepts(scheme)
        if not one.replaced_by or one.notation in chosen
    ]
    others = (one for one in given if match(scheme, one) is None)
    strange = (Choice(one, _("“{value}”, not in the list", value=one), True) for one in others)
    return (*listed, *strange)


def _said_by_field(judged: Proposed | None, iri: str) -> dict[str, list[Said]]:
    said: dict[str, list[Said]] = {}
    if judged is None:
        return said
    for remark in judged.remarks:
        said.setdefault(remark.field, []).append(_of_remark(remark))
    record = record_words(iri, lines=judged.record.lines if judged.record else ())
    as_text = {remark.field for remark in judged.remarks if remark.before == remark.after}
    for finding in judged.findings:
        if _field_of(finding) in as_text and finding.severity is not Severity.VIOLATION:
            continue  # a text that stays one is told already, with what it lacks
        text = finding_words(finding, record).message
        one = Said(text, is_error=finding.severity is Severity.VIOLATION)
        said.setdefault(_field_of(finding), []).append(one)
    return said


def _of_remark(remark: Remark) -> Said:
    found, remedy = parted(remark.sentences[current_lang()])
    to_do = remedy if remark.level != "repair" else ""  # the form has done it
    return Said(
        " ".join(filter(None, (found, to_do))),
        remark.before,
        remark.after if remark.after != remark.before else "",
        is_error=remark.level == "refusal",
        is_lost=remark.level in _GRAVE,
    )


def _field_of(finding: Finding) -> str:
    """Return the field that a finding is about; empty where it is about none alone."""
    for path in finding.path.replace("<", "").replace(">", "").split("|"):
        if path in _LINKED:
            return _LINKED[path]
        for column in COLUMNS:
            if column.prop.property == path:
                return column.name
    return HOURS if finding.path == MED + "openingHoursText" else ""
