"""Makes ordinary_names.txt: names of communes, départements and régions that are common words too.

    python -m vocab.data.build_ordinary_names FOLDER_OF_DICTIONARY OUTPUT_FOLDER

The dictionary is npm ``dictionary-fr``, read with PyPI ``spylls`` (versions: SOURCES.md). Nouns and
adjectives count in all their forms, verbs in the infinitive; articles before names are left out.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from spylls.hunspell import Dictionary

from vocab.territory import communes_by_name, departements
from vocab.text import fold, name_key

_ARTICLES = {"le", "la", "les", "l"}


def common_words(dictionary: Dictionary) -> Iterator[str]:
    """Return the forms of all words that do not begin with a capital."""
    for word in dictionary.dic.words:
        if not word.stem[:1].islower():
            continue
        yield word.stem
        for flag in word.flags or ():
            if flag[-1] in ".=":  # declensions; the others conjugate
                for suffix in dictionary.aff.SFX.get(flag, ()):
                    if suffix.cond_regexp.search(word.stem):
                        yield word.stem.removesuffix(suffix.strip) + suffix.add


def build(folder: Path, output: Path) -> None:
    """Write the names into ``output``, folded, one a line, sorted."""
    common = {fold(word) for word in common_words(Dictionary.from_files(str(folder / "index")))}
    territories = {name_key(name) for one in departements() for name in (one.name, one.region.name)}
    found = set()
    for key in {*communes_by_name(), *territories}:
        words = key.split()
        if len(words) == 2 and words[0] in _ARTICLES:
            del words[0]
        if len(words) == 1 and words[0] in common:
            found.add(words[0])
    text = "".join(f"{word}\n" for word in sorted(found))
    (output / "ordinary_names.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
