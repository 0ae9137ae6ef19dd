"""The root of every error that Maillage raises on purpose.

Families follow what the reader of the message can do: correct a document that somebody published
(:class:`PublishedError`), wait or check an address (:class:`UnreachableError`), or change how the
program was called (:class:`UsageError`). Anything else is a bug and stays one.
"""

from vocab.redaction import public


class MaillageError(Exception):
    """Something went wrong that a person can understand and act on, written in both languages.

    What proves who is asking is left out of the addresses that it names.
    ``str()`` gives the English sentence, for logs and developers.
    """

    def __init__(self, english: str, french: str = "") -> None:
        super().__init__(public(english))
        self._french = public(french)

    def message(self, lang: str) -> str:
        """Give the sentence in ``fr`` or ``en``; in English where nobody wrote the French one."""
        return (self._french if lang == "fr" else "") or str(self)


class PublishedError(MaillageError):
    """A document that somebody publishes is wrong: names the document, the place and the remedy."""


class UnreachableError(MaillageError):
    """A document could not be fetched whole: names the address and the phase that failed."""


class UsageError(MaillageError):
    """The command, the configuration or the mapping file asks for something impossible."""
