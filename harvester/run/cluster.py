"""Sources harvested on several machines, by the executor of ``dask.distributed``.

Whoever reaches a scheduler can have any code run by its workers: it listens on this machine alone,
or speaks TLS with certificates on both sides (:mod:`registry.settings.cluster`).
"""

import logging
from concurrent.futures import Future
from typing import Any

from harvester.run.worker import Outcome, Task, carry_out
from registry.settings.config import Config
from vocab.errors import MaillageError, UsageError
from vocab.redaction import public

_CONNECTED_WITHIN_S = 10


class ClusterError(MaillageError):
    """The scheduler or its workers cannot be reached."""


class Cluster:
    """Workers of the cluster that a node's settings name.

    Args:
        config: the settings.
        jobs: how many sources at a time; by default, as many as its workers have threads.

    Raises:
        UsageError: the library is not installed.
        ClusterError: the scheduler cannot be reached, or has no worker.
    """

    def __init__(self, config: Config, jobs: int | None = None) -> None:
        self._jobs = jobs
        self._client = _connected(config)
        self._executor = self._client.get_executor(pure=False)
        # What becomes of a source whose worker died is decided by who submitted it.
        self._client.run_on_scheduler(
            lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", 0)
        )

    @property
    def slots(self) -> int:
        """How many tasks it runs at a time."""
        try:
            return self._jobs or max(sum(self._client.nthreads().values()), 1)
        except OSError as error:
            raise gone() from error

    def submit(self, task: Task) -> Future[Outcome]:
        """Run a task; a future that raises lost its worker."""
        future: Future[Outcome] = self._executor.submit(carry_out, task)
        return future

    def cause(self, error: BaseException) -> str:
        """Return the address of the worker that was lost."""
        last = getattr(error, "last_worker", None)
        return str(getattr(last, "address", type(error).__name__))

    def kill(self) -> None:
        """Do nothing: workers of other machines look at the board by themselves."""

    def close(self) -> None:
        """Let go of the scheduler, which forgets what has not begun."""
        self._client.close()


def gone() -> ClusterError:
    """Return the error of a scheduler that ended with all that it was given."""
    return ClusterError("the scheduler of the cluster is gone: start it again, then harvest again")


def _tls(config: Config) -> dict[str, object]:
    return {
        "require_encryption": True,
        "tls_ca_file": config.cluster_ca,
        "tls_client_cert": config.cluster_cert,
        "tls_client_key": config.cluster_key,
    }


def _connected(config: Config) -> Any:
    """Return a client of the scheduler, once it has a worker.

    Raises:
        UsageError: the library is not installed.
        ClusterError: there is no scheduler, or it has no worker.
    """
    try:
        from distributed import Client, Security  # half a second, and optional
    except ImportError as error:
        raise UsageError(
            "[harvest] cluster needs a library that is not installed: "
            "pip install 'maillage[cluster]'"
        ) from error
    # Our errors say what happens to it.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    address, timeout_s = config.cluster, _CONNECTED_WITHIN_S
    try:
        security = {"security": Security(**_tls(config))} if address.startswith("tls:") else {}
        client = Client(address, timeout=timeout_s, set_as_default=False, **security)
    except OSError as error:
        reason = public(" ".join(str(error).split()))
        raise ClusterError(
            "the cluster {address} cannot be reached ({reason}): start its scheduler, or take "
            "[harvest] cluster out of the settings",
            address=address,
            reason=reason,
        ) from error
    try:
        client.wait_for_workers(1, timeout=timeout_s)
    except TimeoutError as error:
        client.close()
        raise ClusterError(
            "the cluster {address} has no worker: start one (dask worker {address})",
            address=address,
        ) from error
    return client
