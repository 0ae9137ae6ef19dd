"""The one point through which every page goes when its template has been filled in."""

from typing import Any

from jinja2 import Template

from registry.web.dress.typography import english, french
from registry.web.site.language import current_lang

_TYPESET = {"en": english, "fr": french}
"""Language -> what gives its pages their typography."""


class PageTemplate(Template):
    """A template whose pages get the typography of their language."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Return the page, typeset; what is no HTML is left as it is written."""
        page = super().render(*args, **kwargs)
        typeset = _TYPESET.get(current_lang())
        return typeset(page) if typeset and (self.name or "").endswith(".html") else page
