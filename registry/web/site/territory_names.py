"""What territories are called in addresses: ``bretagne``, ``var-83``."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from vocab.territory import Departement, Region, departements
from vocab.text import name_key


@lru_cache(maxsize=1)
def regions() -> Mapping[Region, tuple[Departement, ...]]:
    """Return every région and territory overseas with its départements."""
    found: dict[Region, tuple[Departement, ...]] = {}
    for one in departements():
        found[one.region] = (*found.get(one.region, ()), one)
    return found


def slug_of(found: Departement | Region) -> str:
    """Return the name of a territory in addresses; of a région of one département, that one's.

    >>> from vocab.territory import departement, region
    >>> slug_of(departement("2A")), slug_of(region("53")), slug_of(region("04"))
    ('corse-du-sud-2a', 'bretagne', 'la-reunion-974')
    """
    if isinstance(found, Region):
        inside = regions()[found]
        return _hyphened(found.name) if len(inside) > 1 else slug_of(inside[0])
    return f"{_hyphened(found.name)}-{found.code.lower()}"


@lru_cache(maxsize=1)
def by_slug() -> Mapping[str, Departement | Region]:
    """Return what ``slug_of`` names, by that name."""
    every: list[Departement | Region] = [*departements()]
    every += [region for region, inside in regions().items() if len(inside) > 1]
    return {slug_of(one): one for one in every}


def slugs_with(counts: Mapping[str, int]) -> Iterator[str]:
    """Return the name of each territory that has places.

    Args:
        counts: how many, by code of the département.
    """
    for region, inside in regions().items():
        held = [one for one in inside if counts.get(one.code)]
        if held and len(inside) > 1:
            yield slug_of(region)
        yield from map(slug_of, held)


def _hyphened(name: str) -> str:
    return name_key(name).replace(" ", "-")
