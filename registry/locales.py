"""How a language writes numbers and dates, as the CLDR describes it."""

from functools import lru_cache

from babel.core import Locale, UnknownLocaleError

from vocab.messages import SOURCE


@lru_cache
def locale_of(lang: str) -> Locale:
    """Return the locale of a language; the English one where nobody has described it."""
    try:
        return Locale.parse(lang)
    except UnknownLocaleError:
        return Locale.parse(SOURCE)
