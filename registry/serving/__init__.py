"""The web server of a node: connections, threads, processes, and what a node's processes share."""

from vocab.errors import MaillageError


class ServingError(MaillageError):
    """The node cannot be served: an address that is taken, or a process that does not start."""
