"""What an IRI names, in people's words: a value of a list, a territory, a term, a record."""

from urllib.parse import unquote

from registry.web.site.i18n import gettext as _
from registry.web.site.language import current_lang
from registry.web.site.node import current_node
from vocab.insee import code_of
from vocab.namespaces import MED
from vocab.schemes import concept
from vocab.terms import term
from vocab.territory import commune, departement


def iri_words(iri: str) -> str:
    """Return what an IRI names, in the language of the request: « Antibes (06004) »."""
    return known_words(iri) or _("another record")


def known_words(iri: str) -> str:
    """Return what an IRI names; empty when nothing here knows it."""
    lang = current_lang()
    if found := concept(iri):
        return found.label(lang)
    if code := code_of(iri):
        return _territory(code)
    if iri.startswith(MED) and (named := term(iri)):
        return named.label(lang)
    return record_title(iri)


def record_title(iri: str) -> str:
    """Return the title of a record, by its IRI or that of a node in it; empty without one."""
    known = current_node().index.resource(iri.partition("#")[0])
    return known.title if known else ""


def title_or_name(iri: str) -> str:
    """Return the title of a record, else how its pole calls it."""
    return record_title(iri) or local_name(iri)


def local_name(iri: str) -> str:
    """Return the end of the IRI of a record: how its pole calls it in its own file."""
    return unquote(iri.partition("#")[0].rstrip("/").rpartition("/")[2]) or iri


def _territory(code: str) -> str:
    found = commune(code) if len(code) == 5 else departement(code)
    return f"{found.name} ({code})" if found else code
