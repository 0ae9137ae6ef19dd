"""Entities that grow or lead elsewhere, in everything that is XML."""

from tests.security.bombs.bomb import XML, Bomb, dump, served

_RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"{}>{}</rdf:RDF>'
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_BANNED = "MED-H204"
_LAUGHS = "<!ENTITY l0 'ha'>" + "".join(
    f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10)
)
_QUADRATIC = f"<!ENTITY a '{'a' * 100_000}'>"
_PARAMETER = "<!ENTITY % a 'ha'>" + "".join(f"<!ENTITY % a{n} '{'%a;' * 10}'>" for n in range(10))
_DOCTYPES = {
    "billion laughs": f"<!DOCTYPE r [{_LAUGHS}]>",
    "quadratic blow-up": f"<!DOCTYPE r [{_QUADRATIC}]>",
    "parameter entities": f"<!DOCTYPE r [{_PARAMETER}]>",
    "entity that names itself": "<!DOCTYPE r [<!ENTITY a '&b;'><!ENTITY b '&a;'>]>",
    "external entity": "<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>",
    "external entity on the web": "<!DOCTYPE r [<!ENTITY a SYSTEM 'http://169.254.169.254/'>]>",
    "external subset": "<!DOCTYPE r SYSTEM 'file:///dev/zero'>",
    "public subset": "<!DOCTYPE r PUBLIC '-//W3C//DTD X//EN' 'http://127.0.0.1:1/'>",
    "attribute defaults": "<!DOCTYPE r [<!ATTLIST r a CDATA '" + "a" * 10_000 + "'>]>",
    "DOCTYPE after a comment": "<!-- x --><!DOCTYPE r [<!ENTITY a 'a'>]>",
}
_USED = {"quadratic blow-up": "&a;" * 100_000}


def _rdf(name: str) -> str:
    return f"{_DOCTYPES[name]}{_RDF.format('', _USED.get(name, '&l9;'))}"


def _sitemap(name: str) -> str:
    text = _USED.get(name, "&l9;")
    return f'{_DOCTYPES[name]}<urlset xmlns="{_SPACE}"><url><loc>{text}</loc></url></urlset>'


ENTITIES: dict[str, Bomb] = {
    **{f"RDF/XML {name}": dump(_BANNED, XML, _rdf(name).encode()) for name in _DOCTYPES},
    **{
        f"sitemap {name}": served("sitemap", _BANNED, "application/xml", _sitemap(name).encode())
        for name in _DOCTYPES
    },
    "RDF/XML entities in UTF-16": dump("MED-H202", XML, _rdf("billion laughs").encode("utf-16")),
    "RDF/XML entities in UTF-7": dump(
        "MED-H202", XML, b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE r+AD4-<r/>'
    ),
    "RDF/XML entities in EBCDIC": dump(
        "MED-H202", XML, '<?xml version="1.0" encoding="cp037"?>'.encode("cp037")
    ),
    "sitemap entities in UTF-16": served(
        "sitemap", "MED-H202", "application/xml", _sitemap("billion laughs").encode("utf-16")
    ),
    "catalogue of laughs": served("dcat", _BANNED, XML, _rdf("billion laughs").encode()),
    "stream of laughs": served("feed", _BANNED, XML, _rdf("billion laughs").encode()),
}  # fmt: skip
