"""Reading RDF that strangers publish, in a process that can do no harm."""

from harvester.parsing.scan import unpack
from harvester.parsing.worker import Parser, Reading

__all__ = ["Parser", "Reading", "unpack"]
