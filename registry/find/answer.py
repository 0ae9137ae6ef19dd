"""What a person is answered: the places that state what was asked for, and what else may help.

What places state, what their kind makes probable and what nobody says are never mixed
(:class:`Answer`). All of it comes from the search index, whose queries an answer keeps, so that
pages, files and maps show the same.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cache
from itertools import chain
from math import inf

from registry.find.areas import Area, departements_in
from registry.find.moments import Moment
from registry.find.needs import is_our_word
from registry.find.orienting import who_orients
from registry.find.phrase import Part, Understood, understand
from registry.find.wishes import unstated_wishes
from registry.search.hours import local_time
from registry.search.index import SearchIndex
from registry.search.query import (
    NO_PHONE,
    OpenCounts,
    PlaceView,
    Query,
    ResultPage,
    Value,
)
from registry.search.words import stem
from vocab.islands import island_of
from vocab.needs import lexicon
from vocab.orientation import Official, orientation
from vocab.properties import facets
from vocab.schemes import concept, concept_iri
from vocab.territory import Point
from vocab.text import words

RADII_KM = (3.0, 5.0, 10.0, 20.0, 40.0, 80.0)
ENOUGH = 5
"""Places that state what was asked for: with as many the circle is wide enough."""
_FEWER_IS_ENOUGH = {20.0: 3, 40.0: 1}
"""The same for wide circles: for a longer choice nobody goes twice as far."""
MAY_BE_SHOWN = 4
_SMALLEST_KM = {"arrondissement": 3.0}
_USUAL_SMALLEST_KM = 5.0
_NONE = (("", ""),)
"""A facet that no place has."""
_COMMON_SHARE = 0.9
"""Words that such a share of all places hold tell none of them apart."""
_NOT_NEAR_KM = 10.0
"""From so far on, other help that is nearer is told as well."""
_TOO_FAR_KM = 30.0
"""From so far on, who receives anybody near is told as well."""
_SAYS_ENOUGH = 4
"""Letters, without endings, of what a name must hold to be of an organisation."""
_SHORTEST_ACRONYM = 3
_SHORTENED = re.compile(r"\(([A-Z0-9]+)\)$")
"""The acronym at the end of the label of a kind, which only the English labels have."""
_SOUNDS_OTHERWISE = frozenset({"CAF", "PAD", "ASE", "ESS"})
"""Acronyms that are words too, or the beginnings of some: café, pad."""
_KIND = "typologie/"
_NAMED = (_KIND, "programmes/")
"""Lists whose values are organisations, which a place may have in its name alone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for.

    Attributes:
        need: what was typed as the need.
        where: what was typed as the place.
        view: what was chosen besides: filters, box, position, moment, order, page.
        now: the moment of asking (aware).
        radius_km: how far from the place; None: as far as it takes.
        is_literal: take the need for words that names and descriptions hold, nothing more.
        may_be: return what may have it by its kind, instead of what states it.
    """

    need: str
    where: str
    view: Query
    now: datetime
    radius_km: float | None = None
    is_literal: bool = False
    may_be: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A question as the index is asked: what files, maps and counts need of it.

    Attributes:
        understood: how the words were read.
        area: around or in which places are looked for; None: everywhere, or around a position.
        declared: places that state what was asked for, in their order.
        probable: what may have it by its kind, to be asked first; None where that makes no sense.
        lists_probable: whether the probable ones were asked for.
        radius_km: how far was looked; None without a position to start from.
        is_place_unknown: the place that was named is in no table, or abroad: nothing was
            looked for.
        without_words: words that no place holds, which were passed over.
        common_words: words that nearly all records hold: only names are searched for them.
        without_care: (facet, value) pairs asked for that no place of the area states; passed over.
        unstated: wishes and care (list and slug) where they are all that was asked for and no place
            listed states any: then nothing listed is an answer, all of it is to be asked.
        over: the moment that was named, by the clock of the place, where it was over already and
            the next one is taken: « ce soir » said at nine; else None.
        clock_of: the département whose clock counts where one looks; empty: that of Paris.
    """

    understood: Understood
    area: Area | None = None
    declared: Query
    probable: Query | None = None
    lists_probable: bool = False
    radius_km: float | None = None
    is_place_unknown: bool = False
    without_words: str = ""
    common_words: str = ""
    without_care: tuple[Value, ...] = ()
    unstated: tuple[str, ...] = ()
    over: datetime | None = None
    clock_of: str = ""

    @property
    def query(self) -> Query:
        """What is listed: the places that were asked for."""
        return self.probable if self.lists_probable and self.probable else self.declared

    @property
    def narrows_nothing(self) -> bool:
        """Whether the need was typed in words of which none narrows anything: « bonjour »."""
        parts = (part for part in self.understood.parts if part.field == "need")
        return bool(words(self.understood.need)) and not any(parts)

    @property
    def must_choose(self) -> tuple[Area, ...]:
        """The places of one name between which one has to choose; empty when it is clear."""
        located = self.understood.located
        is_open = located and located.ask and not _is_placed(self.declared)
        return located.areas if located and is_open else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Resolved):
    """What a page says.

    Attributes:
        page: the page of places that was asked for.
        counts: how many of them are open when it was asked for, or now, before any are left out
            for being closed; None where nobody could reach all of them, and no moment was named.
        may_be: the first probable ones, where they were not asked for.
        nearest: where nothing was found, the nearest place that states it.
        instead: where no place of the kind that was named is near, what people go there for
            (list and slug), each with a place that states it and is nearer.
        orienting: where nothing near was found, places near that receive anybody.
        official: national services to tell of.
        none_does_both: whether two needs were said and no place listed states both.
    """

    page: ResultPage
    counts: OpenCounts | None
    may_be: ResultPage | None
    nearest: PlaceView | None
    instead: tuple[tuple[str, PlaceView], ...] = ()
    orienting: tuple[PlaceView, ...] = ()
    official: tuple[Official, ...] = ()
    none_does_both: bool = False


@dataclass(frozen=True, slots=True)
class Finder:
    """Answers people from a search index; never raises, whatever was typed."""

    index: SearchIndex = field(repr=False)

    def answer(self, asked: Asked) -> Answer:
        """Return what a page says."""
        found = self.resolve(asked)
        page = self.index.search(found.query)
        previewed = None if found.lists_probable else found.probable
        may_be = self.index.search(replace(previewed, size=MAY_BE_SHOWN)) if previewed else None
        nearest_km = _nearest_km(page)
        is_far = found.declared.is_local and nearest_km >= _NOT_NEAR_KM
        is_lost = is_far and nearest_km >= _TOO_FAR_KM
        instead = tuple(self._instead(found, nearest_km)) if is_far else ()
        return Answer(
            **{one.name: getattr(found, one.name) for one in fields(found)},
            page=page,
            counts=self._counts(found.query, asked.now),
            may_be=may_be,
            nearest=None if page.total else self.index.nearest(found.declared.real),
            instead=instead,
            orienting=self._orienting(found, may_be, instead) if is_lost else (),
            official=tuple(_officials(found.understood, is_far=is_far)),
            none_does_both=bool(page.total) and self._none_does_both(found),
        )

    def _none_does_both(self, found: Resolved) -> bool:
        """Whether each place listed states one of two needs only."""
        both = found.understood.both
        if not both or found.lists_probable:
            return False
        either = replace(found.declared, or_named=(), called="")
        each = [replace(either, any_of=tuple(values_of(one))) for one in both]
        return sum(map(self.index.count, each)) <= self.index.count(either)

    def _orienting(
        self,
        found: Resolved,
        may_be: ResultPage | None,
        instead: tuple[tuple[str, PlaceView], ...],
    ) -> tuple[PlaceView, ...]:
        """Who receives anybody near, beside the places that are told of anyway."""
        if found.lists_probable:
            return ()
        known = (*(may_be.places if may_be else ()), *(one for _service, one in instead))
        welcomes = tuple(values_of(orientation().welcomes))
        return who_orients(self.index, found.declared.real, welcomes, {one.rowid for one in known})

    def _instead(self, found: Resolved, nearest_km: float) -> Iterator[tuple[str, PlaceView]]:
        """What people go for to places of a kind that is not near, with those that are nearer."""
        kinds, wanted = found.understood.declared, found.declared
        services = (lexicon().instead.get(kind, ()) for kind in kinds)
        anyone = replace(wanted.real, or_named=(), called="", named="", text="", size=1)
        for service in dict.fromkeys(chain.from_iterable(services)):
            offered = replace(anyone, any_of=tuple(values_of((service,))), mainly=())
            around = self._smallest(offered, RADII_KM[-1]) if wanted.near else offered
            for one in self.index.search(around).places:
                if one.distance_km is None or one.distance_km < nearest_km:
                    yield service, one

    def count(self, asked: Asked) -> int:
        """Return how many places answer."""
        return self.counted(self.resolve(asked))

    def counted(self, found: Resolved) -> int:
        """Return how many places answer a question that was resolved."""
        return 0 if found.unstated else self.index.count(found.query)

    def resolve(self, asked: Asked) -> Resolved:
        """Return what the index is asked."""
        understood = understand("" if asked.is_literal else asked.need, asked.where)
        is_wordless = bool(asked.need) and not words(asked.need)  # finds nothing, not all
        names = (asked.need,) if asked.is_literal or is_wordless else understood.names
        located = understood.located
        if located and not _has_position(asked) and (located.abroad or located.ask or located.here):
            return replace(_nothing(understood, asked), is_place_unknown=bool(located.abroad))
        said = located.areas[0] if located and located.areas else None
        area = None if _has_position(asked) else said
        placed = _placed(asked, understood.point, area)
        if understood.place_not_found and not _has_position(asked):
            placed = replace(placed, locality=asked.where.strip())
            if not self.index.count(Query(locality=placed.locality)):
                return replace(_nothing(understood, asked), is_place_unknown=True)
        clock_of = self._clock_of(None if asked.view.near else said, placed)  # a frame has none
        placed, over = _at_moment(placed, understood.moment, asked.now, clock_of)
        wanted, without_words = self._with_words(
            _wanted(placed, understood, asked), understood, names
        )
        wanted, common_words = self._without_common_words(wanted)
        wanted, without_care = self._with_care(wanted, understood)
        chosen_km = understood.radius_km if asked.radius_km is None else asked.radius_km
        wanted, radius_km = self._within(wanted, chosen_km, area)
        wanted, unstated = self._to_be_asked(wanted, understood, without_care)
        probable = self._probable(wanted, understood, page=wanted.page if asked.may_be else 1)
        return Resolved(
            understood=understood,
            area=area,
            declared=_without_invented(wanted),
            probable=probable.real if probable else None,
            lists_probable=asked.may_be,
            radius_km=radius_km,
            without_words=" ".join(filter(None, (without_words, *understood.outweighed))),
            common_words=common_words,
            without_care=without_care,
            unstated=unstated,
            over=over,
            clock_of=clock_of,
        )

    def _clock_of(self, area: Area | None, placed: Query) -> str:
        """The département whose clock counts: around a position, that of the nearest place."""
        inside = departements_in(area) if area else placed.filters.get("departement", ())
        code = (area.departement if area else "") or next(iter(inside), "")
        if code or placed.near is None:
            return code
        around = Query(near=placed.near, radius_km=RADII_KM[-1], size=1)
        return next((one.departement for one in self.index.search(around).places), "")

    def _with_words(
        self, wanted: Query, understood: Understood, names: tuple[str, ...]
    ) -> tuple[Query, str]:
        """Look for words too; where a need was understood, those that none near holds are left.

        Words that people say of needs, as « garde » beside « enfant », are left too, and the name
        of a town that is offered: they are in the names of a few places by chance.

        Returns:
            The view, and the words that were left out.
        """
        text = " ".join(names)
        if not names or not (wanted.any_of or understood.care or understood.wishes):
            return replace(wanted, text=text), ""
        widest = replace(wanted.at_any_time, radius_km=RADII_KM[-1])
        town = understood.perhaps.where if understood.perhaps else ""
        proper = [one for one in names if one != town and not all(map(is_our_word, words(one)))]
        kept = [one for one in proper if self.index.count(replace(widest, named=one))]
        if not self.index.count(replace(widest, named=" ".join(kept))):
            kept = []
        return replace(wanted, named=" ".join(kept)), " ".join(
            one for one in names if one not in kept
        )

    def _without_common_words(self, wanted: Query) -> tuple[Query, str]:
        """Look for words that nearly every record holds in names only, and return them."""
        text = wanted.text
        most = self.index.count(Query()) * _COMMON_SHARE
        if not text or self.index.count(Query(text=text)) <= most:
            return wanted, ""
        return replace(wanted, text="", named=f"{wanted.named} {text}".strip()), text

    def _with_care(self, wanted: Query, understood: Understood) -> tuple[Query, tuple[Value, ...]]:
        care = tuple(values_of(understood.care))
        if not care:
            return wanted, ()
        filters = dict(wanted.filters)
        for facet, value in care:
            filters[facet] = (*filters.get(facet, ()), value)
        narrowed = replace(wanted, filters=filters)
        far = replace(narrowed.at_any_time, radius_km=RADII_KM[-1])
        # Where nothing else was asked for, to pass it over would list the whole country.
        is_all = not (wanted.any_of or wanted.is_local)
        return (narrowed, ()) if is_all or self.index.count(far.real) else (wanted, care)

    def _to_be_asked(
        self, wanted: Query, understood: Understood, without_care: tuple[Value, ...]
    ) -> tuple[Query, tuple[str, ...]]:
        """Where nothing states what was wished for, whoever can be called comes first.

        Returns:
            The view, and the wishes that are all that was asked for and that nobody states.
        """
        hopes = tuple(values_of((*understood.care, *understood.wishes)))
        unstated = unstated_wishes(self.index, _without_invented(wanted), understood, hopes)
        is_call = unstated or without_care
        return (replace(wanted, behind=(NO_PHONE,)) if is_call else wanted), unstated

    def _within(
        self, wanted: Query, radius_km: float | None, area: Area | None
    ) -> tuple[Query, float | None]:
        """Take the smallest circle that holds enough, else the largest."""
        if wanted.near is None:
            return wanted, None
        if radius_km is not None:
            return replace(wanted, radius_km=radius_km), radius_km
        found = self._smallest(wanted, RADII_KM[-1], area)
        return found, found.radius_km

    def _smallest(self, wanted: Query, most_km: float, area: Area | None = None) -> Query:
        """The view with the smallest circle that holds enough, else with the largest."""
        # A name is looked for, not a choice; and nobody crosses the sea to choose.
        enough = 1 if wanted.text or wanted.named or wanted.island else ENOUGH
        least_km = _SMALLEST_KM.get(area.kind if area else "", _USUAL_SMALLEST_KM)
        for radius in (one for one in RADII_KM if least_km <= one < most_km):
            found = replace(wanted, radius_km=radius)
            real = found.real
            least = min(enough, _FEWER_IS_ENOUGH.get(radius, enough))
            holds_enough = self.index.count(real.at_any_time) >= least
            if holds_enough and (real == real.at_any_time or self.index.count(real)):
                return found
        return replace(wanted, radius_km=most_km)

    def _probable(self, wanted: Query, understood: Understood, page: int) -> Query | None:
        """The same for what may have it by its kind, no further away than it takes."""
        values = tuple(values_of(understood.probable))
        if not values or not wanted.any_of:
            return None
        probable = replace(
            wanted,
            any_of=values,
            or_named=(),
            none_of=wanted.any_of,
            behind=(NO_PHONE,),  # what it has is to be asked, most easily by phone
            page=page,
        )
        return self._smallest(probable, wanted.radius_km) if wanted.near else probable

    def _counts(self, shown: Query, now: datetime) -> OpenCounts | None:
        if shown.is_local or shown.open_at or shown.open_on:
            return self.index.open_counts(shown, now)
        return None


def _nearest_km(page: ResultPage) -> float:
    """How far the nearest of a first page is; infinite where nothing was found."""
    if page.page > 1:
        return 0.0
    far = [one.distance_km for one in page.places if one.distance_km is not None]
    return min(far, default=0.0 if page.total else inf)


def _officials(understood: Understood, *, is_far: bool) -> Iterator[Official]:
    """The national services for what was said, and for what no place near states."""
    lacking = understood.declared[:1] if is_far else ()  # the first answers the question best
    return orientation().officials(words(understood.need), lacking)


def _without_invented(wanted: Query) -> Query:
    """The same without invented places, which answer nobody.

    All that is published, or that a pole publishes, is listed whole, and what bears the words that
    were typed is shown.
    """
    is_asked = wanted.any_of or wanted.open_at or wanted.open_on
    is_of_pole = "pole" in wanted.filters and not is_asked
    is_whole = wanted.is_all or is_of_pole or wanted.text or wanted.named
    return wanted if is_whole else wanted.real


def prepare() -> None:
    """Read the lexicon and the gazetteer: half a second that no visitor waits for then."""
    understand("imprimer", "draguinan")


def values_of(concepts: Iterable[str]) -> Iterator[Value]:
    """Return the (facet, value) pairs of ``list/slug`` concepts; lists without a facet are out."""
    for name in concepts:
        scheme, _, slug = name.partition("/")
        if facet := _facet_of_scheme().get(scheme):
            yield facet, slug


@cache
def _facet_of_scheme() -> dict[str, str]:
    return {rule.scheme: facet for facet, rule in facets().items() if rule.scheme}


def _has_position(asked: Asked) -> bool:
    return _is_placed(asked.view)


def _is_placed(view: Query) -> bool:
    return view.near is not None or view.bbox is not None


def _placed(asked: Asked, point: Point | None, area: Area | None) -> Query:
    """The view, in or around what was named; a box or a position of the visitor goes first."""
    view = asked.view
    if _has_position(asked):
        return view
    if area is None:
        return replace(view, near=point)
    if inside := departements_in(area):
        return replace(view, filters={**view.filters, "departement": inside})
    is_rough = area.point is not None and not area.exact
    island = island_of(area.communes)
    return replace(view, near=area.point, communes=area.communes, is_rough=is_rough, island=island)


def _wanted(placed: Query, understood: Understood, asked: Asked) -> Query:
    wanted = replace(
        placed,
        any_of=tuple(values_of(understood.declared)),
        or_named=_organisations(understood),
        preferred=(wishes := tuple(values_of(understood.wishes))),
        first=() if understood.declared else wishes,  # nothing else was asked for
        mainly=tuple(values_of(understood.mainly)),
        called=_name_typed(understood),
        phone=understood.phone,
    )
    is_ranked = not (wanted.sort or wanted.bbox) and (
        wanted.any_of or wanted.first or wanted.is_local
    )
    # To the minute: who asks again in the same minute is answered the same.
    ranked_at = (wanted.open_at or asked.now).replace(second=0, microsecond=0)
    return replace(wanted, ranked_at=ranked_at if is_ranked else None)


def _name_typed(understood: Understood) -> str:
    """What was typed, where it may be the name of a place: not all of it is a need."""
    has_place = any(part.kind == "place" and part.field == "need" for part in understood.parts)
    return understood.need if understood.names or has_place else ""


def _organisations(understood: Understood) -> tuple[str, ...]:
    """The words that mean a kind of organisation: a name that holds them says as much.

    Those that were typed, and the kind in full and in short: a name holds one or the other. Words
    that a kind of place only makes likely are none: « Villes Internet » gives nobody access.
    """
    spoken = (
        understood.need[part.start : part.end]
        for part in understood.parts
        if part.field == "need" and _means_organisation(part, understood)
    )
    kinds = (name for name in understood.declared if name.startswith(_KIND))
    called = (text for name in kinds for text in _names_of_kind(name.removeprefix(_KIND)))
    # A short word alone says too little: by their endings, « CAF » and « café » are the same.
    typed = (text for text in spoken if sum(map(len, map(stem, words(text)))) >= _SAYS_ENOUGH)
    return tuple(dict.fromkeys((*typed, *called)))


def _means_organisation(part: Part, understood: Understood) -> bool:
    return any(name.startswith(_NAMED) and name in understood.declared for name in part.concepts)


def _names_of_kind(slug: str) -> Iterator[str]:
    """The name of a kind of place in full, where it is of several words, and what shortens it."""
    kind = concept(concept_iri(_KIND.rstrip("/"), slug))
    if kind is None:
        return
    if len(words(kind.label_fr)) > 1:
        yield kind.label_fr
    short = _SHORTENED.search(kind.label_en)
    if short and len(short[1]) >= _SHORTEST_ACRONYM and short[1] not in _SOUNDS_OTHERWISE:
        yield short[1]


def _at_moment(
    view: Query, moment: Moment | None, now: datetime, departement: str
) -> tuple[Query, datetime | None]:
    """The view at the moment that words name, and that moment where it is over already.

    One that was chosen goes first.
    """
    if moment is None or view.open_at:
        return view, None
    if moment.is_now:
        return replace(view, open_at=now), None
    here = local_time(now, departement).replace(tzinfo=None)
    if moment.time is None or moment.lasts:
        days, over = moment.days_of_part(here)
        return replace(view, open_on=days, open_between=moment.still_ahead(days, here)), over
    ahead, over = moment.at(here)
    return replace(view, open_at=ahead), over


def _nothing(understood: Understood, asked: Asked) -> Resolved:
    return Resolved(understood=understood, declared=replace(asked.view, any_of=_NONE))
