"""What a mapping may write into a field whose values are a closed list."""

from collections.abc import Mapping
from difflib import get_close_matches

from harvester.clean.lists import choose
from harvester.tabular.further import COLUMNS, parts
from vocab.properties import FIELDS, Property
from vocab.schemes import concepts, former, match
from vocab.text import fold

_NEAR = 3
_LISTS: Mapping[str, str] = {
    name: column.said.scheme
    for name, column in COLUMNS.items()
    if column.said.scheme and not column.value
}
_FIELD_OF: Mapping[str, Property] = {
    name: field for field in FIELDS for name in (field.name, field.old) if name and field.scheme
}


def outside_the_list(field: str, text: str) -> list[str]:
    """Return the values of a text that the closed list of a field does not have.

    Args:
        field: of the standard (v1.0.2 or v0.1.1), or a feature.
        text: one value, or several as the field separates them.
    """
    if field in _LISTS:
        slugs = {one.slug for one in concepts(_LISTS[field])}
        return [one for one in parts(text) if not match(_LISTS[field], one) and one not in slugs]
    if field not in _FIELD_OF or former(field, text):
        return []
    notes = choose(field, _FIELD_OF[field], text).notes
    return [note.before for note in notes if note.rule == "value-not-in-list"]


def near_values(field: str, value: str) -> list[str]:
    """Return the values of the field's list that are spelled like another one, or contain it."""
    scheme = _LISTS.get(field) or _FIELD_OF[field].scheme or ""
    names = {}
    for one in concepts(scheme):
        for name in (one.notation, one.label_fr):
            names[fold(name)] = one.notation
    wanted = fold(value)
    holding = [name for name in names if wanted in name]
    found = [*get_close_matches(wanted, names, _NEAR), *holding]
    return list(dict.fromkeys(names[name] for name in found))[:_NEAR]
