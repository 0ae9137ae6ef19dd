"""Notices given to one front end are seen by the schedule of another, once."""

from registry.state.inbox import GAP_S, MAX_PROPOSALS
from tests.registry.state.conftest import FrontEnds

SAID = "2026-03-01T10:00:00+00:00"


def test_a_notice_to_one_front_end_is_taken_by_one_schedule(front_end: FrontEnds) -> None:
    given, taking, late = front_end().inbox, front_end().inbox, front_end().inbox
    now = 1_000_000.0
    given.mark_due("ping")
    given.mark_due("ping")
    assert late.take_due(now, ("pong",)) == (), "it waits until it can be visited"
    assert (taking.take_due(now), late.take_due(now)) == (("ping",), ())
    given.mark_due("ping")
    assert late.take_due(now + GAP_S - 1) == (), "another schedule visited it"
    assert late.take_due(now + GAP_S) == ("ping",)


def test_an_address_given_to_one_front_end_waits_at_all(front_end: FrontEnds) -> None:
    one, other = front_end().inbox, front_end().inbox
    first = one.propose("https://new.example/", SAID)
    assert first is not None
    assert other.propose("https://new.example/", "2026-03-02T10:00:00+00:00") == first
    assert other.proposals() == (first,)
    assert other.proposal(first.name) == first
    assert other.dismiss("https://new.example/")
    assert not one.dismiss("https://new.example/")
    assert (one.proposals(), one.proposal(first.name)) == ((), None)


def test_addresses_are_bounded_among_all(front_end: FrontEnds) -> None:
    one, other = front_end().inbox, front_end().inbox
    for number in range(MAX_PROPOSALS):
        assert (one, other)[number % 2].propose(f"https://new.example/{number}", SAID)
    assert one.propose("https://new.example/more", SAID) is None
    assert other.propose("https://new.example/0", SAID) is not None, "that one waits already"
    assert len(one.proposals()) == MAX_PROPOSALS
