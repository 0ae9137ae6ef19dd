"""Small files that stand for sources in folders that can be thrown away: one for each slug."""

from pathlib import Path
from urllib.parse import quote, unquote

_PREFIX = "s-"


def file_of(slug: str) -> str:
    """Give the name of the file that stands for a source, harmless whatever the slug."""
    return f"{_PREFIX}{quote(slug, safe='')}"


def slug_of(path: Path) -> str:
    """Give the source that a file stands for."""
    return unquote(path.name.removeprefix(_PREFIX))


def slips(folder: Path) -> list[Path]:
    """Give the files of a folder that stand for sources, by name; none when there is no folder."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name.startswith(_PREFIX))
