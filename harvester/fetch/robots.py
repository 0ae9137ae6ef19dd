"""Politeness towards sites whose pages we find by ourselves: robots.txt and a pace per host.

robots.txt (RFC 9309) is fetched once per site and fetcher, like everything else. The address
of a source itself is not asked about: its pole and the operator agreed on it.
"""

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

from harvester.errors import DocumentError, FetchError
from harvester.fetch.values import Fetched

MAX_BYTES = 512_000
MAX_DELAY_S = 10.0
_MAX_HOSTS = 10_000
_DISALLOW_ALL = "User-agent: *\nDisallow: /"


class Robots:
    """What each site allows one robot.

    Args:
        fetch: gives the document at an address.
        agent: name of the robot, as robots.txt files spell it.
    """

    def __init__(self, fetch: Callable[[str], Fetched], agent: str) -> None:
        self._fetch = fetch
        self._agent = agent
        self._rules: dict[str, Protego] = {}

    def allows(self, url: str) -> bool:
        """Whether the site lets the robot ask for an address."""
        return bool(self._of(url).can_fetch(url, self._agent))

    def delay_s(self, url: str) -> float:
        """Return the pause between requests that the site asks for, 10 s at most."""
        return min(float(self._of(url).crawl_delay(self._agent) or 0.0), MAX_DELAY_S)

    def _of(self, url: str) -> Protego:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = Protego.parse(self._text(f"{site}/robots.txt"))
        return self._rules[site]

    def _text(self, url: str) -> str:
        """Give the rules: none when there is no file, all closed when it cannot be had (2.3.1)."""
        try:
            body = self._fetch(url).body
        except FetchError as error:
            status = error.details.get("status")
            missing = isinstance(status, int) and 400 <= status < 500 and status != 429
            return "" if missing else _DISALLOW_ALL
        except DocumentError:
            return _DISALLOW_ALL
        return body[:MAX_BYTES].decode("utf-8", "replace")


class Pace:
    """When each host may be asked again, among all threads of the process."""

    def __init__(self) -> None:
        self._free: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait_s(self, url: str, interval_s: float, now: float) -> float:
        """Reserve the next request to a host; return how long to wait for it.

        Args:
            url: what will be asked for.
            interval_s: least time between two requests.
            now: a clock that only grows, in seconds.
        """
        host = urlsplit(url).netloc
        with self._lock:
            if len(self._free) > _MAX_HOSTS:
                self._free = {name: moment for name, moment in self._free.items() if moment > now}
            free_at = max(now, self._free.get(host, now))
            self._free[host] = free_at + interval_s
        return free_at - now


PACE = Pace()
"""The pace of this process."""
