"""What can go wrong when a record is written down."""

from vocab.errors import MaillageError


class UnwritableError(MaillageError):
    """The record holds something that the asked format cannot express; another format can."""
