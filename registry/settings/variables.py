"""The variables ``MAILLAGE_*`` of the environment: the settings among them, and what is none."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches

PREFIX = "MAILLAGE_"
_OTHERS = frozenset({"TRACE", "TEST_POSTGRESQL", "CHROMIUM", "REAL_DATA"})
"""Variables that are no settings: of the command's end, and of this project's tests."""
_OTHERS_BEGIN = "CREDENTIALS_"
_NEAR = 0.75


def nearest(name: str, settings: Collection[str]) -> str:
    """Return the setting that a name was probably meant to be; nothing where none is like it.

    >>> nearest("Harvest_evry_s", ["port", "harvest_every_s"]), nearest("colour", ["port"])
    ('harvest_every_s', '')
    """
    found = get_close_matches(name.lower(), settings, 1, _NEAR)
    return found[0] if found else ""


def unknown(environ: Mapping[str, str], settings: Collection[str]) -> list[tuple[str, str]]:
    """Return the variables that nothing reads, each with the variable that may be meant.

    Their values are never shown: they may be secrets.

    >>> unknown({"MAILLAGE_PROT": "1", "MAILLAGE_PORT": "1", "PROT": "1"}, ["port"])
    [('MAILLAGE_PROT', 'MAILLAGE_PORT')]
    """
    wrong = sorted(
        name.removeprefix(PREFIX)
        for name in environ
        if name.startswith(PREFIX) and not _is_read(name.removeprefix(PREFIX), settings)
    )
    near = {name: nearest(name, settings) for name in wrong}
    return [(PREFIX + name, PREFIX + near[name].upper() if near[name] else "") for name in wrong]


def _is_read(name: str, settings: Collection[str]) -> bool:
    is_setting = name.isupper() and name.lower() in settings
    return is_setting or name in _OTHERS or name.startswith(_OTHERS_BEGIN)
