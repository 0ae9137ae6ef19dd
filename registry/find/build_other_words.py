"""Makes other_words.txt: words of French and English that are nearly one of the lexicon of needs.

    python -m registry.find.build_other_words FRENCH_DICTIONARY ENGLISH_DICTIONARY OUTPUT_FOLDER

The dictionaries are npm ``dictionary-fr`` and ``dictionary-en``, read with PyPI ``spylls``
(versions: SOURCES.md); all forms of their words count. To be made again with each change of
``needs.toml`` that brings new words.

A word that exists says what it says: « toilettes » is not « tablettes » mistyped. Left out are
words that only end otherwise than the one of the lexicon (« virements »): those mean the same.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from rapidfuzz.distance import OSA
from spylls.hunspell import Dictionary

from registry.find.needs import by_sound, said_as
from vocab.needs import lexicon
from vocab.text import fold

SHORTEST, TWO_MISTAKES_FROM = 5, 9
"""Letters of the shortest word that is corrected, and of one in which two mistakes are forgiven."""


def forms(dictionary: Dictionary) -> Iterator[str]:
    """Return all words of a dictionary with their endings, folded."""
    for word in dictionary.dic.words:
        yield fold(word.stem)
        for flag in word.flags or ():
            for suffix in dictionary.aff.SFX.get(flag, ()):
                if suffix.cond_regexp.search(word.stem):
                    yield fold(word.stem.removesuffix(suffix.strip) + suffix.add)


def without_ending(word: str) -> str:
    """Return a word without what tells number, gender and most forms of a verb.

    >>> without_ending("envoyees"), without_ending("envoyer"), without_ending("foyers")
    ('envoy', 'envoy', 'foy')
    """
    bare = re.sub("[sx]$", "", word)
    return re.sub("(ee|er|ez|e)$", "", bare)


def others(existing: Iterable[str]) -> Iterator[str]:
    """Return the words that would be taken for another one of the lexicon."""
    needs = lexicon().needs.items()
    ours = {word for phrase, need in needs if not need.is_exact for word in phrase}
    known = {*ours, *lexicon().ignored, *lexicon().fillers, *lexicon().acronyms}
    by_start = defaultdict(list)
    for word in ours:
        by_start[word[:1]].append(word)
    sounds = by_sound(ours)
    for word in existing:
        if len(word) < SHORTEST or not word.isalpha() or word in known:
            continue
        allowed = 1 if len(word) < TWO_MISTAKES_FROM else 2
        near = [
            one
            for one in by_start[word[0]]
            if abs(len(one) - len(word)) <= allowed
            and OSA.distance(word, one, score_cutoff=allowed) <= allowed
        ]
        if alike := sounds.get(said_as(word)):
            near.append(alike)
        if near and without_ending(word) not in map(without_ending, near):
            yield word


def build(folders: Iterable[Path], output: Path) -> None:
    """Write the words into ``output``, folded, one a line, sorted."""
    existing = {
        form for folder in folders for form in forms(Dictionary.from_files(str(folder / "index")))
    }
    text = "".join(f"{word}\n" for word in sorted(others(existing)))
    (output / "other_words.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    build(map(Path, sys.argv[1:3]), Path(sys.argv[3]))
