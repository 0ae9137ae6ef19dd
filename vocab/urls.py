r"""Web addresses as browsers write them: one form for what people type and what documents hold.

An address with a blank, an accent or an international host name is a good one for whoever pastes
it. Here it becomes the ASCII form that goes over the wire (WHATWG URL Standard,
https://url.spec.whatwg.org/): what is percent-encoded already stays as it is, host names are in
their ASCII form (UTS #46), default ports and tabs go, ``\`` is ``/``. Whether an address may be
asked for is another question (:mod:`harvester.fetch`). IRIs that name records are no addresses:
they are compared, never rewritten.
"""

import re

import ada_url

_LEFT_AS_THEY_ARE = re.compile(r'["\\^`{|}]')
"""What a browser leaves as it is in some parts of an address, and RFC 3986 allows in none."""
_WEB = ("http://", "https://")
_EMPTY_HOST = re.compile(r"\s*https?:[\\/]{3}", re.IGNORECASE)
_SCHEME_AND_HOST = re.compile(r"(https?)(://[^/?#]*)", re.IGNORECASE)
_BEYOND = "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
_IN_NO_IRI = re.compile(
    r"%(?![0-9A-Fa-f]{2})|[^!#-;=?-Z_a-z~\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    + f"{_BEYOND}\U000e1000-\U000efffd]"
)
"""A percent sign that encodes nothing, and all but the characters of RFC 3987, section 2.2."""


def web_address(text: str, base: str = "") -> str:
    r"""Return an http(s) address in the form that goes over the wire, without fragment.

    Args:
        text: an address, absolute or relative to the base, as somebody wrote it.
        base: address of the document where it stands; empty when there is none.

    Raises:
        ValueError: it is no http(s) address, none can be made of it, or readers of addresses do not
            agree on its host (``http://a.example\@b.example/``, ``http:///a.example``).

    >>> web_address("HTTP://Médiathèque.example:80/données 1.csv?q=é#haut")
    'http://xn--mdiathque-53af.example/donn%C3%A9es%201.csv?q=%C3%A9'
    >>> web_address("donn%C3%A9es%201.csv", "https://pole.example/a/")
    'https://pole.example/a/donn%C3%A9es%201.csv'
    """
    if _EMPTY_HOST.match(text) or _names_two_hosts(text):
        raise ValueError(f"{text!r} names no host, or two")
    try:
        found = ada_url.URL(text, base).href if base else ada_url.URL(text).href
    except ValueError as error:  # half a character as well, which UTF-8 cannot write
        raise ValueError(f"{text!r} is no address") from error
    if not found.startswith(_WEB):
        raise ValueError(f"{text!r} is no http or https address")
    return _LEFT_AS_THEY_ARE.sub(_encoded, found.partition("#")[0])


def as_asked(text: str) -> str:
    """Return a web address in the form in which it is asked for; what is none, as it stands.

    >>> as_asked("http://pole.example"), as_asked("lieux.csv")
    ('http://pole.example/', 'lieux.csv')
    """
    try:
        return web_address(text)
    except ValueError:
        return text


def as_iri(text: str) -> str:
    """Return a web address with what no IRI can hold percent-encoded after its host.

    Browsers follow ``/100%``, readers of RDF refuse the document in which it stands.

    >>> as_iri("HTTPS://a.example/100%/caf\u00e9[1]?q=%C3%A9")
    'https://a.example/100%25/caf\u00e9%5B1%5D?q=%C3%A9'
    """
    found = _SCHEME_AND_HOST.match(text)
    if found is None:
        return text
    rest = _IN_NO_IRI.sub(_as_utf8, text[found.end() :])
    return f"{found[1].lower()}{found[2]}{rest}"


def _as_utf8(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found.group().encode("utf-8", "replace"))


def _names_two_hosts(text: str) -> bool:
    r"""Whether some take what stands before ``\@`` for the host, and others what stands after."""
    authority = re.split("[/?#]", text.partition("//")[2], maxsplit=1)[0]
    return "\\" in authority and "@" in authority


def _encoded(found: re.Match[str]) -> str:
    return f"%{ord(found.group()):02X}"


def from_header(value: str) -> str:
    r"""Return the address in a header that was decoded as ISO 8859-1, byte for byte.

    RFC 9110 allows ASCII only; servers write UTF-8, or the bytes of an older encoding. The first
    are the characters that they mean; the others stand for themselves, as browsers send them back.

    >>> from_header("/donn\xc3\xa9es"), from_header("/donn\xe9es")
    ('/données', '/donn%E9es')
    """
    raw = value.encode("latin-1", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in raw)
