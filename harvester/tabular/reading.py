"""One function reads every format: what kind of file this is, then its reader."""

from dataclasses import replace
from pathlib import Path

from harvester.tabular.csvfile import read_csv
from harvester.tabular.jsonfile import read_json
from harvester.tabular.signature import kind_of_workbook, refuse_other_files
from harvester.tabular.standard import version_of
from harvester.tabular.table import Options, Table
from harvester.tabular.workbook import read_workbook
from vocab.errors import PublishedError, UnreachableError

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def read_table(source: Path | bytes, name: str = "", options: Options | None = None) -> Table:
    """Read a table from a file or from its bytes; the content says which format it is.

    Args:
        source: CSV, XLSX, ODS, XLS, JSON or GeoJSON.
        name: what messages call the file; by default the name of the path.
        options: what not to detect, and the bounds.

    Raises:
        PublishedError: the file is no table, is broken or is too large.
        UsageError: an option asks for something that does not exist.
        UnreachableError: the file cannot be opened.
    """
    options = options or Options()
    name = name or (source.name if isinstance(source, Path) else "the file")
    data = _bytes(source, name, options)
    table = _read(data, name, options)
    return replace(table, facts=replace(table.facts, version=version_of(table)))


def _bytes(source: Path | bytes, name: str, options: Options) -> bytes:
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > options.max_bytes:
            raise PublishedError(
                "{name}: {size:,} bytes, the most read here is {max_bytes:,}. Split the file",
                name=name,
                size=size,
                max_bytes=options.max_bytes,
            )
        return source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        raise UnreachableError(
            "{name}: cannot be opened: {reason}", name=name, reason=error.strerror
        ) from error


def _read(data: bytes, name: str, options: Options) -> Table:
    if data.startswith(_ZIP):
        return read_workbook(data, name, kind_of_workbook(data, name), options)
    if data.startswith(_OLE):
        return read_workbook(data, name, "xls", options)
    refuse_other_files(data, name)
    start = data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n\x1e")[:1]
    if start in (b"[", b"{"):
        return read_json(data, name, options)
    return read_csv(data, name, options)
