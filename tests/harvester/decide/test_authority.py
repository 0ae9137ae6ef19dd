"""Nobody speaks for another pole: imitations of a namespace, and what must still pass."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harvester.decide.authority import screen
from harvester.delivery import Arrival
from harvester.grants import Grant, normal, overlaps
from registry.ledger.types import Source

SPACE = "https://pole.example/id/"
IMITATIONS = [
    "https://other.example/id/place/1",
    "http://pole.example/id/place/1",
    "https://pole.example.evil.example/id/place/1",
    "https://pole.example:8443/id/place/1",
    "https://evil.example/https://pole.example/id/place/1",
    "https://evil.example?https://pole.example/id/place/1",
    "https://evil.example#https://pole.example/id/place/1",
    "https://pole.example@evil.example/id/place/1",
    "https://user@pole.example/id/place/1",
    "https://pole.example\\@evil.example/id/place/1",
    "https://pole.example/idx/place/1",
    "https://pole.example/id",
    "https://pole.example/id/",
    "https://pole.example/id/../place/1",
    "https://pole.example/id/./../other/place/1",
    "https://pole.example/id/%2e%2e/other/place/1",
    "https://pole.example/id/place/../place/1",
    "https://pole.example/id/%70lace/1",
    "https://pole.example/id/place/caf%c3%a9",
    "HTTPS://pole.example/id/place/1",
    "https://POLE.example/id/place/1",
    "https://pole.example:443/id/place/1",
    "https://pole.example./id/place/1",
    "https://pоle.example/id/place/1",
    "https://pole.example/ID/place/1",
    "https://pole.example//id/place/1",
    "https://pole.example/id;/place/1",
    "https:/pole.example/id/place/1",
    "https:pole.example/id/place/1",
    "//pole.example/id/place/1",
    "urn:https://pole.example/id/place/1",
    "ftp://pole.example/id/place/1",
    "tag:pole.example,2026:place/1",
    "https://[::1]/id/place/1",
    "https://[bad/id/place/1",
    "https://pole.example/id/place/1#address",
    "https://pole.example\t/id/place/1",
    "https://example/id/place/1",
    "https://sub.pole.example/id/place/1",
    "javascript:alert(1)",
    "https://pole.example /id/place/1",
    "https://pole.example:443:80/id/place/1",
    "https://pole.example/id/place/\u2028",
    "https://\uff50ole.example/id/place/1",
    "",
]


@pytest.mark.parametrize("subject", IMITATIONS)
def test_an_imitation_is_refused(subject: str) -> None:
    assert not Grant((SPACE,)).covers(subject)


@pytest.mark.parametrize(
    ("namespace", "subject"),
    [
        (SPACE, "https://pole.example/id/place/1"),
        (SPACE, "https://pole.example/id/place/caf%C3%A9"),
        (SPACE, "https://pole.example/id/place/café"),
        (SPACE, "https://pole.example/id/pole"),
        (SPACE, "https://pole.example/id/a?b=c"),
        ("https://pole.example/id", "https://pole.example/id/place/1"),
        ("HTTPS://Pole.Example:443/id/", "https://pole.example/id/place/1"),
        ("https://pole.example/%69d/", "https://pole.example/id/place/1"),
        ("http://pole.example:8080/", "http://pole.example:8080/x"),
        ("https://médiation.example/id/", "https://médiation.example/id/place/1"),
        ("https://médiation.example/id/", "https://xn--mdiation-b1a.example/id/place/1"),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8001/id/place/1"),
    ],
)
def test_ones_own_record_is_allowed_however_the_grant_is_spelled(
    namespace: str, subject: str
) -> None:
    assert Grant((namespace,)).covers(subject)


@given(st.text("abcABC./%0123456789é~-_", max_size=30))
@example("%%330")
@example("%%%333330")
def test_normal_form_is_stable(path: str) -> None:
    once = normal(f"https://pole.example/{path}")
    assert normal(once) == once


def test_what_another_source_holds_is_refused_and_named() -> None:
    mine = Arrival(f"{SPACE}place/1", b"")
    held = Arrival(f"{SPACE}place/2", b"")
    alien = Arrival("https://other.example/x", b"")
    screened = screen(
        (mine, held, alien), "me", (SPACE,), lambda iri: "them" if iri.endswith("2") else None
    )
    assert screened.allowed == (mine,)
    assert [(a, f.code) for a, f in screened.refused] == [(held, "MED-H002"), (alien, "MED-H001")]
    assert "them" in screened.refused[0][1].message("fr")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("https://other.example/", False),
        ("https://pole.example/id/", True),
        ("https://pole.example/", True),
        ("https://POLE.example:443/id/place/", True),
        ("https://pole.example/idx/", False),
    ],
)
def test_overlapping_grants_are_found(other: str, expected: bool) -> None:
    def source(slug: str, space: str) -> Source:
        return Source(slug, slug, slug, "https://x.example/", "feed", (space,))

    both = (source("a", SPACE), source("b", other))
    assert overlaps(both[0], both) is expected
