"""The page that a person finds at the feed's address, in every language."""

import hashlib
import math
import re
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from zoneinfo import ZoneInfo

import jinja2
from babel.core import Locale
from babel.dates import format_datetime
from babel.numbers import format_decimal

from registry.publish.catalog import Publication
from registry.publish.dumps import DUMPS
from vocab.messages import Message, languages, translate

PARIS = ZoneInfo("Europe/Paris")
_FIRST = Message("d MMMM", "first of the month")
_WORDS = ("publish/record_page.py", "hours_words.py")
"""What says values in words."""
_SHARED = ("1-tokens.css", "2-base.css")
_UNUSED = re.compile(r"@font-face \{[^}]*\}\n?|/\*.*?\*/\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wording:
    """How a language says a sentence, a count, a moment and a size."""

    lang: str

    @property
    def language(self) -> str:
        """What the language calls itself."""
        return str(Locale.parse(self.lang).language_name or self.lang).capitalize()

    def say(self, sentence: str, **values: object) -> str:
        """Return a sentence of the template in the language."""
        return Message(sentence, **values).message(self.lang)

    def say_in(self, context: str, sentence: str) -> str:
        """Return a sentence of the template that has two meanings; the context says which."""
        return Message(sentence, context).message(self.lang)

    def number(self, count: int) -> str:
        """Write a count as the CLDR says."""
        return format_decimal(count, locale=self.lang)

    def moment(self, time: str) -> str:
        """Write an ``xsd:dateTime`` for people, to the minute, on the clock of Paris."""
        return moment_in_words(datetime.fromisoformat(time), self.lang)

    def bytes(self, size: int) -> str:
        """Write a size in the largest decimal unit that leaves a whole part."""
        units = translate("bytes kB MB GB TB", self.lang).split()
        power = min(int(math.log10(max(size, 1)) // 3), len(units) - 1)
        value = round(size / 1000**power, 1)
        form = "0.0" if power else "0"
        return f"{format_decimal(value, form, self.lang)}\u00a0{units[power]}"


def moment_in_words(when: datetime, lang: str) -> str:
    """Write a moment, with its time zone, to the minute on the clock of Paris."""
    return _written(when, translate("d MMMM y 'at' H:mm", lang), lang)


def day_in_words(when: datetime, lang: str) -> str:
    """Write the day of a moment, with its time zone, in Paris."""
    return _written(when, "d MMMM y", lang)


def _written(when: datetime, form: str, lang: str) -> str:
    here = when.astimezone(PARIS).replace(tzinfo=None)
    if here.day == 1:  # an ordinal in some languages
        form = form.replace(_FIRST, _FIRST.message(lang))
    return str(format_datetime(here, form, locale=lang))


def index_page(publication: Publication) -> bytes:
    """Write the page; everything that the configuration says is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("registry.publish"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    page = environment.get_template("index.html").render(
        pole=publication.pole,
        publication=publication,
        wordings=[Wording(lang) for lang in languages()],
        dumps=tuple(zip(DUMPS, publication.dumps, strict=True)),
    )
    return page.encode()


def appearance() -> str:
    """Return a hash of how pages look: a later version of this program writes them anew."""
    folder = resources.files("registry.publish").joinpath("templates")
    pages = [folder.joinpath(name).read_bytes() for name in ("index.html", "record.html")]
    words = [resources.files("registry").joinpath(name).read_bytes() for name in _WORDS]
    return hashlib.sha256(b"".join([stylesheet(), *pages, *words])).hexdigest()


def stylesheet() -> bytes:
    """Return the style sheet of all pages: tokens and elements of the site, then their own.

    A static host has no fonts and no pictures: what names them, and comments, is left out.
    """
    shared = resources.files("registry").joinpath("web/static/css")
    own = resources.files("registry.publish").joinpath("templates/index.css")
    parts = [*(shared.joinpath(name) for name in _SHARED), own]
    text = "\n".join(part.read_text(encoding="utf-8") for part in parts)
    return _UNUSED.sub("", text).encode()
