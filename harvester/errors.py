"""The errors of a harvest, each with a code that the catalogue explains in each language."""

from harvester import rules
from vocab.errors import MaillageError, PublishedError, UnreachableError, UsageError


class ExplainedError(MaillageError):
    """An error whose sentence is in ``shapes/harvest_rules.toml``."""

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.details = details
        said = rules.sentence(code, **details)
        super().__init__(said.template, **said.values)


class DocumentError(ExplainedError, PublishedError):
    """What somebody publishes cannot be used: not RDF, not a stream, too big, too deep."""


class FetchError(ExplainedError, UnreachableError):
    """A document could not be had: name, connection, status, time."""


class ForbiddenAddressError(FetchError):
    """The address is not one that a harvester may reach; nothing was sent to it."""


class IncompleteError(FetchError):
    """Part of a document came and nothing proves it whole: nothing may follow from it."""


class StoppedError(ExplainedError):
    """The harvest was asked to end before its time; nothing of it is applied."""


class BusyError(ExplainedError, UsageError):
    """Another harvest of the same source is running."""


class UnknownKindError(ExplainedError, UsageError):
    """No reader is known for a source of this kind."""


class DecisionError(ExplainedError, UsageError):
    """What a person decided cannot be done: nothing waits, or the state has moved since."""
