"""What a store holds, as sums that are equal for equal content however it came there."""

from pathlib import Path
from tempfile import TemporaryDirectory

from registry.store.comparing import Sums, sums_of_store
from registry.store.embedded import EmbeddedStore
from registry.store.remote import RemoteStore


def contents(store: EmbeddedStore | RemoteStore) -> Sums:
    if isinstance(store, EmbeddedStore):
        return sums_of_store(store._published(), store._naming)
    with TemporaryDirectory() as folder:
        return sums_of_store(store._copy(Path(folder)), store._naming)
