"""What people say that no search can take into account: « pas le samedi », « les jours fériés ».

Such words are never read as their opposite: they are set aside, and the page says so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from registry.find.moments import MONTHS, days_of
from registry.find.needs import Match
from registry.find.words import Span, Word
from vocab.needs import lexicon

_OPEN = frozenset({"ouvert", "ouverts", "ouverte", "ouvertes", "open", "ferme", "fermes", "closed"})
_BEFORE_TIMES = frozenset(
    {"pendant", "durant", "hors", "hormis", "sauf", "during", "on", "le", "la", "les", "des", "the",
     "meme", "et", "in", "aux", "7j", "a", "en"}
)  # fmt: skip
_UNSEARCHABLE = tuple(
    tuple(text.split())
    for text in (
        "jours feries", "jour ferie", "feries", "public holidays", "public holiday",
        "bank holidays", "bank holiday", "tous les jours", "every day", "tlj", "24h 24", "24h24",
        "24 24", "24 7", "7j 7", "7j7", "7 7",
        "24h sur 24", "24 h sur 24", "24 heures sur 24", "24 sur 24", "h24", "24h", "24 h 24",
        "7j sur 7", "7 jours sur 7", "7 sur 7", "jour et nuit", "day and night", "la nuit",
        "de nuit", "at night", "all night", "around the clock",
    )
)  # fmt: skip
_BEFORE_MONTHS = ("en", "au mois de", "au mois d", "mois de", "mois d", "fin", "debut", "mi", "in",
                  "ouvert", "ouverts", "ouverte", "ouvertes", "open")  # fmt: skip
_SEASONS = ("en ete", "cet ete", "pendant l ete", "en hiver", "cet hiver", "a noel", "a paques",
            "a la toussaint", "in summer", "this summer", "in winter", "this winter",
            "at christmas")  # fmt: skip
_SOME_TIME = (
    *(tuple(f"{before} {month}".split()) for before in _BEFORE_MONTHS for month in MONTHS),
    *(tuple(text.split()) for text in _SEASONS),
)
"""Months and seasons without a day: hours of a week do not tell of them."""
_NAMED_HOLIDAYS = tuple(
    tuple(f"vacances {of} {name}".split())
    for of in ("de", "d", "de la", "du", "des")
    for name in ("noel", "paques", "toussaint", "fevrier", "printemps", "hiver", "ete", "avril",
                 "fin d annee", "la toussaint")
)  # fmt: skip
_WAYS = tuple(
    tuple(f"{by} {way}".split())
    for by in ("en", "par", "a cote du", "pres du", "by")
    for way in ("tram", "tramway", "bus", "metro", "train", "rer", "voiture", "velo", "car",
                "transport en commun", "transports en commun", "taxi")
)  # fmt: skip
"""How somebody comes: no place states where the next stop is."""


def _by_first_word(phrases: Iterable[tuple[str, ...]]) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return phrases by the word that they begin with, in their order: they are hundreds."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in phrases:
        found[phrase[0]] = (*found.get(phrase[0], ()), phrase)
    return found


_ASIDE = _by_first_word((*_UNSEARCHABLE, *_SOME_TIME, *_NAMED_HOLIDAYS, *_WAYS))
_HOLIDAYS = (("vacances", "scolaires"), ("vacances",), ("school", "holidays"), ("holidays",))
"""Times only after what says so: « vacances » alone may be booked online."""
_DURING = frozenset({"pendant", "durant", "hors", "during", "sauf", "en"})
_NOT = frozenset(
    {"pas", "non", "sans", "sauf", "hors", "hormis", "excepte", "ni", "not", "no", "except",
     "without", "jamais", "aucun", "aucune"}
)  # fmt: skip
_NOT_AT = frozenset(
    {"pas", "non", "sauf", "hors", "hormis", "excepte", "ni", "not", "except", "ferme", "fermee",
     "fermes", "closed", "jamais"}
)  # fmt: skip
_NOT_OF_WHAT_FOLLOWS = frozenset(
    {"sais", "sait", "savez", "savent", "comprends", "comprend", "trouve", "marche", "fonctionne",
     "allume", "demarre", "arrive", "imprime", "capte", "connecte", "connait", "connais", "suis"}
)  # fmt: skip
"""Before "pas": « je ne sais pas samedi » does not exclude Saturday."""
_NOT_OF_PLACES = _NOT_OF_WHAT_FOLLOWS | {
    "lis", "lit", "lisent", "ecris", "ecrit", "ecrivent", "vois", "voit", "voient", "entends",
    "entend", "entendent", "parle", "parlent", "comprennent",
}  # fmt: skip
"""The same before places and times: « il ne lit pas à Nantes »; not « je ne parle pas anglais »."""
_PAIR, _FEWEST_PAIRS, _LONGEST_NUMBER = 2, 4, 14
"""Digits of a part of a telephone number, parts of the shortest, digits of the longest."""
_NUMBER = re.compile(r"0\d{9}|(?:00)?(?:33|262|590|594|596)\d{9}", re.ASCII)
"""However it is parted: 04 94 67 15 87, 0262 80 02 40, +33 4 94 67 15 87."""
_UNITS = frozenset(
    {"km", "kms", "k", "kilometre", "kilometres", "m", "h", "heures", "euros", "min"}
)
_GOING = frozenset({"aller", "passer", "voir", "go", "besoin", "aucun", "plus", "d", "using", "at"})


def unsearchable_times(words: Sequence[str]) -> tuple[Span, ...]:
    """Return the words that no record answers: holidays, day and night, how somebody comes.

    >>> unsearchable_times(["wifi", "ouvert", "les", "jours", "feries"])
    (Span(first=1, last=5),)
    """
    found: list[Span] = []
    for at in range(len(words)):
        length = _length(words, at)
        if length and (not found or at >= found[-1].last):
            first = at
            while first and words[first - 1] in _BEFORE_TIMES:
                first -= 1
            first = _from_opening(words, first)
            found.append(Span(max(first, found[-1].last if found else 0), at + length))
    return tuple(found)


def impossible_days(words: Sequence[str]) -> Iterator[Span]:
    """Return the days that no month has: 31 is no département in « 31 juin ».

    >>> list(impossible_days("imprimer le 31 juin".split()))
    [Span(first=1, last=4)]
    """
    for at, (day, month) in enumerate(pairwise(words)):
        is_day = day.isdecimal() and len(day) <= _PAIR and month in MONTHS
        if is_day and not 1 <= int(day) <= days_of(month):
            yield Span(at - 1 if at and words[at - 1] in _BEFORE_TIMES else at, at + 2)


def numbers_with_a_comma(text: str, words: Sequence[Word]) -> Iterator[Span]:
    """Return the numbers like 1,2 that stand before no unit: they are no 12, a département.

    Args:
        text: as it was typed.
        words: its words.
    """
    for at, (one, other) in enumerate(pairwise(words)):
        is_short = max(len(one.folded), len(other.folded)) <= _PAIR
        is_number = one.folded.isdecimal() and other.folded.isdecimal() and is_short
        follows = words[at + 2].folded if at + 2 < len(words) else ""
        if is_number and text[one.end : other.start] == "," and follows not in _UNITS:
            yield Span(at, at + 2)


def _from_opening(words: Sequence[str], first: int) -> int:
    """Return where « ouvert » stands before a word, else that word."""
    return first - 1 if first and words[first - 1] in _OPEN else first


def phone_numbers(words: Sequence[str]) -> tuple[Span, ...]:
    """Return the telephone numbers among folded words: beside a need they say nothing.

    >>> phone_numbers("rappelez moi 06 12 34 56 78".split())
    (Span(first=2, last=7),)
    """
    found, at = [], 0
    while at < len(words):
        end = _end_of_number(words, at)
        if end > at:
            found.append(Span(at, end))
        at = max(end, at + 1)
    return tuple(found)


def _end_of_number(words: Sequence[str], at: int) -> int:
    """Return the index after the number that begins at a word; that word where none does."""
    digits, end = "", at
    while end < len(words) and words[end].isdecimal() and len(digits) < _LONGEST_NUMBER:
        digits, end = digits + words[end], end + 1
        if _NUMBER.fullmatch(digits):
            return end
    end = at
    while end < len(words) and len(words[end]) == _PAIR and words[end].isdecimal():
        end += 1
    return end if end - at >= _FEWEST_PAIRS else at


def _length(words: Sequence[str], at: int) -> int:
    """Return how many words from one on say such a time; 0 for none."""
    for phrase in _ASIDE.get(words[at], ()):
        if tuple(words[at : at + len(phrase)]) == phrase:
            return len(phrase)
    said = [word for word in words[max(0, at - 2) : at] if word in _DURING]
    for phrase in _HOLIDAYS if said else ():
        if tuple(words[at : at + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def excluded(words: Sequence[str], spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return those of some spans, times or places, that are said to be out, with the "not"."""
    found = []
    for span in spans:
        first = _negation(words, span.first, _NOT_AT, _NOT_OF_PLACES)
        if first is not None:
            found.append(Span(_from_opening(words, first), span.last))
    return tuple(found)


def excluded_needs(words: Sequence[str], matches: Iterable[Match]) -> Iterator[tuple[Match, Span]]:
    """Return what is said not to be wanted, each with its words.

    Who lacks a thing needs it: « pas d'imprimante » is a wish to print. So only kinds of place,
    audiences and the like can be out.
    """
    for match in matches:
        if any(meaning.concept.startswith("services/") for meaning in match.need.means):
            continue
        first = _negation(words, match.span.first, _NOT, _NOT_OF_WHAT_FOLLOWS)
        if first is not None:
            yield match, Span(first, match.span.last)


def _negation(
    words: Sequence[str], first: int, negations: frozenset[str], others: frozenset[str]
) -> int | None:
    """Return where the "not" is that says something of the word at ``first``.

    After one of the ``others``, "pas" denies that word instead.
    """
    fillers = lexicon().fillers
    at = first - 1
    while at >= 0 and words[at] not in negations and (words[at] in fillers or words[at] in _GOING):
        at -= 1
    if at < 0 or words[at] not in negations:
        return None
    if words[at] == "pas" and at and words[at - 1] in others:
        return None
    return at
