"""The lexicon of needs: what is shipped is whole, and mistakes in it are refused."""

import pytest

from vocab.needs import Meaning, Strength, lexicon, phrase_key, read_lexicon
from vocab.schemes import concept, concepts
from vocab.text import words

_NEED = '[[need]]\nmeans = ["services/aide-aux-demarches-administratives"]\nsay = '


def test_every_meaning_is_a_concept_of_our_lists() -> None:
    means = {meaning for need in lexicon().needs.values() for meaning in need.means}
    assert [each for each in means if concept(each.iri) is None] == []


def test_there_are_phrases_enough_for_each_service() -> None:
    needs = lexicon().needs
    assert len(needs) >= 600
    for service in concepts("services"):
        declared = Meaning(f"services/{service.slug}", Strength.DECLARED)
        assert sum(declared in need.means for need in needs.values()) >= 20, service.slug


def test_phrases_are_folded_and_say_something() -> None:
    known = lexicon()
    for phrase in known.needs:
        assert words(" ".join(phrase)) == list(phrase)
        assert len(phrase) > 1 or not known.fillers.issuperset(phrase), phrase
    for listed in (known.fillers, known.ignored, known.acronyms):
        assert [word for word in listed if words(word) != [word]] == []


def test_labels_of_the_lists_are_phrases_but_never_instead_of_what_the_lexicon_says() -> None:
    needs = lexicon().needs
    assert needs["centre", "social"].means == (Meaning("typologie/cs", Strength.DECLARED),)
    pension = {meaning.concept for meaning in needs["pension",].means}
    assert "services/aide-aux-demarches-administratives" in pension
    assert ("autre",) not in needs


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ('[[need]]\nmeans = ["services/lessive"]\nsay = ["laver"]', "services/lessive"),
        ('[[need]]\nmeans = ["services"]\nsay = ["laver"]', "services"),
        (f'{_NEED}["carte grise", "Cartes d\'hôte"]\n{_NEED}["CARTE  GRISE"]', "CARTE  GRISE"),
        (f'fillers = ["d"]\n{_NEED}["carte d identite", "carte identite"]', "carte identite"),
        (f'fillers = ["son"]\n{_NEED}["son"]', "son"),
        (f'{_NEED}["impots"]\nweight = 7', "weight"),
        (f'{_NEED}["impots"]\nmeaning = "x"', "meaning"),
        (f"{_NEED}[", "Invalid value"),
    ],
)
def test_mistakes_are_refused(document: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_lexicon(document)


def test_each_phrase_is_followed_by_each_of_with() -> None:
    found = read_lexicon(f'{_NEED}["imprimer", "scanner"]\nwith = ["un papier", "un billet"]')
    assert ("scanner", "un", "papier") in found.needs
    assert phrase_key(["a", "ma", "place"], frozenset({"a", "ma"})) == ("a", "ma", "place")
