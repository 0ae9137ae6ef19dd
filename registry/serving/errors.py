"""What can go wrong with serving a node."""

from vocab.errors import MaillageError


class ServingError(MaillageError):
    """The node cannot be served: an address that is taken, or a process that does not start."""
