"""Whether the settings of a cluster may be used: outside this machine, only with TLS."""

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from vocab.errors import UsageError
from vocab.redaction import public


def check_cluster(address: str, credentials: Collection[str], ledger_url: str) -> None:
    """Refuse an address that is none, or under which strangers could have code run.

    Args:
        address: of the scheduler; empty for no cluster.
        credentials: paths of the authority's certificate, ours and its key.
        ledger_url: as in the settings.

    Raises:
        UsageError: it cannot be used.
    """
    if not address:
        return
    scheme, host = _parts(address)
    is_here = _is_this_machine(host)
    if scheme == "tcp" and not is_here:
        raise UsageError(
            "cluster {address!r}: whoever reaches its scheduler can have any code run, so outside "
            "this machine give tls://HOST:PORT with cluster_ca, cluster_cert and cluster_key",
            address=address,
        )
    if scheme == "tls" and not all(credentials):
        raise UsageError(
            "cluster {address!r}: TLS needs cluster_ca, cluster_cert and cluster_key",
            address=address,
        )
    if not (is_here or ledger_url.startswith("postgresql")):
        raise UsageError(
            "cluster {address!r}: workers of other machines need a ledger that they reach: give "
            'ledger_url = "postgresql+psycopg://HOST/BASE"',
            address=address,
        )


def _parts(address: str) -> tuple[str, str]:
    """Return scheme and host of a scheduler's address."""
    try:
        parsed = urlsplit(address)
        rest = address.removeprefix(f"{parsed.scheme}://").removesuffix(f":{parsed.port}")
        if parsed.scheme in ("tcp", "tls") and parsed.port and rest.strip("[]") == parsed.hostname:
            return parsed.scheme, parsed.hostname
    except ValueError:  # a port that is none
        pass
    raise UsageError(
        "cluster {address!r}: give tcp://HOST:PORT on this machine, else tls://HOST:PORT",
        address=public(address),
    )


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
