"""Which service finds the position of an address, for editors: ``[addresses] url``."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from registry.settings.accounts import is_loopback
from vocab.errors import UsageError

_LONGEST = 400
_ADDRESS = re.compile(r"https?://[\x21-\x7e]+\Z")


@dataclass(frozen=True, slots=True)
class AddressSettings:
    """The section ``[addresses]`` of the settings.

    Attributes:
        url: address of a service that answers as that of the Base adresse nationale
            (https://adresse.data.gouv.fr/outils/api-doc/adresse): ``?q=…``; empty for none.
    """

    url: str = ""

    @property
    def is_here(self) -> bool:
        """Whether the service is on this machine."""
        return is_loopback(urlsplit(self.url).hostname or "")


def check_address_settings(addresses: AddressSettings) -> None:
    """Refuse a service that cannot be, or that anybody on the way could stand in for.

    Raises:
        UsageError: says what the setting should be.
    """
    url = addresses.url
    if url and not (len(url) <= _LONGEST and _ADDRESS.match(url) and _is_plain(url)):
        raise UsageError(
            "[addresses] url {url!r}: give an address https://…/search/ without query, fragment "
            "or password; http on this machine only",
            url=url[:60],
        )


def _is_plain(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError:
        return False
    is_open = parts.scheme == "https" or is_loopback(parts.hostname or "")
    return is_open and has_port and bool(parts.hostname) and not set("?#@\\") & set(url)
