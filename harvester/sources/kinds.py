"""Which reader reads which kind of source; each is loaded when a source of its kind is met."""

from importlib import import_module

from harvester.delivery import Reader
from harvester.errors import UnknownKindError
from registry.ledger.types import Source

_MODULES = {
    "feed": "ldes",
    "dump": "dump",
    "table": "table",
    "dcat": "dcat",
    "sparql": "sparql",
    "sitemap": "sitemap",
}


def reader_of(source: Source) -> Reader:
    """Return what reads a source.

    Raises:
        UnknownKindError: nothing reads sources of its kind.
    """
    module = _MODULES.get(source.kind)
    if module is None:
        raise UnknownKindError("MED-H404", source=source.slug, kind=source.kind)
    reader: Reader = import_module(f"harvester.sources.{module}").read
    return reader
