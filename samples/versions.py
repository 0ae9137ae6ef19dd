"""Columns of the national standard's two living versions, and the way back to v0.1.1."""

from vocab.mapping import FIELDS

NATIONAL_COLUMNS: tuple[str, ...] = tuple(field.name for field in FIELDS)
OLD_COLUMNS: tuple[str, ...] = tuple(field.old for field in FIELDS if field.old)


def to_old_version(row: dict[str, str]) -> dict[str, str]:
    """Rename v1.0.2 columns to v0.1.1, lists separated by ``;``; values stay as they are."""
    return {f.old: row[f.name].replace("|", ";") for f in FIELDS if f.old}
