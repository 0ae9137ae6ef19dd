"""Which part of France a person means who types a place.

The readings are tried from the surest to the least sure, and the first that finds something wins:
a number of département, a postcode (with a name), an arrondissement, a département, a région, a
commune, a commune with its département; then the beginning of a name; then a name with a mistake.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from registry.find.abroad import is_abroad
from registry.find.areas import (
    HERE,
    Located,
    area_of_commune,
    area_of_departement,
    area_of_postcode,
    area_of_region,
)
from registry.find.gazetteer import (
    bodies_named,
    by_population,
    called_briefly,
    communes_called,
    departement_called,
    ending_so,
    former_name,
    is_ordinary,
    mistaken,
    region_called,
)
from registry.find.homonyms import (
    TOWN,
    asking,
    beginning,
    begun_formerly,
    keys_longer_than,
    land_named,
    named,
    of_lands,
    settled,
)
from registry.find.mistakes import mistyped
from registry.find.postal import (
    communes_served,
    district,
    districts,
    postcode_in,
    whole_postcodes,
    without_cedex,
)
from registry.find.prepositions import (
    AT,
    LINKS,
    NEAR,
    after_preposition,
    how_far,
    is_here,
    without_country,
)
from registry.find.streets import begins_address, begins_street, town_of_street
from registry.find.words import Span, extent, readable, words_of
from vocab.lands import other_names, quarters
from vocab.territory import (
    Commune,
    Departement,
    Region,
    commune,
    departement,
    departement_of_postcode,
    departements,
    region,
)
from vocab.text import name_key, one_line, words

Words = Sequence[str]
_LONGEST = 200
"""Characters of the longest text that is read."""
_SHOWN = 80
_SMALL_TOWN = 5_000
"""Inhabitants from which the beginning of a name is read after a street: « … Sarlat »."""
_WITH_A_STREET = 2
"""Pieces between commas of the shortest address."""
_MOST_WORDS = 16
_CORSICA = "94"
_CITY = 100_000
"""Inhabitants from which a common word, as Tours, names a town among others."""
_GOES_ON = frozenset({"les", "lez", "sur", "sous", "en", "aux", "des"})
"""Words with which a name goes on: Saint-Gilles-les-Bains is no Saint-Gilles."""
_SAINTS = ("saint ", "sainte ")
_LARGER = 3
"""A town with that many times the inhabitants may be meant by the end of its name."""
_SHORT = {
    "fd": "ferrand", "ferd": "ferrand", "nd": "notre dame", "pce": "provence", "s": "sur",
    "ss": "sous", "mt": "mont", "gd": "grand", "gde": "grande", "vx": "vieux", "chat": "chateau",
}  # fmt: skip
_DOMINANT = 10
"""A city with that many times the inhabitants of a town named beside it has a quarter so called."""
_AND = frozenset({"et", "ou", "and", "or"})
_BUILDINGS = frozenset({"gare", "mairie", "centre", "aeroport", "hopital", "prefecture"})
_VILLE = frozenset({"ville", "sncf", "tgv", "routiere"})
_LINKS = LINKS | {"la", "le", "les", "l", "a", "au", "aux"}
"""Words between a commune and its territory: Saint-Denis de la Réunion."""


def locate(text: str) -> Located | None:
    """Return what a typed place means, or None when no place is like it.

    Args:
        text: a postcode, a number or a name of a département, a région, a commune of today or of
            yesterday, several of them together; of any length, of which 200 characters are read.
    """
    typed = without_cedex(words(text[:_LONGEST])[:_MOST_WORDS])
    bare = without_country(after_preposition(typed))
    if far := how_far(typed):
        near = locate(" ".join(typed[far:]))
        return near and as_typed(text, replace(near, unused=near.unused or " ".join(typed[:far])))
    if is_here(bare):
        return HERE
    found = as_typed(text, exactly(typed) or exactly(bare))
    written = one_line(text)[:_SHOWN]
    if found or not bare:
        return replace(found, corrected=written) if found and _has_other_name(bare) else found
    if is_abroad(" ".join(bare)):
        return Located((), abroad=written)
    if found := _addressed(text[:_LONGEST]) or as_typed(text, _beside_street(typed)):
        return found
    if found := _building(bare):
        return as_typed(text, replace(found, corrected=written))
    if found := _brief(bare):
        return replace(found, corrected=written)
    found, guessed = _begun(bare), mistyped(bare)
    if found and not _is_meant_instead(guessed, found):
        return found
    found = guessed or _mistyped_in_territory(bare) or _two_towns(bare) or _known_among_words(bare)
    return as_typed(text, replace(found, corrected=written)) if found else None


def _addressed(text: str) -> Located | None:
    """Read the town beside a street, where commas part them: « 2 rue de la Poste, Mirecourt »."""
    pieces = [piece.strip() for piece in text.split(",") if words(piece)]
    if len(pieces) < _WITH_A_STREET:
        return None
    streets = [piece for piece in pieces if begins_street(words(piece), 0)]
    if not streets:  # « Le Bourg, Lorgues »: what is no place comes before its town
        first = words(pieces[0])
        streets = [] if exactly(first) and not is_ordinary(" ".join(first)) else pieces[:-1]
    if not streets:
        return None
    last = pieces.index(streets[-1]) + 1
    towns = [" ".join(pieces[last:]), *(one for one in reversed(pieces) if one not in streets)]
    for town in filter(None, towns):
        found = locate(town)
        if found and found.areas:
            return replace(found, unused=one_line(", ".join(streets))[:_SHOWN])
    return None


def _beside_street(typed: Words) -> Located | None:
    """Read the town after a street, or before it, of whatever size: « rue de la Paix Lorgues »."""
    at_first = 0 if begins_address(typed) else None
    street = next((at for at in range(len(typed)) if begins_street(typed, at)), at_first)
    if street is None:
        return None
    ends = [(typed[at:], typed[:at]) for at in town_of_street(typed)]
    for name, rest in (*ends, (typed[:street], typed[street:])):
        is_church = len(name) == len(_SAINTS) and f"{name[0]} " in _SAINTS
        is_other = not name or is_church or is_ordinary(" ".join(name))
        begun = [one for one in beginning(name) if one.population >= _SMALL_TOWN]
        found = None if is_other else exactly(name) or settled(begun)
        if found and found.areas[0].kind in ("commune", "arrondissement"):
            return replace(found, unused=" ".join(rest))
    return None


def as_typed(text: str, found: Located | None) -> Located | None:
    """Return what was found in a text, with what is not used as it stands there."""
    unused = found.unused.split() if found else []
    while unused and unused[-1] in _LINKS:
        unused.pop()
    typed = words_of(readable(text))
    folded = [word.folded for word in typed]
    for first in range(len(folded) - len(unused) + 1) if unused else ():
        if folded[first : first + len(unused)] == unused:
            start, end = extent(typed, Span(first, first + len(unused)))
            return replace(found, unused=one_line(text[start:end])[:_SHOWN]) if found else None
    return found


def _has_other_name(typed: Words) -> bool:
    """Whether words name a commune otherwise than it is called: Marsella, a quarter overseas."""
    key = " ".join(typed)
    meant = other_names().get(key)
    return isinstance(meant, Commune) and name_key(meant.name) != key and key not in quarters()


def _is_meant_instead(guessed: Located | None, begun: Located) -> bool:
    """Whether a mistyped city is likelier than villages whose names begin so: Lion is Lyon."""
    villages = all(area.kind == "commune" and area.population < TOWN for area in begun.areas)
    return bool(guessed and villages and guessed.areas[0].population >= _CITY)


def exactly(typed: Words) -> Located | None:
    """Return what folded words mean when nothing is missing and nothing is mistaken."""
    readings = (
        _numbered, _cut_postcode, _with_postcode, _arrondissement, named, _of_a_kind, _between,
        _in_territory, _in_its_town, _in_full, _body,
    )  # fmt: skip
    return _first(reading(typed) for reading in readings)


def _first(found: Iterable[Located | None]) -> Located | None:
    return next((one for one in found if one), None)


def _numbered(typed: Words) -> Located | None:
    """Read "83", "2A", "974", 20 for Corsica, and the INSEE codes that have a letter."""
    if len(typed) == 2 and all(len(word) == 1 and word.isdecimal() for word in typed):
        typed = ["".join(typed)]  # « le 9-3 »
    if len(typed) != 1 or not 2 <= len(typed[0]) <= 5:
        return None
    code = typed[0].upper()
    found = departement(code)
    if found:
        return Located((area_of_departement(found),))
    if code == "20":
        island = region(_CORSICA)
        return Located((area_of_region(island),)) if island else None
    one = commune(code) if code[:2] in ("2A", "2B") else None
    return settled((one,)) if one else None


def _cut_postcode(typed: Words) -> Located | None:
    """Read four digits, which may be several postcodes: then one must ask."""
    codes = whole_postcodes(typed)
    found = [area_of_postcode(code, served) for code in codes if (served := communes_served(code))]
    areas = sorted(found, key=lambda area: (-area.population, area.code))
    return Located(tuple(areas), ask=len(areas) > 1) if areas else None


def _with_postcode(typed: Words) -> Located | None:
    """Read a postcode, alone or with the name of one of its communes."""
    found = postcode_in(typed)
    if found is None:
        return None
    postcode, before, after = found
    served = communes_served(postcode)
    here = Located((area_of_postcode(postcode, served),)) if served else None
    name = after or before
    if not name:
        return here
    exact = _served_by_that_name(served, name)
    if exact and after and before:
        exact = replace(exact, unused=" ".join(before))
    return exact or _served_by_a_mistaken_name(served, name) or _beside(postcode, name, here)


def bears(postcode: str, name: Words, *, forgives: bool) -> bool:
    """Return whether words beside a postcode are the name of a place and nothing else.

    Args:
        postcode: five digits.
        name: folded words.
        forgives: whether they may be a mistyped name of what the postcode serves.
    """
    served, key = communes_served(postcode), " ".join(name)
    exact = _served_by_that_name(served, name)
    if exact and not exact.unused:
        return True
    if forgives and _served_by_a_mistaken_name(served, name):
        return True
    land = departement_called(key)
    if is_ordinary(key):
        return land is not None and any(one.departement == land.code for one in served)
    return bool(named(name) or _arrondissement(name))


def _served_by_that_name(served: Sequence[Commune], name: Words) -> Located | None:
    """Find the commune of a postcode in a name, or at an end of the address with it."""
    codes = {one.code for one in served} | {one.parent for one in served if one.parent}
    ends = ((name[start:], name[:start]) for start in range(len(name)))
    starts = ((name[:end], name[end:]) for end in range(len(name) - 1, 0, -1))
    for called, rest in (*ends, *starts):
        key = " ".join(called)
        for one in communes_called(key):
            if one.code in codes or one.parent in codes:
                exact = served[0] if len(served) == 1 else one
                found = settled((exact,), former_name(key))
                return replace(found, unused=" ".join(rest)) if found else None
    return None


def _served_by_a_mistaken_name(served: Sequence[Commune], name: Words) -> Located | None:
    key = " ".join(name)
    if communes_called(key):
        return None
    codes = {one.code for one in served}
    near = [one for each, _ in mistaken(key) for one in communes_called(each) if one.code in codes]
    found = settled(by_population(near)[:1])
    return replace(found, corrected=key) if found else None


def _beside(postcode: str, name: Words, here: Located | None) -> Located | None:
    """Read a name that no commune of the postcode bears: CEDEX, a mistake, or another place."""
    key = " ".join(name)
    inside = departement_of_postcode(postcode)
    near = [one for one in communes_called(key) if one.departement == inside]
    if here is None:
        return _arrondissement(name) or settled(near) or named(name)
    elsewhere = settled(communes_called(key))
    if near or elsewhere is None:
        return settled(near) or here
    return Located((*elsewhere.areas, *here.areas), elsewhere.others, ask=True)


def _arrondissement(typed: Words) -> Located | None:
    found = district(typed)
    return settled((found,) if found else districts(typed))


def _of_a_kind(typed: Words) -> Located | None:
    """Read what is said to be a département, a région or a town: « département du Nord »."""
    reading = _KINDS.get(typed[0]) if len(typed) > 1 else None
    rest = typed[1:]
    while reading and rest:
        if found := reading(rest):
            return found
        rest = rest[1:] if rest[0] in _LINKS else ()
    return None


def _between(typed: Words) -> Located | None:
    """Read two places between which somebody is: which of both, one has to ask."""
    link = {"entre": "et", "between": "and"}.get(typed[0], "") if typed else ""
    if link not in typed[2:]:
        return None
    at = list(typed).index(link)
    ends = [exactly(typed[1:at]), exactly(typed[at + 1 :])]
    areas = [area for end in ends if end and not end.ask for area in end.areas[:1]]
    return Located(tuple(areas), ask=True) if len(areas) == len(ends) else None


def _quarter(typed: Words) -> Located | None:
    meant = other_names().get(" ".join(typed)) or other_names().get(f"le {' '.join(typed)}")
    return settled((meant,)) if isinstance(meant, Commune) else None


def _land(typed: Words) -> Located | None:
    return _numbered(typed) or land_named(" ".join(typed))


def _town(typed: Words) -> Located | None:
    key = " ".join(typed)
    return settled(communes_called(key), former_name(key))


_KINDS: Mapping[str, Callable[[Words], Located | None]] = {
    **dict.fromkeys(("departement", "dept", "dpt", "dep", "region"), _land),
    **dict.fromkeys(("ville", "commune", "village", "agglomeration", "agglo", "metropole"), _town),
    "banlieue": _town,
    "quartier": _quarter,
}
"""What a name is said to be, and how it is read then."""


def _in_territory(typed: Words) -> Located | None:
    """Read a commune together with its département or its région, in either order."""
    divided = [(" ".join(name), inside) for name, inside in _divided(typed)]
    for key, inside in divided:
        found = _inside(communes_called(key), inside)
        if found:
            return settled(found, former_name(key))
    lands = (
        land for key, inside in divided if (land := departement_called(key)) and inside(land.code)
    )
    return _first(Located((area_of_departement(land),)) for land in lands)


def _in_its_town(typed: Words) -> Located | None:
    """Read a quarter or a former commune together with its town, in either order."""
    for cut in range(1, len(typed)):
        for name, town in ((typed[:cut], typed[cut:]), (typed[cut:], typed[:cut])):
            key = " ".join(_without_links(name))
            former = former_name(key)
            codes = {one.code for one in communes_called(" ".join(town))} if former else set()
            parts = [one for one in communes_called(key) if {one.code, one.parent} & codes]
            if found := settled(parts, former):
                return found
    return None


def _in_full(typed: Words) -> Located | None:
    """Read what is written in short: Clermont Fd, Aix en Pce, N.D. de Gravenchon."""
    full = " ".join(_SHORT.get(word, word) for word in typed)
    full = f"notre dame {full[4:]}" if full.startswith("n d ") else full
    return exactly(full.split()) if full != " ".join(typed) else None


def _body(typed: Words) -> Located | None:
    """Read an intercommunal body: Plaine Commune, Brest métropole."""
    return of_lands(bodies_named(" ".join(typed)))


def _brief(typed: Words) -> Located | None:
    """Read a name whose small words were left out: Pays de Loire, Bourg Bresse."""
    found = called_briefly(" ".join(typed))
    for one in found:
        if isinstance(one, Region):
            return Located((area_of_region(one),))
        if isinstance(one, Departement):
            return Located((area_of_departement(one),))
    return settled(by_population(one for one in found if isinstance(one, Commune)))


def _building(typed: Words) -> Located | None:
    """Read the town of a station or the like: « gare de Lorgues », « mairie de Foix »."""
    rest = typed[1:] if typed and typed[0] in _BUILDINGS else ()
    rest = rest[1:] if rest and rest[0] in _VILLE else rest
    rest = rest[1:] if rest and rest[0] in _LINKS else rest
    found = exactly(rest) if rest else None
    return replace(found, unused=" ".join(typed[: -len(rest)])) if found else None


def _divided(typed: Words) -> Iterator[tuple[Words, Callable[[str], bool]]]:
    """Part words into a name and what tells whether a département is the one beside it."""
    for cut in range(len(typed) - 1, 0, -1):
        for name, territory in ((typed[:cut], typed[cut:]), (typed[cut:], typed[:cut])):
            inside = _territory(territory)
            if inside:
                yield _without_links(name), inside


def _territory(typed: Words) -> Callable[[str], bool] | None:
    key = " ".join(typed)
    land = departement_called(key)
    country = None if land else region_called(key)
    if land:
        return land.code.__eq__
    if country:
        return {one.code for one in departements() if one.region == country}.__contains__
    return None


def _inside(communes: Iterable[Commune], inside: Callable[[str], bool]) -> tuple[Commune, ...]:
    return tuple(one for one in communes if inside(one.departement))


def _without_links(name: Words) -> Words:
    end = len(name)
    while end > 1 and name[end - 1] in _LINKS:
        end -= 1
    return name[:end]


def _begun(typed: Words) -> Located | None:
    """Read the first words of a name, alone or with its land: Montreuil 62 is Montreuil-sur-Mer."""
    begun, ended = beginning(typed), ending_so(" ".join(typed))
    if begun and ended and ended[0].population >= _LARGER * begun[0].population:
        return asking(tuple(map(area_of_commune, (*ended, *begun))))
    found = settled(begun) or begun_formerly(typed)
    if found:
        return found
    inside_of = ((inside, beginning(name)) for name, inside in _divided(typed))
    found = _first(settled(_inside(communes, inside)) for inside, communes in inside_of)
    return found or _first(land_named(key) for key in keys_longer_than(" ".join(typed)))


def _mistyped_in_territory(typed: Words) -> Located | None:
    for name, inside in _divided(typed):
        if communes_called(" ".join(name)):
            continue  # Nantes is no mistake: its quarter is meant, not Santes in the Nord
        keys = [key for key, _ in mistaken(" ".join(name))]
        here = _inside((one for key in keys for one in communes_called(key)), inside)
        if here:
            return settled(by_population(here)[:1])
    return None


def _may_begin(typed: Words, at: int) -> bool:
    """Whether a place may begin at a word: not after "de", but after "autour de" and "à"."""
    placed = any(tuple(typed[max(0, at - len(before)) : at]) == before for before in (*NEAR, *AT))
    return placed or typed[at - 1] not in _LINKS


def _two_towns(typed: Words) -> Located | None:
    """Read a town beside a much larger one as its quarter: Malakoff Nantes. Of equals one asks."""
    for cut in range(1, len(typed)):
        names = (typed[:cut], typed[cut + (typed[cut] in _AND) :])
        keys = [" ".join(name) for name in names]
        towns = [settled(communes_called(key)) for key in keys]
        found = [
            one
            for key, one in zip(keys, towns, strict=True)
            if one and one.areas[0].population >= (_CITY if is_ordinary(key) else TOWN)
        ]
        if len(found) < len(names) or found[0].areas[0] == found[1].areas[0]:
            continue
        sizes = [one.areas[0].population for one in found]
        large = sizes.index(max(sizes))
        if typed[cut] not in _AND and max(sizes) >= _DOMINANT * min(sizes):
            small = 1 - large
            return replace(found[large], others=found[small].areas, unused=keys[small])
        areas = (*found[1].areas, *found[0].areas)
        return asking(tuple(sorted(areas, key=lambda area: area.population < TOWN)))
    return None


def _known_among_words(typed: Words) -> Located | None:
    """Read what is known before or after words that are not: Lyon Part-Dieu, a street of Toulon.

    After "de" a town names a station or a street: the gare de Lyon is in Paris.
    """
    starts = [(typed[:end], typed[end]) for end in range(len(typed) - 1, 0, -1)]
    ends = [(typed[at:], "") for at in range(1, len(typed)) if _may_begin(typed, at)]
    keys = [" ".join(name) for name, _ in (*starts, *ends)]
    for key, (_, following) in zip(keys, (*starts, *ends), strict=True):
        found = settled(communes_called(key))
        if found is None or (following in _GOES_ON and (found.ask or key.startswith(_SAINTS))):
            continue
        if found.areas[0].population >= (_CITY if is_ordinary(key) else TOWN):
            rest = (
                " ".join(typed).removeprefix(key)
                if following
                else " ".join(typed).removesuffix(key)
            )
            return replace(found, unused=rest.strip())
    return _first(land_named(key) for key in keys if not is_ordinary(key) and not key.isdecimal())
