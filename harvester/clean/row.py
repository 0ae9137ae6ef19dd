"""One row of the national standard, cleaned: each value by its own rules, all differences noted."""

import re
from collections.abc import Mapping
from functools import lru_cache

from stdnum.fr import siren, siret

from harvester.clean.address import clean_address
from harvester.clean.coordinates import clean_position
from harvester.clean.date import clean_date
from harvester.clean.email import clean_emails
from harvester.clean.hours.clean import clean_hours
from harvester.clean.lists import choose, without_artefacts
from harvester.clean.phone import clean_phones
from harvester.clean.site import clean_sites
from harvester.clean.text import clean_prose, clean_text
from harvester.clean.tracked_text import TrackedText
from harvester.clean.types import Cell, CellList, Cleaned, Note
from vocab.properties import FIELDS

SUMMARY_LIMIT = 280
STRUCTURED_LIMIT = 2_000  # characters; longer cells of numbers, addresses and lists are no values
_FREE_LIST = re.compile(r"\s*[|;\n]\s*")
_PROSE = frozenset(("presentation_resume", "presentation_detail"))
_LONG = _PROSE | {"horaires", "nom", "autres_formations_labels", "services"}
_ADDRESS = ("commune", "code_postal", "code_insee", "adresse")
_ONE_LINE = ("id", "nom", "complement_adresse", "source", "structure_parente")
_FIELD_OF = {name: field for field in FIELDS for name in (field.name, field.old) if name}
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_RNA = re.compile(r"W[0-9A-Z]{3}\d{6}")
_RIDET = re.compile(r"\d{9,10}")


def clean_row(cells: Mapping[str, str]) -> Cleaned:
    """Return the cleaned v1.0.2 values of a row.

    Args:
        cells: raw texts by national field name, of v1.0.2 and v0.1.1 mixed.

    Returns:
        The values, and a note for every difference between what came in and what goes out.
    """
    return _Row(cells).clean()


class _Row:
    """A row being cleaned: texts by column, then values by field."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.result = Cleaned()
        self.notes: list[Note] = []
        self.texts: dict[str, dict[str, str]] = {}
        for column, raw in cells.items():
            if raw:
                self._take_in(column, raw)

    def clean(self) -> Cleaned:
        self._fold_versions()
        departement = self._clean_place()
        self._clean_contacts(departement)
        self._clean_lists()
        self._clean_texts()
        self.result.notes = tuple(self.notes)
        return self.result

    def _take_in(self, column: str, raw: str) -> None:
        field = _FIELD_OF.get(column)
        if field is None:
            if raw.strip():
                self.notes.append(Note(column, "column-without-equivalent", "loss", raw, ""))
            return
        cell = clean_prose(column, raw) if field.name in _PROSE else clean_text(column, raw)
        self.notes += cell.notes
        if len(cell.value) > STRUCTURED_LIMIT and field.name not in _LONG:
            self.notes.append(Note(column, "cell-too-long", "loss", cell.value, ""))
        elif cell.value:
            self.texts.setdefault(field.name, {})[column] = cell.value

    def _fold_versions(self) -> None:
        """Where a row has both the old and the new column of one single value, keep the new."""
        for name, columns in self.texts.items():
            field = _FIELD_OF[name]
            if len(columns) == 2 and not field.multiple:
                kept, old = columns[name], columns.pop(field.old)
                if kept != old:
                    self.notes.append(Note(field.old, "old-column-left-out", "loss", old, ""))

    def _only(self, name: str) -> tuple[str, str]:
        """The column and text of a single value; the field's own name and "" when it has none."""
        return next(iter(self.texts.get(name, {}).items()), (name, ""))

    def _put(self, name: str, value: str | tuple[str, ...]) -> None:
        if value:
            self.result.values[name] = value

    def _keep(self, name: str, cell: Cell) -> None:
        self.notes += cell.notes
        self._put(name, cell.value)

    def _clean_place(self) -> str | None:
        found = clean_address(*(self._only(name)[1] for name in _ADDRESS))
        self.notes += found.notes
        self.result.refusals += found.refusals
        cleaned = (found.commune, found.postcode, found.insee, found.street)
        for name, value in zip(_ADDRESS, cleaned, strict=True):
            self._put(name, value)
        position = clean_position(
            self._only("latitude")[1], self._only("longitude")[1], found.departement
        )
        self.notes += position.notes
        self._put("latitude", position.latitude)
        self._put("longitude", position.longitude)
        return found.departement

    def _clean_contacts(self, departement: str | None) -> None:
        self._keep("pivot", clean_pivot(*self._only("pivot"), departement))
        self._keep_list("telephone", [clean_phones(*self._only("telephone"), departement)])
        self._keep("date_maj", clean_date(*self._only("date_maj")))
        self._keep_list("courriels", [clean_emails(*one) for one in self._all("courriels")])
        self._keep_list("site_web", [clean_sites(*one) for one in self._all("site_web")])
        for name in ("fiche_acces_libre", "prise_rdv"):
            self._keep_one_site(name)
        hours = clean_hours(*self._only("horaires"))
        self.notes += hours.notes
        self.result.verbatim_hours = hours.verbatim
        self._put("horaires", hours.osm)

    def _all(self, name: str) -> list[tuple[str, str]]:
        return list(self.texts.get(name, {}).items())

    def _keep_list(self, name: str, found: list[CellList]) -> None:
        for one in found:
            self.notes += one.notes
        self._put(name, tuple(dict.fromkeys(value for one in found for value in one.values)))

    def _keep_one_site(self, name: str) -> None:
        column, text = self._only(name)
        found = clean_sites(column, text)
        self.notes += found.notes
        self._put(name, found.values[0] if found.values else "")
        for other in found.values[1:]:
            self.notes.append(Note(column, "other-addresses-left-out", "loss", other, ""))

    def _clean_lists(self) -> None:
        chosen: dict[str, dict[str, None]] = {}
        for name in [one for one in self.texts if _FIELD_OF[one].scheme]:
            for column, text in self.texts[name].items():
                found = choose(column, _FIELD_OF[name], text)
                self.notes += found.notes
                for field_name, value in found.values:
                    chosen.setdefault(field_name, {})[value] = None
        for name, values in chosen.items():
            kept, notes = without_artefacts(name, tuple(values))
            self.notes += notes
            self._put(name, kept)
        self._clean_other_labels()

    def _clean_other_labels(self) -> None:
        labels: dict[str, None] = {}
        for column, text in self._all("autres_formations_labels"):
            for label in filter(None, _FREE_LIST.split(text)):
                if label in labels:
                    self.notes.append(Note(column, "repeated-value-removed", "repair", label, ""))
                labels[label] = None
        self._put("autres_formations_labels", tuple(labels))

    def _clean_texts(self) -> None:
        for name in _ONE_LINE:
            column, text = self._only(name)
            line = " ".join(text.split("\n"))
            if line != text:
                self.notes.append(Note(column, "spaces-normalised", "repair", text, line))
            self._put(name, line)
        if "nom" not in self.result.values:
            self.result.refusals += (Note("nom", "name-missing", "refusal", "", ""),)
        self._place_summary()

    def _place_summary(self) -> None:
        column, summary = self._only("presentation_resume")
        detail = self._only("presentation_detail")[1]
        if len(summary) > SUMMARY_LIMIT and not detail:
            self.notes.append(Note(column, "summary-moved-to-detail", "repair", summary, summary))
            summary, detail = "", summary
        elif len(summary) > SUMMARY_LIMIT:
            self.notes.append(Note(column, "summary-too-long", "warning", summary, summary))
        self._put("presentation_resume", summary)
        self._put("presentation_detail", detail)


@lru_cache(maxsize=8192)
def clean_pivot(column: str, text: str, departement: str | None) -> Cell:
    """Return a SIRET, SIREN, RNA or RIDET without ornaments, a doubt or a loss if its check fails.

    Zeros mean "unknown" (the national file holds nothing else): they are no value and no loss.
    """
    tracked = TrackedText(column, text)
    if not text or re.fullmatch(r"[0\s]+(?:\.0)?", text):
        return Cell()
    if _ROUNDED.fullmatch(text):
        tracked.drop("pivot-rounded-by-spreadsheet")
        return tracked.cell()
    tracked.change(re.sub(r"(?<=\d)\.0$", "", text), "pivot-ornaments-removed")
    tracked.change(re.sub(r"[\s.\-_/']", "", tracked.text).upper(), "pivot-ornaments-removed")
    _restore_pivot_zero(tracked)
    _check_pivot(tracked, departement)
    return tracked.cell()


def _restore_pivot_zero(tracked: TrackedText) -> None:
    padded = "0" + tracked.text
    if len(tracked.text) in (8, 13) and tracked.text.isascii() and tracked.text.isdigit():
        check = siren if len(padded) == 9 else siret
        if check.is_valid(padded):
            tracked.change(padded, "pivot-zero-restored")


def _check_pivot(tracked: TrackedText, departement: str | None) -> None:
    number = tracked.text
    if _RNA.fullmatch(number):
        return
    if departement == "988" and _RIDET.fullmatch(number):
        return
    if not re.fullmatch(r"\d{9}|\d{14}", number):
        tracked.drop("pivot-unreadable")
    elif len(number) == 9:
        tracked.warn("pivot-siren-only" if siren.is_valid(number) else "pivot-check-digit")
    elif number.endswith("00000"):
        tracked.drop("pivot-rounded-by-spreadsheet")
    elif not siret.is_valid(number):
        tracked.warn("pivot-check-digit")
