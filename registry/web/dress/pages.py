"""The one point through which every page goes when its template has been filled in."""

from typing import Any

from jinja2 import Template

from registry.web.dress.typography import english, english_words, french, french_words
from registry.web.site.language import current_lang

_TYPESET = {"en": english, "fr": french}
"""Language -> what gives its pages their typography."""
_WORDS = {"en": english_words, "fr": french_words}


def typeset_words(text: str) -> str:
    """Return a text that a script shows with the typography of the language of the request."""
    words = _WORDS.get(current_lang())
    return words(text) if words else text


class PageTemplate(Template):
    """A template whose pages get the typography of their language."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Return the page, typeset; what is no HTML is left as it is written."""
        page = super().render(*args, **kwargs)
        typeset = _TYPESET.get(current_lang())
        return typeset(page) if typeset and (self.name or "").endswith(".html") else page
