"""Typed places in the notation of the tables of phrases."""

from registry.find.areas import Located

_LETTERS = {
    "departement": "dep:",
    "region": "reg:",
    "land": "land:",
    "commune": "",
    "arrondissement": "",
}
_FEW = 10
"""Communes of a postcode that are named one by one."""


def notation(found: Located | None) -> str:
    """``83050``, ``dep:83``, ``reg:53``, ``cp:`` with communes, ``ask:`` with codes, ``gps``."""
    if found is None:
        return "none"
    if found.here:
        return "gps"
    if found.ask:
        return "ask:" + "|".join(area.code for area in found.areas)
    if found.abroad:
        return "abroad"
    (area,) = found.areas
    if area.kind != "postcode":
        return _LETTERS[area.kind] + area.code
    return (
        f"cp:{'|'.join(sorted(area.communes)) if len(area.communes) <= _FEW else area.departement}"
    )
