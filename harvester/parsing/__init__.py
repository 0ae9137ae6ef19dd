"""Reading untrusted RDF, in a process that can do no harm."""

from harvester.parsing.parser import Parser, Reading, expect
from harvester.parsing.scan import unpack

__all__ = ["Parser", "Reading", "expect", "unpack"]
