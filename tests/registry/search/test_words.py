"""Folding: the quick way for European accents equals the whole of Unicode's."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from registry.search.words import fold


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@example("Crème brûlée")
@example("Ελληνικά́")
@example("a\u20dd")
@example("a\u034f")
def test_folding_takes_off_every_combining_mark(text: str) -> None:
    spelled = text.casefold().replace("œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", spelled)
    expected = "".join(c for c in decomposed if not unicodedata.combining(c))
    assert fold(text) == expected
