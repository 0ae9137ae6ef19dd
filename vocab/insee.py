"""INSEE's IRIs for the codes of French territory, and the way back.

INSEE names a territory by its kind and its code: ``…/geo/commune/51454``,
``…/geo/arrondissementMunicipal/75119``, ``…/geo/collectiviteDOutreMer/988``. The kinds are the
classes of its ontology (http://rdf.insee.fr/def/geo): the arrondissements of Paris, Lyon and
Marseille are no communes, and the overseas collectivities are no départements. INSEE also names
each dated state of a territory by a UUID in the place of the code; the code is what data shares.
"""

import re
from functools import lru_cache

from vocab.namespaces import (
    INSEE_ARRONDISSEMENT,
    INSEE_COLLECTIVITE,
    INSEE_COMMUNE,
    INSEE_DEPARTEMENT,
)
from vocab.territory import ARRONDISSEMENT, Commune, commune, departement

_COMMUNE = re.compile(r"(?:[013-9][0-9]|2[AB1-9])[0-9]{3}")


def is_commune_code(text: str) -> bool:
    """Whether a text has the form of an INSEE commune code, in use or not."""
    return _COMMUNE.fullmatch(text) is not None


@lru_cache(maxsize=128)
def arrondissement(code: str) -> Commune | None:
    """Return the municipal arrondissement of Paris, Lyon or Marseille of an INSEE code, if any."""
    found = commune(code)
    return found if found is not None and found.kind == ARRONDISSEMENT else None


def is_collectivity(code: str) -> bool:
    """Whether a territory is an overseas collectivity (975, 977, 978, 984, 986 to 989)."""
    found = departement(code)
    return found is not None and found.region.code == code


def territory_iri(code: str) -> str:
    """Return INSEE's IRI of a département or, under its own kind, of an overseas collectivity.

    >>> territory_iri("2A"), territory_iri("988")
    ('http://id.insee.fr/geo/departement/2A', 'http://id.insee.fr/geo/collectiviteDOutreMer/988')
    """
    return (INSEE_COLLECTIVITE if is_collectivity(code) else INSEE_DEPARTEMENT) + code


def code_of(iri: str) -> str:
    """Return the code in INSEE's IRI of a territory of any of these kinds; empty for another IRI.

    >>> code_of("http://id.insee.fr/geo/arrondissementMunicipal/75119")
    '75119'
    """
    spaces = (INSEE_COMMUNE, INSEE_ARRONDISSEMENT, INSEE_DEPARTEMENT, INSEE_COLLECTIVITE)
    return next((iri.removeprefix(space) for space in spaces if iri.startswith(space)), "")
