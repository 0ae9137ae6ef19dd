"""Words, numbers and dates in the language of the request, at the least cost.

A page holds some sixty sentences and three hundred numbers: each is worked out once. The sentences
are English; the catalogues of ``vocab/messages.py`` say them in other languages.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

from registry.locales import locale_of
from registry.web.site.language import current_lang
from vocab.errors import MaillageError
from vocab.messages import Message, translate, translate_count
from vocab.text import capitalised

_SENTENCES, _NUMBERS, _MOMENTS = 8_192, 65_536, 16_384
_DAY = "d MMMM y"  # as in the sentences that say the hour as well
PARIS = ZoneInfo("Europe/Paris")
_K = TypeVar("_K")
_FIRST = Message("d MMMM", "first of the month")


class lazy_gettext:  # noqa: N801  # the name that catalogues are extracted by
    """A sentence of a table, translated when it is shown."""

    __slots__ = ("_context", "_sentence")

    def __init__(self, sentence: str, context: str = "") -> None:
        self._sentence = sentence
        self._context = context

    def __str__(self) -> str:
        return translate(self._sentence, current_lang(), self._context)

    def __html__(self) -> Markup:
        return escape(str(self))


def lazy(names: Mapping[_K, Message]) -> dict[_K, lazy_gettext]:
    """Return a table whose names are translated when they are shown."""
    return {key: lazy_gettext(name.template, name.context) for key, name in names.items()}


def gettext(sentence: str, /, **values: object) -> str:
    """Return a sentence in the language of the request, as plain text."""
    return _filled(sentence, translate(sentence, current_lang()), values)


def pgettext(context: str, sentence: str, /, **values: object) -> str:
    """Return a sentence that has two meanings in English; the context says which."""
    return _filled(sentence, translate(sentence, current_lang(), context), values)


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the sentence about so many things, as plain text."""
    return _filled(one, translate_count(one, many, count, current_lang()), values)


def _filled(sentence: str, translated: str, values: dict[str, object]) -> str:
    if not values:
        return translated
    try:
        return translated.format_map(values)
    except (LookupError, ValueError):  # a catalogue with a wrong placeholder
        return sentence.format_map(values)


def _marked(sentence: str, /, **values: object) -> Markup:
    """What templates call ``_``: the sentence translated, its values escaped."""
    found = _sentence(sentence, current_lang(), "")
    if not values:
        return found
    return Markup(_filled(Markup(sentence), found, values))  # noqa: S704 (escaped by the one above)


def _marked_in(context: str, sentence: str, /) -> Markup:
    return _sentence(sentence, current_lang(), context)


@lru_cache(maxsize=_SENTENCES)
def _sentence(sentence: str, lang: str, context: str) -> Markup:
    return Markup(translate(sentence, lang, context))  # noqa: S704 (the sentences are ours)


def _counted(one: str, many: str, count: int, /, **values: object) -> Markup:
    values.setdefault("num", count)
    found = Markup(translate_count(one, many, count, current_lang()))  # noqa: S704 (ours)
    return Markup(_filled(Markup(one), found, values))  # noqa: S704 (escaped by the one above)


FUNCTIONS: Mapping[str, Callable[..., Markup]] = MappingProxyType(
    {"_": _marked, "pgettext": _marked_in, "ngettext": _counted}
)
"""What templates call."""


def number(value: float) -> str:
    """Write a number for people: ``12 345,6``, or ``12,345.6`` in English."""
    return _number(value, current_lang()) if value.__class__ is int else _decimal(value)


def exact_number(text: str) -> str:
    """Write a decimal number, given as text, with all its digits; another text as it is."""
    try:
        return str(
            format_decimal(text, locale=locale_of(current_lang()), decimal_quantization=False)
        )
    except ArithmeticError:
        return text


def percent(share: float) -> str:
    """Write a share of one in whole percent: ``75 %``, or ``75%`` in English."""
    return _percent(share, current_lang())


def day(when: date) -> str:
    """Write a date in words; that of a moment is its day in Paris."""
    if isinstance(when, datetime):
        when = _in_paris(when).date()
    return _moment(datetime.combine(when, time()), _DAY, current_lang())


def moment(when: datetime, pattern: str) -> str:
    """Write a moment by a CLDR pattern without time zone, on the clock that it is given in."""
    return _moment(when.replace(tzinfo=None), pattern, current_lang())


def stamp(when: datetime) -> str:
    """Write the day, hour and minute of a moment, on the clock of Paris."""
    return in_paris(when, translate("d MMMM y 'at' H:mm", current_lang()))


def in_paris(when: datetime, pattern: str) -> str:
    """Write a moment by a CLDR pattern without time zone, on the clock of Paris."""
    return moment(_in_paris(when), pattern)


def shortly(when: datetime, now: datetime) -> str:
    """Write a moment as people do: its hour alone today, its day and month before."""
    here = _in_paris(when)
    if here.date() == _in_paris(now).date():
        return moment(here, translate("H:mm", current_lang()))
    return moment(here, "d MMMM" if here.year == _in_paris(now).year else _DAY)


def spelled(count: int) -> str:
    """Write a small number in letters, as at the beginning of a sentence: « Cinq », "Five"."""
    words = translate("zero one two three four five six seven eight nine", current_lang()).split()
    return words[count].capitalize() if 0 <= count < len(words) else number(count)


def _in_paris(when: datetime) -> datetime:
    """The clock that those who keep the registry live by; what has no zone is in UTC."""
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(PARIS)


def duration(seconds: float, granularity: Literal["second", "minute"]) -> str:
    """Write a length of time in words, rounded to its largest unit."""
    locale = locale_of(current_lang())
    length: Any = seconds  # a part of a second is given to the library as it is
    return str(format_timedelta(length, granularity=granularity, locale=locale))


def language_name(lang: str) -> str:
    """Return what those who speak a language call it."""
    return str(locale_of(lang).get_display_name() or lang).capitalize()


@lru_cache(maxsize=_NUMBERS)
def _number(value: int, lang: str) -> str:
    return str(format_decimal(value, locale=locale_of(lang)))


def _decimal(value: float) -> str:
    return str(format_decimal(value, locale=locale_of(current_lang())))


@lru_cache(maxsize=_NUMBERS)
def _percent(share: float, lang: str) -> str:
    return str(format_percent(share, locale=locale_of(lang)))


@lru_cache(maxsize=_MOMENTS)
def _moment(when: datetime, pattern: str, lang: str) -> str:
    if when.day == 1:  # an ordinal in some languages
        pattern = pattern.replace(_FIRST, _FIRST.message(lang))
    return str(format_datetime(when, pattern, locale=locale_of(lang)))


def sentence_of(error: MaillageError) -> str:
    """Return what an error says, in the language of the request, as the beginning of a sentence."""
    return capitalised(error.message(current_lang()))
