"""Bytes to text: which of the encodings that spreadsheets write was used."""

import codecs

from vocab.errors import PublishedError, UsageError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 4096
_MANY_NULS = 0.3


def decode(data: bytes, name: str, encoding: str | None = None) -> tuple[str, str]:
    """Give the text and the encoding that it was written in.

    Tried in order: byte-order mark, UTF-16 by its zeros, UTF-8, Windows-1252, ISO 8859-1.

    Raises:
        PublishedError: the bytes are no text, or not in the encoding asked for.
        UsageError: the encoding asked for does not exist.
    """
    if encoding is not None:
        return _decode_as(data, name, encoding), encoding
    found = _by_signature(data)
    if found:
        return _decode_as(data, name, found), found
    if b"\0" in data:
        raise PublishedError(
            f"{name}: not a table: the file is binary, in no format known here. "
            "Give CSV, XLSX, ODS, XLS, JSON or GeoJSON",
            f"{name} : ce n'est pas un tableau : le fichier est binaire, dans aucun format connu "
            "ici. Donnez du CSV, XLSX, ODS, XLS, JSON ou GeoJSON",
        )
    for candidate in ("utf-8", "cp1252"):
        try:
            return data.decode(candidate), candidate
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def _by_signature(data: bytes) -> str | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    sample = data[:_SAMPLE_BYTES]
    if len(sample) < 4:
        return None
    if sample[1::2].count(0) > _MANY_NULS * len(sample) / 2 and not sample[0::2].count(0):
        return "utf-16-le"
    if sample[0::2].count(0) > _MANY_NULS * len(sample) / 2 and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _decode_as(data: bytes, name: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PublishedError(
            f"{name}: line {line}: byte 0x{data[error.start]:02x} is not {encoding}. "
            "Save the file as UTF-8, or name its real encoding",
            f"{name} : ligne {line} : l'octet 0x{data[error.start]:02x} n'est pas du {encoding}. "
            "Enregistrez le fichier en UTF-8, ou nommez son vrai encodage",
        ) from error
    except LookupError as error:
        raise UsageError(
            f"encoding {encoding!r} does not exist; use for instance cp1252",
            f"l'encodage « {encoding} » n'existe pas ; utilisez par exemple cp1252",
        ) from error
