"""What no XML 1.0 document can hold (production 2), taken out of bytes in UTF-8.

Nothing of the kind enters a ledger any more, but an older one may hold some. Spreadsheets and CSV
readers stop at such characters too.
"""

_TABLE = bytes(0x20 if byte < 0x20 and byte not in b"\t\n\r" else byte for byte in range(256))
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


def with_blanks(text: bytes) -> bytes:
    r"""Return UTF-8 with a blank for each character that XML cannot hold.

    >>> with_blanks(b"a\x00b\tc\xef\xbf\xbed")
    b'a b\tc d'
    """
    text = text.translate(_TABLE)
    for character in _NO_CHARACTERS:
        text = text.replace(character, b" ")
    return text
