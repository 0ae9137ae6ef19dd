"""The ledger goes on without its projections: what cannot follow now catches up later, told."""

from harvester.storage import StorageError, environment_fault
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
