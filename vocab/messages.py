"""What people read: a template in English and its values, said in each language by a catalogue.

The English template is the key (gettext's ``msgid``); a language is a folder of
``vocab/translations`` with a catalogue, and nothing else (docs/languages.md). What has labels in
RDF (shapes, lists, terms) keeps them there.
"""

import gettext
import hashlib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Self

from vocab.redaction import public

DOMAIN = "maillage"
FOLDER = Path(__file__).parent / "translations"
SOURCE = "en"
"""The language of the templates."""
DEFAULT = "fr"
"""The language of those who ask for none."""

_SENTENCES = 8_192
_PLAIN = (str, int, float, list, tuple, dict, type(None))


class Message(str):
    """A sentence that is said in each language; as a text it is the English one, for logs.

    What proves who is asking is left out of the addresses that it names.

    >>> Message("no source is called {slug!r}", slug="zinc").message("fr")
    "aucune source ne s'appelle « zinc »"

    Attributes:
        template: English, with ``{names}`` for values in the syntax of ``str.format``; without
            values it stands as it is, braces included.
        values: texts, numbers, lists of them; messages and errors, which are translated in turn.
        context: separates what is one word in English and two in other languages.
    """

    __slots__ = ("context", "template", "values")
    template: str
    values: dict[str, Any]
    context: str

    def __new__(cls, template: str, context: str = "", /, **values: object) -> Self:
        """Keep what can go to another process: anything else becomes its text."""
        kept = {name: value if _is_plain(value) else str(value) for name, value in values.items()}
        made = super().__new__(cls, _filled(template, kept, SOURCE))
        made.template, made.values, made.context = template, kept, context
        return made

    def message(self, lang: str) -> str:
        """Return the sentence in a language; in English where nobody wrote it in that one."""
        sentence = translate(self.template, lang, self.context)
        try:
            return _filled(sentence, self.values, lang)
        except (LookupError, ValueError):  # a catalogue with a wrong placeholder
            return str(self)

    def texts(self) -> dict[str, str]:
        """Return the sentence by language: French, English, and others that somebody wrote."""
        said = {lang: self.message(lang) for lang in languages()}
        always = (DEFAULT, SOURCE)
        return {lang: text for lang, text in said.items() if lang in always or text != said[SOURCE]}

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep template and values from one process to another."""
        return _again, (type(self), self.template, self.context, self.values)


def _again(kind: type[Message], template: str, context: str, values: dict[str, Any]) -> Message:
    return kind(template, context, **values)


def _is_plain(value: object) -> bool:
    return isinstance(value, _PLAIN) or hasattr(type(value), "message")


def _filled(template: str, values: dict[str, Any], lang: str) -> str:
    if not values:
        return public(template)
    return public(
        template.format_map({name: in_words(each, lang) for name, each in values.items()})
    )


def in_words(value: object, lang: str) -> object:
    """Return a value as a sentence in ``lang`` shows it: messages and errors are translated."""
    message = getattr(value, "message", None)
    return message(lang) if callable(message) else value


@lru_cache(maxsize=_SENTENCES)
def translate(template: str, lang: str, context: str = "") -> str:
    """Return a template in a language; as it is where the catalogue of that one lacks it."""
    catalogue = _catalogue(lang)
    return catalogue.pgettext(context, template) if context else catalogue.gettext(template)


def translate_count(one: str, many: str, count: int, lang: str) -> str:
    """Return the template for a number of things, by the rules of the language."""
    return _catalogue(lang).ngettext(one, many, count)


@cache
def fingerprint() -> str:
    """Return what changes with any sentence: a hash of all catalogues."""
    found = hashlib.sha256()
    for path in sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that a node speaks: the default one first, then English, then others."""
    found = (path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return tuple(dict.fromkeys((DEFAULT, SOURCE, *sorted(found))))


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    if lang == SOURCE:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, FOLDER, [lang], fallback=True)


def forget() -> None:
    """Read the catalogues again: for tests, which write some."""
    for each in (translate, languages, _catalogue):
        each.cache_clear()
