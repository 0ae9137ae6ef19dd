"""The root of every error that Maillage raises on purpose.

Families follow what the reader of the message can do: correct a document that somebody published
(:class:`PublishedError`), wait or check an address (:class:`UnreachableError`), or change how the
program was called (:class:`UsageError`). Anything else is a bug and stays one.
"""

from typing import Any

from vocab.messages import Message


class MaillageError(Exception):
    """Something went wrong that a person can understand and act on, in each language.

    ``str()`` is the English sentence, for logs and developers.

    Attributes:
        sentence: a template in English and its values.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        self.sentence = Message(template, **values)
        super().__init__(str(self.sentence))

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep template and values from one process to another."""
        return _again, (type(self), self.args, self.__dict__)

    def message(self, lang: str) -> str:
        """Return the sentence in a language."""
        return self.sentence.message(lang)


def _again(
    kind: type[MaillageError], args: tuple[Any, ...], state: dict[str, Any]
) -> MaillageError:
    """Make an error again, whatever arguments its kind takes."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class PublishedError(MaillageError):
    """A document that somebody publishes is wrong: names the document, the place and the remedy."""


class UnreachableError(MaillageError):
    """A document could not be fetched whole: names the address and the phase that failed."""


class UsageError(MaillageError):
    """The command, the configuration or the mapping file asks for something impossible."""
