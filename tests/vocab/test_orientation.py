"""Who shows people the way: what is shipped is whole, and mistakes in it are refused."""

import pytest

from vocab.orientation import orientation, read_orientation
from vocab.text import words


def test_services_are_few_official_and_told_in_both_languages() -> None:
    shipped = orientation()
    assert shipped.welcomes
    assert 1 <= len(shipped.official) <= 6
    for one in shipped.official:
        assert one.url.startswith("https://")
        assert one.url.endswith((".gouv.fr/", "3018.fr/", "francetravail.fr/"))
        assert one.fr
        assert one.en
        assert one.phone == "" or one.phone.isdigit()


def test_words_are_folded_as_questions_are() -> None:
    for one in orientation().official:
        assert [word for word in one.say if words(word) != [word]] == []


@pytest.mark.parametrize(
    "document",
    [
        'welcomes = ["typologie/nowhere"]',
        '[[official]]\nname = "A"\nurl = "https://a.example/"\nfr = "a"\nen = "a"',
        '[[official]]\nname = "A"\nurl = "https://a.example/"\nfr = "a"\nen = "a"\n'
        'lacks = ["services/nothing"]',
    ],
)
def test_mistakes_are_refused(document: str) -> None:
    with pytest.raises(ValueError, match=r"A|concept"):
        read_orientation(document)
