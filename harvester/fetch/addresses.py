"""Which network addresses a harvest may reach.

The IANA special-purpose registries are data (``harvester/data/iana-special-*.csv``): the longest
matching block decides, as in routing. An IPv6 address that carries an IPv4 one (mapped, NAT64,
6to4) counts as the one inside; ISATAP hides it in the interface identifier.
"""

import csv
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

_ISATAP_IDS = (0x00005EFE, 0x02005EFE)
_SIX_TO_FOUR = IPv6Network("2002::/16")

Address = IPv4Address | IPv6Address


@cache
def _blocks(version: int) -> tuple[tuple[int, int, str, str], ...]:
    text = files("harvester").joinpath(f"data/iana-special-ipv{version}.csv").read_text("utf-8")
    rows = [(ip_network(r["block"]), r) for r in csv.DictReader(text.splitlines())]
    rows.sort(key=lambda row: row[0].prefixlen, reverse=True)
    return tuple(
        (int(net.network_address), int(net.netmask), row["reachable"], row["name"])
        for net, row in rows
    )


def _block_of(address: Address) -> tuple[str, str]:
    number = int(address)
    for network, mask, reachable, name in _blocks(address.version):
        if number & mask == network:
            return reachable, name
    return "yes", ""


def _embedded(address: IPv6Address) -> IPv4Address:
    number = int(address)
    shift = 80 if address in _SIX_TO_FOUR else 0
    return IPv4Address((number >> shift) & 0xFFFFFFFF)


def why_forbidden(text: str, *, allow_private: bool = False) -> str | None:
    """Return the name of the special block that forbids an address, or None when it may be dialled.

    Args:
        text: numeric IPv4 or IPv6 address, as ``getaddrinfo`` gives it (a zone is tolerated).
        allow_private: loopback, RFC 1918, RFC 6598 and unique-local addresses are allowed.

    >>> why_forbidden("169.254.169.254", allow_private=True)
    'Link Local'
    >>> why_forbidden("::ffff:127.0.0.1")
    'Loopback'
    >>> why_forbidden("9.9.9.9") is None
    True
    """
    address: Address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and (int(address) >> 32) & 0xFFFFFFFF in _ISATAP_IDS:
        inner = why_forbidden(str(IPv4Address(int(address) & 0xFFFFFFFF)))
        if inner is not None:
            return f"ISATAP, {inner}"
    reachable, name = _block_of(address)
    if reachable == "embedded" and isinstance(address, IPv6Address):
        return why_forbidden(str(_embedded(address)), allow_private=allow_private)
    if reachable == "yes" or (reachable == "private" and allow_private):
        return None
    return name
