"""Words, numbers and dates in the language of the request, at the least cost.

A page holds some sixty sentences and three hundred numbers. Flask-Babel works out language, time
zone and catalogue for each of them; here each is worked out once.
"""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path

from babel.core import Locale
from babel.dates import format_datetime
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations
from flask import Flask
from flask_babel import Babel, Domain
from markupsafe import Markup, escape

from registry.web.site.language import LANGUAGES, current_lang

_FOLDER = Path(__file__).parent.parent / "translations"
_SENTENCES, _NUMBERS, _MOMENTS = 8_192, 65_536, 16_384
_DAY = "d MMMM y"  # in both languages, as in the sentences that say the hour as well


class _Catalogues(Domain):  # type: ignore[misc]  # flask_babel has no types
    """The catalogues of the site, each read once; which one is a matter of the address alone."""

    def get_translations(self) -> NullTranslations:
        """Give the catalogue of the language of the request."""
        return _catalogue(current_lang())


class lazy_gettext:  # noqa: N801  # the name that catalogues are extracted by
    """A sentence of a table, translated when it is shown."""

    __slots__ = ("_sentence",)

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def __str__(self) -> str:
        return _catalogue(current_lang()).ugettext(self._sentence)

    def __html__(self) -> Markup:
        return escape(str(self))


def install_translations(app: Flask) -> None:
    """Make an application and its templates speak the language of each request."""
    babel = Babel(app, default_locale=LANGUAGES[0], locale_selector=current_lang)
    babel.domain_instance = _Catalogues()
    functions = {"_": _translated, "gettext": _translated, "ngettext": _counted}
    app.jinja_env.globals.update(functions)


def number(value: float) -> str:
    """Write a number for people: ``12 345,6``, or ``12,345.6`` in English."""
    return _number(value, current_lang()) if value.__class__ is int else _decimal(value)


def percent(share: float) -> str:
    """Write a share of one in whole percent: ``75 %``, or ``75%`` in English."""
    return _percent(share, current_lang())


def day(when: date) -> str:
    """Write a date in words; that of a moment is its day in UTC."""
    if isinstance(when, datetime):
        when = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC).date()
    return _moment(datetime.combine(when, time()), _DAY, current_lang())


def moment(when: datetime, pattern: str) -> str:
    """Write a moment by a CLDR pattern without time zone, on the clock that it is given in."""
    return _moment(when.replace(tzinfo=None), pattern, current_lang())


def stamp(when: datetime, pattern: str) -> str:
    """Write a moment by a CLDR pattern without time zone, on the clock of UTC."""
    return moment((when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC), pattern)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(lang: str) -> NullTranslations:
    return Translations.load(_FOLDER, [lang])


def _translated(sentence: str, /, **values: object) -> Markup:
    """What templates call ``_``: the sentence translated, its values escaped."""
    found = _sentence(sentence, current_lang())
    return found % values if values else _plain(found)


@lru_cache(maxsize=_SENTENCES)
def _sentence(sentence: str, lang: str) -> Markup:
    return Markup(_catalogue(lang).ugettext(sentence))  # noqa: S704 (the sentences are ours)


@lru_cache(maxsize=_SENTENCES)
def _plain(sentence: Markup) -> Markup:
    """A sentence without values: its doubled percent signs are single ones."""
    return sentence % {}


def _counted(one: str, many: str, count: int, /, **values: object) -> Markup:
    values.setdefault("num", count)
    found = _catalogue(current_lang()).ungettext(one, many, count)
    return Markup(found) % values  # noqa: S704 (the sentences are ours)


@lru_cache(maxsize=_NUMBERS)
def _number(value: int, lang: str) -> str:
    return str(format_decimal(value, locale=_locale(lang)))


def _decimal(value: float) -> str:
    return str(format_decimal(value, locale=_locale(current_lang())))


@lru_cache(maxsize=_NUMBERS)
def _percent(share: float, lang: str) -> str:
    return str(format_percent(share, locale=_locale(lang)))


@lru_cache(maxsize=_MOMENTS)
def _moment(when: datetime, pattern: str, lang: str) -> str:
    if lang == "fr" and when.day == 1:
        pattern = pattern.replace("d MMMM", "d'er' MMMM")  # the one ordinal of French dates
    return str(format_datetime(when, pattern, locale=_locale(lang)))


@lru_cache(maxsize=len(LANGUAGES))
def _locale(lang: str) -> Locale:
    return Locale.parse(lang)
