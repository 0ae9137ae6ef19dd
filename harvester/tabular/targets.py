"""What a mapping may write into a field whose values are a closed list."""

from collections.abc import Mapping
from difflib import get_close_matches

from harvester.clean.lists import choose
from harvester.tabular.further import COLUMNS, parts
from vocab.properties import FIELDS, Property
from vocab.schemes import concepts, former, match
from vocab.text import fold

_NEAR = 3
_CLOSED: Mapping[str, Property] = {
    name: field for field in FIELDS for name in (field.name, field.old) if name and field.scheme
} | {name: column.prop for name, column in COLUMNS.items() if column.prop.kind == "concept"}


def outside_the_list(field: str, text: str) -> list[str]:
    """Return the values of a text that the closed list of a field does not have.

    Args:
        field: of the standard (v1.0.2 or v0.1.1), or a feature.
        text: one value, or several as the field separates them.
    """
    prop = _CLOSED.get(field)
    if prop is None or former(field, text):
        return []
    if not prop.standard:
        return [one for one in parts(text) if not match(prop.scheme or "", one)]
    notes = choose(field, prop, text).notes
    return [note.before for note in notes if note.rule == "value-not-in-list"]


def near_values(field: str, value: str) -> list[str]:
    """Return the values of the field's list that are spelled like another one, or contain it."""
    names = {}
    for one in concepts(_CLOSED[field].scheme or ""):
        for name in (one.notation, one.label_fr):
            names[fold(name)] = one.notation
    wanted = fold(value)
    holding = [name for name in names if wanted in name]
    found = [*get_close_matches(wanted, names, _NEAR), *holding]
    return list(dict.fromkeys(names[name] for name in found))[:_NEAR]
