"""Everything a person reads exists in French (the keys) and in English (the catalogue)."""

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from registry import web
from registry.web.data.sparql_page import examples

FOLDER = Path(web.__file__).parent
_METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.xml", "jinja2")]
_KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def said() -> set[str]:
    """Every text that code and templates mark, by its singular."""
    found = extract_from_dir(str(FOLDER), _METHODS, keywords=_KEYWORDS)
    return {key if isinstance(key, str) else key[0] for _, _, key, _, _ in found}


def catalogue(lang: str) -> Catalog:
    path = FOLDER / "translations" / lang / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as stream:
        return read_po(stream, locale=lang)


def test_every_text_is_translated_and_none_is_left_over() -> None:
    english = {
        message.id if isinstance(message.id, str) else message.id[0]: message
        for message in catalogue("en")
        if message.id
    }
    assert said() == set(english)
    for key, message in english.items():
        parts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(parts), key
        assert not message.fuzzy, key
        assert not list(message.check(catalogue("en"))), key


def test_no_french_is_left_in_english() -> None:
    for message in catalogue("en"):
        assert not set("«»œ") & set(str(message.string)), message.id


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_compiled_catalogue_is_up_to_date(lang: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(lang))
    path = FOLDER / "translations" / lang / "LC_MESSAGES" / "messages.mo"
    assert path.read_bytes() == compiled.getvalue()


def test_example_queries_have_both_titles() -> None:
    for example in examples():
        assert example.title("fr") != example.title("en")
        assert "# fr" not in example.text
