"""The fields of opening hours and of a closure as a page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.dates import get_month_names

from registry.hours.schedule import DAYS
from registry.locales import locale_of
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext
from registry.web.site.language import current_lang
from registry.web.workspace.closing import CLOSED, FIRST, LAST, STATE, WHY, YEARLY
from registry.web.workspace.fields import Typed
from registry.web.workspace.hours_grid import (
    BLOCKS,
    HOLIDAYS,
    OPENINGS,
    SCHOOL,
    cell_name,
    date_names,
    when_name,
)

DAY_NAMES = {
    "Mo": lazy_gettext("Monday"),
    "Tu": lazy_gettext("Tuesday"),
    "We": lazy_gettext("Wednesday"),
    "Th": lazy_gettext("Thursday"),
    "Fr": lazy_gettext("Friday"),
    "Sa": lazy_gettext("Saturday"),
    "Su": lazy_gettext("Sunday"),
}
_PERIODS = {
    "always": lazy_gettext("All year round"),
    "odd": lazy_gettext("In odd weeks"),
    "even": lazy_gettext("In even weeks"),
    "dates": lazy_gettext("Every year, between two dates"),
}
_WRONG = {
    "form": lazy_gettext(
        "This cannot be read as hours: write the opening and the closing time, as in 9h-12h."
    ),
    "order": lazy_gettext(
        "The times are not in order: the place closes after it opens, and the second opening "
        "comes after the first."
    ),
    "when": lazy_gettext("Say when these hours hold."),
    "date": lazy_gettext("There is no such date: choose the day and the month of both ends."),
    "overlap": lazy_gettext("These hours hold on the same days as the ones of another week above."),
    "alone": lazy_gettext("Write the hours of the rest of the year too: nothing opens by these."),
}
_WRONG_CLOSURE = {
    "date": lazy_gettext("There is no such date: choose a day of the calendar."),
    "order": lazy_gettext("The last day of the closure comes before its first."),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One field: of an opening, of when a week holds, of a closure."""

    name: str
    label: str
    text: str
    error: str


@dataclass(frozen=True, slots=True)
class Option:
    """A value to choose."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FormBlock:
    """The week of a period.

    Attributes:
        name: before the names of its fields.
        when: the choice of when it holds.
        options: what may be chosen there.
        dates: day and month on which it begins, and on which it ends.
        days: name of each day, its openings.
        is_shown: something stands in it, or it is the first.
    """

    name: str
    when: Cell
    options: tuple[Option, ...]
    dates: tuple[Cell, ...]
    days: tuple[tuple[str, tuple[Cell, ...]], ...]
    is_shown: bool


@dataclass(frozen=True, slots=True)
class FormHours:
    """Everything about when a place is open.

    Attributes:
        blocks: the weeks that there is room for.
        months: to choose from.
        is_off_on_holidays: the box for public holidays is ticked.
        is_off_on_school_holidays: that for school holidays is.
        is_closed: the place is said to be closed for a while.
        closure: first day, last day, why.
        yearly: day and month on which a closure of every year begins, and on which it ends.
    """

    blocks: tuple[FormBlock, ...]
    months: tuple[Option, ...]
    is_off_on_holidays: bool
    is_off_on_school_holidays: bool
    is_closed: bool
    closure: tuple[Cell, Cell, Cell]
    yearly: tuple[Cell, ...]

    @property
    def wrong(self) -> tuple[Cell, ...]:
        """The fields that cannot be read."""
        openings = (cell for block in self.blocks for _day, cells in block.days for cell in cells)
        whens = (block.when for block in self.blocks)
        return tuple(
            cell for cell in (*openings, *whens, *self.yearly, *self.closure) if cell.error
        )


def hours_of_form(typed: Typed) -> FormHours:
    """Return the fields of what stands in a form."""
    names = get_month_names(locale=locale_of(current_lang()))
    labels = {
        FIRST: _("Closed from"),
        LAST: _("Last day of the closure"),
        WHY: _("Why, for the public"),
    }
    first, last, why = (
        Cell(name, label, typed.week.get(name, ""), _said(_WRONG_CLOSURE, typed.wrong.get(name)))
        for name, label in labels.items()
    )
    return FormHours(
        tuple(_block(name, typed) for name in BLOCKS),
        tuple(Option(str(number), names[number]) for number in range(1, 13)),
        HOLIDAYS in typed.week,
        SCHOOL in typed.week,
        typed.week.get(STATE) == CLOSED,
        (first, last, why),
        tuple(
            _cell(name, label, typed) for name, label in zip(YEARLY, _date_labels(), strict=True)
        ),
    )


def _date_labels() -> tuple[str, str, str, str]:
    return _("First day"), _("Its month"), _("Last day"), _("Its month")


def _block(name: str, typed: Typed) -> FormBlock:
    is_first = name == BLOCKS[0]
    options = [Option(value, str(words)) for value, words in _PERIODS.items()]
    if not is_first:
        options[:1] = [Option("", _("No other period"))]
    dates = zip(date_names(name), _date_labels(), strict=True)
    days = tuple((str(DAY_NAMES[day]), _openings(name, day, typed)) for day in DAYS)
    return FormBlock(
        name,
        _cell(when_name(name), _("When these hours hold"), typed),
        tuple(options),
        tuple(_cell(one, label, typed) for one, label in dates),
        days,
        is_first
        or bool(typed.week.get(when_name(name)))
        or any(cell.text for _day, cells in days for cell in cells),
    )


def _openings(block: str, day: str, typed: Typed) -> tuple[Cell, ...]:
    labels = {
        "1": _("{day}, first opening", day=DAY_NAMES[day]),
        "2": _("{day}, second opening", day=DAY_NAMES[day]),
    }
    return tuple(_cell(cell_name(day, one, block), labels[one], typed) for one in OPENINGS)


def _cell(name: str, label: str, typed: Typed) -> Cell:
    return Cell(name, label, typed.week.get(name, ""), _said(_WRONG, typed.wrong.get(name)))


def _said(sentences: Mapping[str, lazy_gettext], wrong: str | None) -> str:
    return str(sentences[wrong]) if wrong else ""
