"""A record's statements as parts of their canonical N-Triples lines."""

from dataclasses import dataclass

from vocab.ntriples import XSD_STRING, split_document


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; subject and predicate are IRIs without brackets, the object is a term."""

    subject: str
    predicate: str
    value: str

    @property
    def line(self) -> str:
        """The canonical N-Triples line, ended."""
        return f"<{self.subject}> <{self.predicate}> {self.value} .\n"

    @property
    def is_literal(self) -> bool:
        """Whether the object is a literal."""
        return self.value.startswith('"')

    @property
    def text(self) -> str:
        """The text of a literal, its escapes as they are; the IRI of another object."""
        return self.value[1 : self.value.rindex('"')] if self.is_literal else self.value[1:-1]

    @property
    def datatype(self) -> str:
        """IRI of the datatype of a literal; of a text in a language, ``@`` and the language."""
        end = self.value[self.value.rindex('"') + 1 :] if self.is_literal else ""
        return end[3:-1] if end.startswith("^^") else end or XSD_STRING


def statements_of(body: bytes) -> list[Statement]:
    """Part the canonical body of a record."""
    return [
        Statement(subject[1:-1], predicate[1:-1], value)
        for subject, predicate, value in split_document(body)
    ]
