"""Which fields of the national standard a rule of the contract looks at."""

import re
from collections.abc import Mapping
from functools import cache
from itertools import chain

from shapes.rules import rule
from vocab.namespaces import MED, SCHEMA, expand
from vocab.properties import FIELDS, FURTHER

_IRI = re.compile(r"<([^<>]+)>")
_FIELDS_OF: Mapping[str, tuple[str, ...]] = {
    **{one.property: (one.name,) for one in (*FIELDS, *FURTHER) if one.standard or one.column},
    f"{SCHEMA}geo": ("latitude", "longitude"),
    f"{MED}carriedBy": ("pivot",),
    f"{MED}openingHoursText": ("horaires",),
}


@cache
def fields_of(code: str) -> tuple[str, ...]:
    """Return the fields of the standard that a rule of the contract looks at; none if unknown.

    >>> fields_of("MED-P053"), fields_of("MED-P020")
    (('horaires',), ('latitude', 'longitude'))
    """
    known = rule(code)
    if known is None:
        return ()
    names = _IRI.findall(known.path) or [known.path]
    if known.example and not any(name in _FIELDS_OF for name in names):
        names = [expand(known.example.property)]
    return tuple(chain.from_iterable(_FIELDS_OF.get(name, ()) for name in names))
