"""The root of every error that Maillage raises on purpose.

Families follow what the reader of the message can do: mend a document that somebody published
(:class:`PublishedError`), wait or check an address (:class:`UnreachableError`), or change how the
program was called (:class:`UsageError`). Anything else is a bug and stays one.
"""


class MaillageError(Exception):
    """Something went wrong that a person can understand and act on."""


class PublishedError(MaillageError):
    """A document that somebody publishes is wrong: names the document, the place and the remedy."""


class UnreachableError(MaillageError):
    """A document could not be fetched whole: names the address and the phase that failed."""


class UsageError(MaillageError):
    """The command, the configuration or the mapping file asks for something impossible."""
