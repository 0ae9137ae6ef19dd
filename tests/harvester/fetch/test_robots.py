"""Pages that we find ourselves: robots.txt is obeyed, hosts are spared."""

import pytest

from harvester.errors import FetchError
from harvester.fetch import Fetcher, Policy
from harvester.fetch.robots import Pace
from tests.simulator import Fault, SimulatedPole, status

PRIVATE = Policy(allow_private=True, deadline_s=5, tries=1)


def crawled(pole: SimulatedPole, path: str, slept: list[float] | None = None) -> bool:
    pole.put(path, b"<p>x</p>", "text/html")
    sleep = [] if slept is None else slept
    with Fetcher(PRIVATE, sleep=sleep.append) as fetcher:
        try:
            fetcher.crawl(pole.url(path), accept="text/html")
            fetcher.crawl(pole.url(path), accept="text/html")
        except FetchError as error:
            return error.code != "MED-H115"
    return True


@pytest.mark.parametrize(
    ("rules", "path", "is_allowed"),
    [
        ("User-agent: *\nDisallow: /prive/", "/prive/a", False),
        ("User-agent: *\nDisallow: /prive/", "/lieux/a", True),
        ("User-agent: *\nDisallow: /\nAllow: /lieux/", "/lieux/a", True),
        ("User-agent: Maillage\nDisallow: /\n\nUser-agent: *\nAllow: /", "/lieux/a", False),
        ("User-agent: Autre\nDisallow: /", "/lieux/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/lieux/a.pdf", False),
        ("", "/lieux/a", True),
        ("\x00\xff{{{ nonsense", "/lieux/a", True),
    ],
)
def test_a_site_says_what_may_be_crawled(
    pole: SimulatedPole, rules: str, path: str, is_allowed: bool
) -> None:
    pole.put("/robots.txt", rules.encode(), "text/plain")
    assert crawled(pole, path) is is_allowed
    assert [request.path for request in pole.requests].count("/robots.txt") == 1


@pytest.mark.parametrize(
    ("fault", "is_allowed"), [(status(404), True), (status(403), True), (status(503), False)]
)
def test_a_file_that_cannot_be_had_decides(
    pole: SimulatedPole, fault: Fault, is_allowed: bool
) -> None:
    pole.fail("/robots.txt", fault)
    assert crawled(pole, "/lieux/a") is is_allowed


def test_a_pause_asked_for_is_kept_within_bounds(pole: SimulatedPole) -> None:
    slept: list[float] = []
    pole.put("/robots.txt", b"User-agent: *\nCrawl-delay: 99999", "text/plain")
    assert crawled(pole, "/lieux/a", slept)
    assert slept == [pytest.approx(10.0, abs=1.0)]


def test_a_host_is_asked_in_turn_and_others_meanwhile() -> None:
    pace = Pace()
    asked = [pace.wait_s("https://a.example/x", 0.2, 100.0) for _ in range(3)]
    assert asked == pytest.approx([0.0, 0.2, 0.4])
    assert pace.wait_s("https://b.example/x", 0.2, 100.0) == 0.0
    assert pace.wait_s("https://a.example/x", 0.2, 200.0) == 0.0
