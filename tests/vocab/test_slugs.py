"""Short names: one way to make them, which keeps the letters."""

import unicodedata

import pytest

from vocab.slugs import MOST, VALID, slug_of


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        pytest.param(
            "Pôle numérique de l'Île-de-France", "pole-numerique-ile-de-france", id="D7-region"
        ),
        pytest.param(
            "Pôle numérique de l’Île-de-France", "pole-numerique-ile-de-france", id="D7-quote"
        ),
        pytest.param("médiathèques", "mediatheques", id="D7-file"),
        pytest.param(unicodedata.normalize("NFD", "médiathèques"), "mediatheques", id="D7-mac"),
        pytest.param("Œuvres & Cœur d'Æthalie", "oeuvres-coeur-aethalie", id="D7-ligatures"),
        pytest.param("ŒUVRE ÉTÉ", "oeuvre-ete", id="D7-capitals"),
        pytest.param("Straße Łódź Ørsted", "strasse-lodz-orsted", id="D7-ß"),
        pytest.param("Le 3ᵉ lieu — n° 42 (2024)", "3e-lieu-n-42-2024", id="D7-digits"),
        pytest.param("lieux_2024.v2", "lieux-2024-v2", id="D7-punctuation"),
        pytest.param("Aujourd'hui", "aujourd-hui", id="D7-apostrophe-within"),
        pytest.param("Les", "les", id="D7-little-alone"),
        pytest.param("Val-d'Oise", "val-oise", id="D7-elided-in-compound"),
        pytest.param("ＦＡＢ ﬁbre", "fab-fibre", id="D7-compatibility"),
        pytest.param("", "pole", id="D7-nothing"),
        pytest.param(
            "Communauté d'agglomération de Saint-Quentin-en-Yvelines, médiation numérique",
            "communaute-agglomeration-saint-quentin", id="D7-long",
        ),
    ],
)  # fmt: skip
def test_d7_a_short_name_keeps_the_letters(text: str, slug: str) -> None:
    assert slug_of(text, "pole") == slug


@pytest.mark.parametrize(
    "text", ["图书馆", "Библиотека", "Βιβλιοθήκη", "مكتبة", "🙂", "—", "é" * 99]
)
def test_d7_whatever_the_text_the_name_is_one(text: str) -> None:
    found = slug_of(text, "pole")
    assert VALID.match(found)
    assert len(found) <= MOST


def test_d7_two_names_without_latin_letters_are_two_names() -> None:
    assert slug_of("图书馆", "file") != slug_of("博物馆", "file")
    assert slug_of("图书馆", "file").startswith("file-")
