"""The needs that words speak of: phrases of the lexicon, exact before stems before mistypings."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources

from registry.find.sounds import sound
from registry.find.words import Span
from registry.search.words import stem
from vocab.needs import Lexicon, Need, Phrase, lexicon

EXACT, STEM, MISTYPED = range(3)
"""How sure a phrase is recognised; the surer wins among phrases as long."""
_STEMMED_FROM = 4
"""Letters of the shortest word that may have another ending: « CAF » is never « café »."""
_SHORTEST_STEM = 4
"""Letters of a stem that still tells words apart: that of « créer » and « créatif » has three."""
_MISTYPED_FROM = 5
_TWO_MISTAKES_FROM = 9
_AND = frozenset({"et", "mais", "donc", "alors", "il", "elle", "and", "but", "so", "he", "she"})
"""Words with which another thing begins, after a phrase that has to be the last of its own."""
_LACKING = frozenset({"pas", "plus", "sans", "aucun", "pres", "cote", "loin", "proche", "autour"})
_NEARBY = 4
"""What turns a phrase into another that depends on what is before it, and how many words before."""
_GLUED = ("qu", "l", "d", "j", "m", "n", "s", "t")
_ELIDED_BEFORE = frozenset("aeiouyh")
"""Elided words that are written in one with the next: « lordinateur »."""
_SHORTEST_AFTER = 5
"""Letters of the shortest word that is read after one, or by its sound."""
_SHORTEST_SOUND = 4
_LONGEST_JOINED = 3
_SHORTEST_JOINED = 8


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase of the lexicon found among words.

    Attributes:
        span: the words.
        need: what the phrase means.
        sureness: ``EXACT``, ``STEM`` or ``MISTYPED``.
        length: words of the phrase that are no fillers.
    """

    span: Span
    need: Need
    sureness: int
    length: int


@dataclass(frozen=True, slots=True)
class _Index:
    """The phrases by what they are compared by."""

    exact: Mapping[Phrase, Need]
    stems: Mapping[Phrase, Need]
    words: frozenset[str]
    stem_words: frozenset[str]
    spellings: Mapping[str, tuple[str, ...]]
    sounds: Mapping[str, str]
    longest: int


def find_needs(words: Sequence[str]) -> tuple[Match, ...]:
    """Return the phrases found among folded words, longest first chosen, in the order of the words.

    >>> [(m.span.first, m.need.means[0].concept) for m in find_needs(["un", "fablab"])]
    [(1, 'typologie/fablab')]
    """
    index = _index()
    words = [_read_as(word) for word in words]
    every = (*_literal(words, index), *_among_content(words, index))
    found = [one for one in every if _may_mean(words, one)]
    chosen = _longest(found)
    explained = {number for match in chosen for number in match.span.indices()}
    if not all(n in explained or says_nothing(word) for n, word in enumerate(words)):
        # Among words that we do not know, one that is nearly ours is rather part of a name.
        chosen = _longest(m for m in found if m.sureness < MISTYPED or m.length > 1)
    chosen.sort(key=lambda match: match.span.first)
    return tuple(_widened(chosen, [one for one in found if one.sureness < MISTYPED]))


def _widened(chosen: Sequence[Match], found: Iterable[Match]) -> Iterator[Match]:
    """Add to each chosen phrase the words of the others that share a word with it.

    « demande de logement social » holds two phrases, of which one is chosen: « social » is no name.
    """
    taken = {number for match in chosen for number in match.span.indices()}
    others = [one.span for one in found]
    for match in chosen:
        first, last = match.span.first, match.span.last
        for span in others:
            if span.first < match.span.last and match.span.first < span.last:
                before = taken.isdisjoint(range(span.first, match.span.first))
                after = taken.isdisjoint(range(match.span.last, span.last))
                first = min(first, span.first) if before else first
                last = max(last, span.last) if after else last
        taken.update(range(first, last))
        yield replace(match, span=Span(first, last))


def _may_mean(words: Sequence[str], match: Match) -> bool:
    """Whether a phrase stands where it means what it says."""
    if match.need.is_last and not _is_last(words, match.span):
        return False
    before = words[: match.span.first]
    if not match.need.after:
        return True
    return not match.need.after.isdisjoint(before) and _LACKING.isdisjoint(before[-_NEARBY:])


def _is_last(words: Sequence[str], span: Span) -> bool:
    return span.last == len(words) or words[span.last] in _AND


def _longest(found: Iterable[Match]) -> list[Match]:
    """Choose the longest matches, the surest of those as long, that share no word."""
    taken: set[int] = set()
    chosen = []
    for match in sorted(found, key=lambda m: (-m.length, m.sureness, m.span.first)):
        if taken.isdisjoint(match.span.indices()):
            taken.update(match.span.indices())
            chosen.append(match)
    return chosen


def says_nothing(word: str) -> bool:
    """Return whether a folded word says nothing of a place beside a need: an article, « aide »."""
    known, meant = lexicon(), _read_as(word)
    return meant in known.fillers or meant in known.ignored


def corrected(word: str) -> str:
    """Return the word of the lexicon that a folded word is or probably is, else the word.

    >>> corrected("inpot"), corrected("zzyzx")
    ('impot', 'zzyzx')
    """
    return _corrected(_read_as(word))


def is_our_word(word: str) -> bool:
    """Return whether a folded word is one of the lexicon, whatever its ending."""
    known, meant = lexicon(), _read_as(word)
    return meant != word or word in known.fillers or _is_known(word, _index(), known)


def _literal(words: Sequence[str], index: _Index) -> Iterator[Match]:
    """Find phrases that begin with a filler: nothing may be skipped in them."""
    fillers = lexicon().fillers
    for first, word in enumerate(words):
        if word not in fillers:
            continue
        for length in range(1, index.longest + 1):
            phrase = tuple(words[first : first + length])
            need = index.exact.get(phrase)
            if need and len(phrase) == length:
                content = sum(each not in fillers for each in phrase)
                yield Match(Span(first, first + length), need, EXACT, max(content, 1))


def _among_content(words: Sequence[str], index: _Index) -> Iterator[Match]:
    """Find the other phrases, skipping fillers."""
    fillers = lexicon().fillers
    content = [number for number, word in enumerate(words) if word not in fillers]
    kept = [words[number] for number in content]
    right = [_corrected(word) for word in kept]
    forms: tuple[tuple[int, Mapping[Phrase, Need], list[str]], ...] = (
        (EXACT, index.exact, kept),
        (STEM, index.stems, [_stemmed(word) for word in kept]),
        (MISTYPED, index.stems, [_stemmed(word) for word in right]),
    )
    for sureness, phrases, spelt in forms:
        for first in range(len(spelt)):
            for last in range(first + 1, min(first + index.longest, len(spelt)) + 1):
                need = phrases.get(tuple(spelt[first:last]))
                if need:
                    span = Span(content[first], content[last - 1] + 1)
                    yield Match(span, need, sureness, last - first)


@cache
def _index() -> _Index:
    known = lexicon()
    plain = {phrase: need for phrase, need in known.needs.items() if phrase}
    exact = dict(plain)
    ours = {phrase: need for phrase, need in plain.items() if not need.is_exact}
    for phrase, need in ours.items():
        joined = "".join(phrase)
        if 1 < len(phrase) <= _LONGEST_JOINED and len(joined) >= _SHORTEST_JOINED:
            exact.setdefault((joined,), need)
    stems: dict[Phrase, Need] = {}
    for phrase, need in ours.items():
        if phrase[0] not in known.fillers:
            stems.setdefault(tuple(map(_stemmed, phrase)), need)
    words = frozenset(word for phrase in exact for word in phrase)
    return _Index(
        exact,
        stems,
        words,
        frozenset(_stemmed(word) for phrase in ours for word in phrase),
        _by_initial({word for phrase in ours for word in phrase} - known.acronyms),
        by_sound(word for phrase in ours for word in phrase if word not in known.acronyms),
        max(map(len, exact)),
    )


def _by_initial(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the words that a mistyped one may mean, by their first letter, in a fixed order."""
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        if len(word) >= _STEMMED_FROM and word.isalpha():
            found.setdefault(word[0], []).append(word)
    return {initial: tuple(some) for initial, some in found.items()}


def said_as(word: str) -> str:
    """Return about how a folded word is said, the forms of a verb alike.

    >>> said_as("telecharje") == said_as("telecharger"), said_as("aplicassion")
    (True, 'aplicasion')
    """
    return sound(f"{word[:-1]}" if word.endswith(("er", "ez")) else word)


def by_sound(words: Iterable[str]) -> dict[str, str]:
    """Return the words that can be told by how they are said, by that."""
    long = sorted(word for word in set(words) if word.isalpha() and len(word) >= _SHORTEST_AFTER)
    by_ear = ((said_as(word), word) for word in reversed(long))
    return {said: word for said, word in by_ear if len(said) >= _SHORTEST_SOUND}


@lru_cache(maxsize=16_384)
def _stemmed(word: str) -> str:
    """Return what a word is compared by, an asterisk before what lost its ending."""
    if len(word) < _STEMMED_FROM or word in lexicon().acronyms:
        return word
    found = stem(word)
    return f"*{found}" if len(found) >= _SHORTEST_STEM else word


@lru_cache(maxsize=16_384)
def _read_as(word: str) -> str:
    """Return the word that one is, however it is spelt: « lordinateur » is « ordinateur »."""
    known, index = lexicon(), _index()
    if word in known.spelt or _is_known(word, index, known):
        return known.spelt.get(word, word)
    rests = (word.removeprefix(elided) for elided in _GLUED if word.startswith(elided))
    long = (one for one in rests if len(one) >= _SHORTEST_AFTER and one[0] in _ELIDED_BEFORE)
    for one in long:
        if one in index.words or one in known.spelt or _stemmed(one) in index.stem_words:
            return known.spelt.get(one, one)
    return word


@lru_cache(maxsize=16_384)
def _corrected(word: str) -> str:
    """Return the word of the lexicon that an unknown word probably is, else the word."""
    index = _index()
    if len(word) < _MISTYPED_FROM or not word.isalpha() or _is_known(word, index, lexicon()):
        return word
    if word in _other_words():
        return word
    from rapidfuzz.distance import OSA  # most commands never get here

    measure: Callable[..., int] = OSA.distance
    allowed = 1 if len(word) < _TWO_MISTAKES_FROM else 2
    best, fewest = word, allowed + 1
    for known in index.spellings.get(word[0], ()):
        if abs(len(known) - len(word)) <= allowed:
            mistakes = measure(word, known, score_cutoff=allowed)
            if mistakes < fewest:
                best, fewest = known, mistakes
    return best if fewest <= allowed else index.sounds.get(said_as(word), word)


@cache
def _other_words() -> frozenset[str]:
    """Return the words that exist and are nearly one of the lexicon: they are no mistakes."""
    read = resources.files("vocab").joinpath("data", "other_words.txt").read_text("utf-8")
    return frozenset(read.split())


def _is_known(word: str, index: _Index, known: Lexicon) -> bool:
    return (
        word in index.words
        or word in known.ignored
        or word in known.acronyms
        or _stemmed(word) in index.stem_words
    )
