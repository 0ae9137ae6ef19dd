"""The ledger goes on without its projections: what cannot follow now catches up later."""

from collections.abc import Iterator
from contextlib import contextmanager

from harvester.run.storage import StorageError, environment_fault
from registry.follow import Follower
from registry.node import Node
from vocab.errors import MaillageError


def catch_up(node: Node, index: Follower | None = None) -> StorageError | None:
    """Bring the projections to the ledger's head; give why they could not get there.

    Args:
        node: whose projections they are.
        index: brings the search index there in the place of this process.
    """
    try:
        node.follow(index=index)
    except MaillageError as error:
        return StorageError("MED-H418", reason=error)
    except Exception as error:
        fault = environment_fault(error, node.config.data)
        if fault is None:
            raise
        return StorageError("MED-H418", reason=fault)
    return None


@contextmanager
def followed(node: Node) -> Iterator[None]:
    """Let the projections follow what a block writes, also when one of our errors ends it early.

    Raises:
        StorageError: the block went well, and they could not get there.
    """
    try:
        yield
    except MaillageError:
        catch_up(node)  # the error that ended the block is the one to report
        raise
    if behind := catch_up(node):
        raise behind
