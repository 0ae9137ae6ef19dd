"""Terms of our own configuration as Turtle, escaped: the names of poles are not to be trusted."""

import pyoxigraph as ox


def iri(value: str) -> str:
    """Write an IRI between angle brackets.

    Raises:
        ValueError: the value is not an absolute IRI.
    """
    return str(ox.NamedNode(value))


def text(value: str, language: str | None = None) -> str:
    """Write a literal, with its language when it has one."""
    return str(ox.Literal(value, language=language))
