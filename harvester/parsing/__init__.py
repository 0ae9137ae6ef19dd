"""Reading RDF that strangers publish, in a process that can do no harm."""

from harvester.parsing.children import expect
from harvester.parsing.scan import unpack
from harvester.parsing.worker import Parser, Reading

__all__ = ["Parser", "Reading", "expect", "unpack"]
