"""Bytes to text: which of the encodings that spreadsheets write was used."""

import codecs
import re

from vocab.errors import PublishedError, UsageError

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 4096
_MANY_NULS = 0.3
_STRAY_NULS = 0.01
"""Share of zeros that a text may hold by accident; a file in no known format has far more."""
MAC, DOS = "mac_roman", "cp850"
_LOWER, _UPPER = "àâäæçéèêëîïôöœùûüÿ", "ÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ"
_HIGH = re.compile(r"[^\x00-\x7f]")
_WORD = r"[a-z\u00e0-\u00ff\u0153]"
_LIKELY = re.compile(
    rf"à(?!{_WORD})|[{_LOWER.replace('à', '')}](?![A-Z])|(?<!{_WORD})[{_UPPER}]"
    r"|[«»’‘“”–—…€°²\u00a0]"
)
"""French where French has it: "à" ends a word, no capital follows a small letter."""


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Return the text and the encoding that it was written in.

    Tried in order: byte-order mark, UTF-16 by its zeros, UTF-8; then Windows-1252, Mac OS Roman or
    code page 850 (MS-DOS), whichever gives more letters where French has them; ISO 8859-1.
    Byte-order marks are left out, however many there are.

    Raises:
        PublishedError: the bytes are no text, or not in the encoding asked for.
        UsageError: the encoding asked for does not exist.
    """
    text, found = _decoded(data, encoding)
    return text.lstrip("\ufeff"), found


def _decoded(data: bytes, encoding: str | None) -> tuple[str, str]:
    found = encoding or _by_signature(data)
    if found:
        return _decode_as(data, found), found
    if data.count(0) > _STRAY_NULS * len(data):
        raise PublishedError(
            "not a table: the file is binary, in no format known here. Give CSV, XLSX, "
            "ODS, XLS, JSON or GeoJSON",
        )
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _one_byte(data)


def _one_byte(data: bytes) -> tuple[str, str]:
    """Decode text of one byte a letter: the encoding that makes most sense of its high bytes."""
    scores = {name: _sense(data, name) for name in ("cp1252", MAC, DOS)}
    found = max(scores, key=lambda name: scores[name])  # the first of equals: the commonest
    try:
        return data.decode(found), found
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _sense(data: bytes, encoding: str) -> int:
    """Count what is French in an encoding, less what is not."""
    text = data.decode(encoding, "replace")
    likely = len(_LIKELY.findall(text))
    return 2 * likely - len(_HIGH.findall(text))


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


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PublishedError(
            "line {line}: byte 0x{byte:02x} is not {encoding}. Save the file as UTF-8, or "
            "name its real encoding",
            line=line,
            byte=data[error.start],
            encoding=encoding,
        ) from error
    except LookupError as error:
        raise UsageError(
            "encoding {encoding!r} does not exist; use for instance cp1252", encoding=encoding
        ) from error
