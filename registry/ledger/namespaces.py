"""What a source states for others: the namespaces that it relays, and whose a record is."""

from registry.ledger.types import Source


def relayed(source: Source) -> tuple[str, ...]:
    """Return the namespaces that a source passes on for others, among those granted to it."""
    return tuple(space for space in source.namespaces if space in source.options.relays)


def space_of(source: Source, iri: str) -> str:
    """Return the longest granted namespace that an IRI lies below; empty when there is none."""
    granted = [space for space in source.namespaces if iri.startswith(space)]
    return max(granted, key=len, default="")


def origin_of(source: Source, iri: str) -> str:
    """Return the namespace of others that a record came from; empty when it is the source's own."""
    space = space_of(source, iri)
    return space if space in relayed(source) else ""
