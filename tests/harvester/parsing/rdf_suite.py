"""The W3C tests of the RDF formats, read out of the archive in tests/data/w3c-rdf (SOURCES.md)."""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ARCHIVE = Path(__file__).resolve().parents[2] / "data" / "w3c-rdf" / "suite.tar.gz"
MEDIA_TYPES = {
    "ntriples": "application/n-triples",
    "nquads": "application/n-quads",
    "turtle": "text/turtle",
    "trig": "application/trig",
    "rdf-xml": "application/rdf+xml",
}


@dataclass(frozen=True)
class Document:
    """One document of the suites, and whether it is of its format."""

    name: str
    media_type: str
    is_valid: bool
    data: bytes

    @property
    def url(self) -> str:
        return f"https://w3c.example/{self.name}"


def documents() -> Iterator[Document]:
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            content = archive.extractfile(member)
            assert content is not None
            syntax, kind, _ = member.name.split("/")
            valid = kind == "positive"
            yield Document(member.name, MEDIA_TYPES[syntax], valid, content.read())
