"""What a person means who types a need and a place: the one reading that pages and exports share.

First times are taken out, then the place, then needs; what remains is looked for in names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Literal

from registry.find.areas import Located
from registry.find.asides import (
    excluded,
    excluded_needs,
    impossible_days,
    numbers_with_a_comma,
    phone_numbers,
    unsearchable_times,
)
from registry.find.distances import Distance, distance_in
from registry.find.moments import Moment, find_moment
from registry.find.needs import Match, find_needs, says_nothing
from registry.find.places import as_typed
from registry.find.prepositions import NEAR
from registry.find.second_field import SecondField, read_place
from registry.find.spans import between, blanked, merged
from registry.find.within import Found, perhaps, place_within
from registry.find.words import Span, Word, extent, readable, words_of
from vocab.needs import Meaning, Strength, lexicon
from vocab.territory import Point

PartKind = Literal["need", "care", "wish", "moment", "place", "distance", "name", "aside"]
Field = Literal["need", "where"]

_CARE = "prises-en-charge/"
_SERVICE = "services/"
_KIND = "typologie/"
_STRAY = " ,;"
"""Signs around words that are taken out, which say nothing without them."""
_MOST_WORDS = 40
_MOST_KEPT = 256
"""Readings kept: a page asks for the same several times, with other filters or circles."""
_TWO = 2
_COUNTED = (["ans"], ["an"], ["euros"], ["euro"], ["mois"], ["jours"], ["years"])


@dataclass(frozen=True, slots=True)
class Part:
    """Some words and what they were understood as.

    Attributes:
        field: the field that they stand in.
        start: offset of their first character in ``Understood.need`` or ``Understood.where``.
        end: offset after their last character.
        kind: what they say.
        concepts: lists and slugs of the concepts that they mean, if they are of that kind.
    """

    field: Field
    start: int
    end: int
    kind: PartKind
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A place that some words may name, with what is looked for around it then.

    Attributes:
        located: the place.
        need: the need without its words.
        where: its words.
    """

    located: Located
    need: str
    where: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What a person asks for.

    Concepts are lists and slugs, as ``services/aide-aux-demarches-administratives``.

    Attributes:
        need: what was read of the first field; offsets of parts count in it.
        where: what was read of the second.
        declared: concepts of which a place has to declare one; empty when any place will do.
        probable: concepts that make a place a probable answer.
        both: where two needs were said that have nothing in common, what answers each of them.
        mainly: of what is declared, what answers best; empty when nothing else does.
        wishes: concepts to offer as further filters, and that rank a place higher.
        care: concepts of special care, which is required where it exists.
        moment: when a place should be open.
        located: where; None without a place, or when no place is like what was typed.
        radius_km: how far from there at most, when that was said.
        point: latitude and longitude in decimal degrees, WGS 84, when those were typed.
        phone: digits of a telephone number, when nothing else was typed.
        names: what is left, as typed, to be looked for in the names of places; beside a need, a
            place of that name comes first, but none has to bear it.
        set_aside: what was said, as typed, that no search takes into account: « pas le samedi ».
        outweighed: what was understood, as typed, and gives way to what says more: of « un cours
            pour imprimer » what prints is looked for.
        perhaps: the place that the last words of the need may name, where they are rather a need
            or a noun; None where a place was understood.
        parts: what each piece of the fields became, in their order.
    """

    need: str
    where: str
    declared: tuple[str, ...] = ()
    probable: tuple[str, ...] = ()
    both: tuple[tuple[str, ...], ...] = ()
    mainly: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    care: tuple[str, ...] = ()
    moment: Moment | None = None
    located: Located | None = None
    radius_km: float | None = None
    point: Point | None = None
    phone: str = ""
    names: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    outweighed: tuple[str, ...] = ()
    perhaps: Perhaps | None = None
    parts: tuple[Part, ...] = ()

    @property
    def nothing_understood(self) -> bool:
        """Whether the need says something of which nothing but text was understood."""
        return bool(self.names) and all(part.kind in ("name", "distance") for part in self.parts)

    @property
    def place_not_found(self) -> bool:
        """Whether a place was typed that is none that we know."""
        has_words = bool(self.where.strip()) and not any(p.field == "where" for p in self.parts)
        return has_words and self.located is None and self.point is None

    def without(self, part: Part) -> tuple[str, str]:
        """Return both fields without the words of a part."""
        kept = {"need": self.need, "where": self.where}
        text = kept[part.field]
        before, after = text[: part.start].rstrip(_STRAY), text[part.end :].lstrip(_STRAY)
        kept[part.field] = " ".join(f"{before} {after}".split())
        return kept["need"], kept["where"]


@lru_cache(_MOST_KEPT)
def understand(need: str, where: str = "") -> Understood:
    """Return what is meant by two fields, of which 200 characters each are read; never raises.

    Args:
        need: what the person looks for, perhaps with a time and a place.
        where: a place, or latitude and longitude: ``48.85,2.35``.
    """
    need, second = readable(need), read_place(readable(where))
    typed = words_of(need)[:_MOST_WORDS]
    folded, numbers = [word.folded for word in typed], tuple(numbers_with_a_comma(need, typed))
    read = _read(folded, numbers, looks_for_place=second.is_empty)
    heaviest = _heaviest(read.matches)
    meanings = [(match, _meant(match, heaviest)) for match in read.matches]
    phone, dated = _phone(typed, read), second.dated
    concepts = _concepts([meaning for _, some in meanings for meaning in some])
    return Understood(
        need,
        second.text,
        **concepts,
        both=_both(meanings),
        mainly=_mainly(meanings),
        moment=read.moment or (dated.moment if dated else None),
        located=as_typed(need, read.place.located) if read.place else second.located,
        radius_km=read.distance.km if read.distance else second.radius_km,
        point=second.point,
        phone=phone,
        names=tuple(need[slice(*extent(typed, span))] for span in read.rest),
        set_aside=() if phone else tuple(_set_aside(need, typed, read, second)),
        outweighed=tuple(_outweighed(need, typed, meanings, concepts["declared"])),
        perhaps=None if second.text.strip() or read.place else _perhaps(need, typed, read),
        parts=(*_parts_of_need(typed, read, meanings), *_parts_of_where(second)),
    )


def words_to_try(need: str) -> tuple[str, ...]:
    """Return the words of a need that could be looked for alone, as typed.

    >>> words_to_try("j'ai besoin d'imprimer un papier ce soir")
    ('imprimer', 'papier')
    """
    understood = understand(need)
    out = {"moment", "distance", "place", "aside"}
    taken = [part for part in understood.parts if part.field == "need" and part.kind in out]
    return tuple(
        understood.need[word.start : word.end]
        for word in words_of(understood.need)
        if len(word.folded) > 1
        and not says_nothing(word.folded)
        and not any(part.start <= word.start < part.end for part in taken)
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """What the words of a need are: each span is one thing only."""

    moment: Moment | None
    times: tuple[Span, ...]
    distance: Distance | None
    place: Found | None
    matches: tuple[Match, ...]
    aside: tuple[Span, ...]
    rest: tuple[Span, ...]


def _perhaps(need: str, typed: Sequence[Word], read: _Read) -> Perhaps | None:
    out = (*read.times, *read.aside, *((read.distance.span,) if read.distance else ()))
    found = perhaps(blanked([word.folded for word in typed], out))
    if found is None:
        return None
    start, end = extent(typed, found.span)
    return Perhaps(found.located, need[:start].rstrip(_STRAY), need[start:end])


def _phone(typed: Sequence[Word], read: _Read) -> str:
    """Return the digits of the number where everything else that was typed says nothing."""
    folded = [word.folded for word in typed]
    numbers = phone_numbers(folded)
    if len(numbers) != 1 or read.matches or read.times or read.place or read.rest:
        return ""
    return "".join(folded[index] for index in numbers[0].indices())


def _read(folded: Sequence[str], numbers: Sequence[Span], *, looks_for_place: bool) -> _Read:
    """Take times out of folded words, then the place, then needs; what remains is a name.

    ``numbers`` are neither of these.
    """
    count = len(folded)
    moment, times, aside = _times(folded)
    aside = merged(aside, numbers)
    distance = distance_in(blanked(folded, (*times, *aside)))
    place = _place(folded, (*times, *aside), distance) if looks_for_place else None
    if place and (out := excluded(folded, [place.span])):
        place, aside = None, merged(aside, out)
    said = [one.span for one in (distance, place) if one]
    taken = (*times, *aside, *said)
    found = [match for piece in between(taken, count) for match in _needs(folded, piece)]
    unwanted = dict(excluded_needs(folded, found))
    matches = tuple(match for match in found if match not in unwanted)
    aside = merged(aside, unwanted.values())
    rest = tuple(_left(folded, between((*taken, *aside), count), matches))
    return _Read(moment, times, distance, place, matches, aside, rest)


def _times(folded: Sequence[str]) -> tuple[Moment | None, tuple[Span, ...], tuple[Span, ...]]:
    """Return the moment, the words that say it, and words about times to be set aside."""
    aside = merged(unsearchable_times(folded), phone_numbers(folded))
    aside = merged(aside, impossible_days(folded))
    moment, times = find_moment(blanked(folded, aside))
    if out := excluded(folded, times):
        aside = merged(aside, out)
        moment, times = find_moment(blanked(folded, aside))
    return moment, times, aside


def _place(folded: Sequence[str], taken: Sequence[Span], distance: Distance | None) -> Found | None:
    """Find a place in the last piece that has one; after « 10 km de » only a place follows."""
    spans = (*taken, distance.span) if distance else taken
    for piece in reversed(between(spans, len(folded))):
        words = folded[piece.first : piece.last]
        follows = distance is not None and distance.leads and piece.first == distance.span.last
        before = NEAR[0] if follows else ()
        found = place_within((*before, *words), alone=len(words) == len(folded))
        if found:
            first, last = found.span.first - len(before), found.span.last - len(before)
            return Found(found.located, Span(piece.first + max(0, first), piece.first + last))
    return None


def _needs(folded: Sequence[str], piece: Span) -> Iterator[Match]:
    for match in find_needs(folded[piece.first : piece.last]):
        span = Span(piece.first + match.span.first, piece.first + match.span.last)
        yield Match(span, match.need, match.sureness, match.length)


def _left(
    folded: Sequence[str], pieces: Sequence[Span], matches: Sequence[Match]
) -> Iterator[Span]:
    """Return the runs of words that nothing explains; whole pieces when there is no need at all."""
    explained = {index for match in matches for index in match.span.indices()}
    spoken = [folded[index] for piece in pieces for index in piece.indices()]
    may_skip = bool(matches) or all(map(says_nothing, spoken))
    for piece in pieces:
        first = None
        for index in (*piece.indices(), piece.last):
            ends = index == piece.last or index in explained
            silent = ends or (may_skip and _says_nothing(folded, index))
            if silent and first is not None:
                yield Span(first, index)
                first = None
            elif not silent and first is None:
                first = index


def _says_nothing(folded: Sequence[str], index: int) -> bool:
    """Whether a word says nothing, or is how old somebody is: « 82 ans »."""
    counts = folded[index].isdecimal() and folded[index + 1 : index + 2] in _COUNTED
    return counts or says_nothing(folded[index])


def _heaviest(matches: Sequence[Match]) -> int:
    """Return the weight that services must have: general words give way to specific ones."""
    weights = [
        match.need.weight
        for match in matches
        if _has_service(match.need.means) or _is_kind(match.need.means)
    ]
    return max(weights, default=0)


def _is_kind(means: Sequence[Meaning]) -> bool:
    """Whether a kind of place is named, as in « coworking pas cher »."""
    return any(meaning.concept.startswith(_KIND) for meaning in means)


def _has_service(means: Sequence[Meaning]) -> bool:
    return any(meaning.concept.startswith(_SERVICE) for meaning in means)


def _meant(match: Match, heaviest: int) -> tuple[Meaning, ...]:
    """Return what a phrase means beside the others: wishes and care always, the rest if heavy."""
    means = match.need.means
    if match.need.weight >= heaviest:
        return means
    return tuple(
        meaning
        for meaning in means
        if meaning.strength is Strength.WISH or meaning.concept.startswith(_CARE)
    )


def _concepts(every: Sequence[Meaning]) -> dict[str, tuple[str, ...]]:
    """Return the concepts of each kind by the attribute that holds them, once each, in order.

    Where no phrase makes a kind of place probable, the services do.
    """
    found: dict[str, dict[str, None]] = {
        name: {} for name in ("declared", "probable", "wishes", "care")
    }
    attributes = {Strength.PROBABLE: "probable", Strength.WISH: "wishes"}
    for meaning in every:
        sure = "care" if meaning.concept.startswith(_CARE) else "declared"
        found[attributes.get(meaning.strength, sure)][meaning.concept] = None
    if not found["probable"]:
        usual = (lexicon().probable.get(service, ()) for service in found["declared"])
        found["probable"] = dict.fromkeys(chain.from_iterable(usual))
    return {name: tuple(concepts) for name, concepts in found.items()}


def _both(meanings: Sequence[tuple[Match, tuple[Meaning, ...]]]) -> tuple[tuple[str, ...], ...]:
    """Return what has to be declared for each of two needs, where they have nothing in common."""
    needs: list[set[str]] = []
    for _, means in meanings:
        if _has_service(means):
            sure = {one.concept for one in means if one.strength is Strength.DECLARED}
            alike = [one for one in needs if one & sure]
            needs = [*(one for one in needs if one not in alike), sure.union(*alike)]
    return tuple(tuple(sorted(one)) for one in needs) if len(needs) == _TWO else ()


def _mainly(meanings: Sequence[tuple[Match, tuple[Meaning, ...]]]) -> tuple[str, ...]:
    """Return the first service of each phrase, where some phrase means several.

    The services of a phrase stand in the order of how well they answer it.
    """
    services = [
        [meaning.concept for meaning in means if meaning.concept.startswith(_SERVICE)]
        for _, means in meanings
    ]
    best = {some[0]: None for some in services if some}
    return tuple(best) if any(len(some) > 1 for some in services) else ()


def _parts(typed: Sequence[Word], kind: PartKind, spans: Sequence[Span]) -> Iterator[Part]:
    for span in spans:
        yield Part("need", *extent(typed, span), kind)


def _parts_of_need(
    typed: Sequence[Word],
    read: _Read,
    meanings: Sequence[tuple[Match, tuple[Meaning, ...]]],
) -> list[Part]:
    parts = [
        *_parts(typed, "moment", read.times),
        *_parts(typed, "aside", read.aside),
        *_parts(typed, "distance", (read.distance.span,) if read.distance else ()),
        *_parts(typed, "place", (read.place.span,) if read.place else ()),
        *_parts_of_needs(typed, meanings),
        *_parts(typed, "name", read.rest),
    ]
    return sorted(parts, key=lambda part: (part.start, part.end))


def _parts_of_where(second: SecondField) -> Iterator[Part]:
    if second.place:
        start = second.text.index(second.place)
        yield Part("where", start, start + len(second.place), "place")
    if second.dated:
        yield Part("where", second.dated.start, second.dated.end, "moment")


def _set_aside(need: str, typed: Sequence[Word], read: _Read, second: SecondField) -> Iterator[str]:
    """Return what no search takes into account: of two days, that of the place."""
    yield from (need[slice(*extent(typed, span))] for span in read.aside)
    if second.dated and read.moment:
        yield second.text[second.dated.start : second.dated.end]


def _outweighed(
    need: str,
    typed: Sequence[Word],
    meanings: Sequence[tuple[Match, tuple[Meaning, ...]]],
    declared: Sequence[str],
) -> Iterator[str]:
    """Return the words of phrases that mean nothing beside the others, as typed."""
    for match, means in meanings:
        says_the_same = any(one.concept in declared for one in match.need.means)
        if not means and not says_the_same:
            yield need[slice(*extent(typed, match.span))]


def _parts_of_needs(
    typed: Sequence[Word], meanings: Sequence[tuple[Match, tuple[Meaning, ...]]]
) -> Iterator[Part]:
    for match, means in meanings:
        if means:
            concepts = tuple(meaning.concept for meaning in means)
            yield Part("need", *extent(typed, match.span), _kind(means), concepts)


def _kind(means: Sequence[Meaning]) -> PartKind:
    if any(meaning.concept.startswith(_CARE) for meaning in means):
        return "care"
    return "wish" if all(m.strength is Strength.WISH for m in means) else "need"
