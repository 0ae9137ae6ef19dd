"""Any cell as clean text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.clean.text import clean_prose, clean_text
from harvester.clean.types import Cell

CASES = [
    ("Fresnes-LÃ©guillon", "Fresnes-Léguillon", ["mojibake-decoded"]),
    ("CitÃ© de lâ€™emploi", "Cité de l’emploi", ["mojibake-decoded"]),
    ("l\u0092accueil", "l’accueil", ["windows-character-decoded"]),
    ("Ren<e9> Nicod", "René Nicod", ["escaped-byte-decoded"]),
    ("Cafe\u0301", "Café", ["accents-composed"]),
    ("Mé\u00addia\u200bthèque", "Médiathèque", ["invisible-characters-removed"]),
    ("Espace\u000bNum\u001férique", "Espace Num érique", ["spaces-normalised"]),
    ("Mars\u000c\u0000\u0000Nord\ufffe", "Mars Nord", ["spaces-normalised"] * 2),
    ("rue&#11;de&#x1;Mars", "rue de Mars", ["html-entities-decoded"]),
    (
        '<i class=""fas fa-wheelchair""></i> Accès',
        "Accès",
        ["html-removed", "spaces-normalised"],
    ),
    ("Arts &amp; Métiers", "Arts & Métiers", ["html-entities-decoded"]),
    ("Arts &amp;amp; Métiers", "Arts & Métiers", ["html-entities-decoded"] * 2),
    ("1 rue X<br>Bât. B", "1 rue X\nBât. B", ["html-removed"]),
    (
        '<a href="https://a.fr/x">Le site</a>',
        "Le site (https://a.fr/x)",
        ["html-removed"],
    ),
    ("  Mairie \u00a0 annexe ", "Mairie annexe", ["spaces-normalised"]),
    ("#N/D", "", ["filler-emptied"]),
    ("#NOMBRE!", "", ["filler-emptied"]),
    ("#NOM ?", "", ["filler-emptied"]),
    ("Err:508", "", ["filler-emptied"]),
    ("#Sport !", "#Sport !", []),
    ("--", "", ["filler-emptied"]),
    ("Non renseigné", "", ["filler-emptied"]),
    ("M\ufffddiath\ufffdque", "M\ufffddiath\ufffdque", ["characters-lost"]),
]


@pytest.mark.parametrize(("raw", "value", "rules"), CASES, ids=ascii)
def test_dirt_is_mended_and_said(raw: str, value: str, rules: list[str]) -> None:
    cell = clean_text("nom", raw)
    assert cell.value == value
    assert [note.rule for note in cell.notes] == rules
    assert clean_text("nom", value).value == value


@pytest.mark.parametrize(
    "right",
    [
        "Médiathèque de l'Haÿ-les-Roses",
        "LE CAFÉ « SANS FIL » : 3 < 4",
        "Nancy",
        "CITÉ – ÉTÉ",
        "Les «CITÉS»",
        "https://exemple.fr/?a=1&b=2&copy=3",
        "Na 2000",
    ],
)
def test_what_is_right_passes_untouched(right: str) -> None:
    assert clean_text("nom", right) == Cell(right)


def test_prose_keeps_its_paragraphs() -> None:
    cell = clean_prose("presentation_detail", "Un.\r\n\r\n\r\n\r\nDeux :\u00a0trois.  ")
    assert cell.value == "Un.\n\nDeux :\u00a0trois."
    assert [note.rule for note in cell.notes] == ["spaces-normalised"]


def test_notes_tell_the_whole_way() -> None:
    notes = clean_text("nom", " A &amp; B ").notes
    assert [(note.before, note.after) for note in notes] == [
        (" A &amp; B ", " A & B "),
        (" A & B ", "A & B"),
    ]


def test_a_nest_of_entities_ends() -> None:
    assert clean_text("nom", "&" + "amp;" * 50_000).value.startswith("&")


@given(st.text(max_size=60))
def test_a_difference_is_always_noted(raw: str) -> None:
    cell = clean_text("nom", raw)
    assert (cell.value == raw) or cell.notes
    assert all(note.before != note.after for note in cell.notes if note.level != "warning")
