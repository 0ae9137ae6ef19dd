"""Credentials of a source: to its origin alone, never told, never without protection."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from harvester.errors import FetchError
from harvester.fetch import Credentials, Fetcher, Policy, credentials_of, user_agent
from registry.ledger.options import SourceOptions
from registry.ledger.types import Outcome
from tests.harvester.conftest import Registry
from tests.simulator import SimulatedPole, redirect, status
from vocab.errors import UsageError

NAME = "MAILLAGE_CREDENTIALS_ARSENIC"
SECRET = "very-hidden-token"  # noqa: S105  of a test
BASIC = "Basic bsOpOmE6Yg=="  # "né:a:b"


@pytest.fixture
def elsewhere() -> Iterator[SimulatedPole]:
    with SimulatedPole() as other:
        yield other


def given(pole: SimulatedPole, value: str = f"Bearer {SECRET}") -> Credentials:
    environment = {NAME: value}
    found = credentials_of(NAME, pole.url("/"), allow_private=True, environment=environment)
    assert found is not None
    return found


def fetcher_for(pole: SimulatedPole) -> Fetcher:
    policy = Policy(allow_private=True, deadline_s=5, tries=1, credentials=given(pole))
    return Fetcher(policy)


def shown_to(pole: SimulatedPole) -> list[str | None]:
    return [asked.headers.get("authorization") for asked in pole.requests]


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (f"Bearer {SECRET}", f"Bearer {SECRET}"),
        ("basic né:a:b", BASIC),
        (" Bearer  x= ", "Bearer x="),
    ],
)
def test_the_origin_of_the_source_sees_them(pole: SimulatedPole, value: str, sent: str) -> None:
    pole.put("/a", "x")
    policy = Policy(allow_private=True, deadline_s=5, credentials=given(pole, value))
    with Fetcher(policy) as fetcher:
        fetcher.fetch(pole.url("/a"))
    assert shown_to(pole) == [sent]


def test_a_link_elsewhere_does_not_see_them(pole: SimulatedPole, elsewhere: SimulatedPole) -> None:
    elsewhere.put("/a", "x")
    with fetcher_for(pole) as fetcher:
        fetcher.fetch(elsewhere.url("/a"))
    assert shown_to(elsewhere) == [None]


def test_a_redirect_away_and_back_loses_the_credentials(
    pole: SimulatedPole, elsewhere: SimulatedPole
) -> None:
    pole.put("/end", "x")
    pole.fail("/here", redirect("/away"))
    pole.fail("/away", redirect(elsewhere.url("/back")))
    elsewhere.fail("/back", redirect(pole.url("/end")))
    with fetcher_for(pole) as fetcher:
        fetcher.fetch(pole.url("/here"))
    proof = f"Bearer {SECRET}"
    assert (shown_to(pole), shown_to(elsewhere)) == ([proof, proof, None], [None])


@pytest.mark.parametrize(
    ("value", "url", "private", "code"),
    [
        ("", "https://pole.example/", False, "MED-H112"),
        (f"Bearer {SECRET}", "http://pole.example/", False, "MED-H113"),
        (SECRET, "https://pole.example/", False, "MED-H114"),
        (f"Digest {SECRET}", "https://pole.example/", True, "MED-H114"),
        (f"Bearer {SECRET}\r\nX: y", "https://pole.example/", True, "MED-H114"),
        (f"Basic {SECRET}", "https://pole.example/", False, "MED-H114"),
        (f"Basic a:{SECRET}\n", "http://pole.example/", False, "MED-H113"),
    ],
)
def test_what_will_not_do_is_told_without_the_secret(
    value: str, url: str, private: bool, code: str
) -> None:
    with pytest.raises(FetchError) as refusal:
        credentials_of(NAME, url, allow_private=private, environment={NAME: value})
    assert refusal.value.code == code
    for lang in ("fr", "en"):
        assert NAME in refusal.value.message(lang)
        assert SECRET not in refusal.value.message(lang)


@pytest.mark.parametrize("name", [SECRET, "HOME", "MAILLAGE_STORE_AUTHORIZATION", f"{NAME}\n"])
def test_only_variables_made_for_it_are_read(name: str) -> None:
    with pytest.raises(UsageError) as refusal:
        credentials_of(name, "https://pole.example/", allow_private=False, environment={name: "x"})
    assert name not in str(refusal.value)


def test_no_representation_shows_them(pole: SimulatedPole) -> None:
    assert SECRET not in repr(Policy(credentials=given(pole)))


@pytest.mark.parametrize("code", [200, 401, 500])
def test_no_report_holds_the_secret(
    pole: SimulatedPole,
    registry: Callable[..., Registry],
    monkeypatch: pytest.MonkeyPatch,
    code: int,
) -> None:
    monkeypatch.setenv(NAME, f"Bearer {SECRET}")
    pole.fail("/dump.nt", status(code))
    run = registry("/dump.nt", "dump")
    run.ledger.put_source(replace(run.source, options=SourceOptions(credentials=NAME)))
    done = run.harvest()
    assert set(shown_to(pole)) == {f"Bearer {SECRET}"}
    assert SECRET not in json.dumps(done.report)
    assert SECRET not in repr(run.ledger.source("pole"))


def test_a_missing_variable_fails_the_harvest_before_any_request(
    pole: SimulatedPole, registry: Callable[..., Registry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(NAME, raising=False)
    run = registry("/dump.nt", "dump")
    run.ledger.put_source(replace(run.source, options=SourceOptions(credentials=NAME)))
    done = run.harvest()
    assert (done.outcome, pole.requests) == (Outcome.FAILED, [])
    assert "MED-H112" in json.dumps(done.report)


@pytest.mark.parametrize(
    ("contact", "named"),
    [
        ("", "(+https://w3id.org/mediation-numerique/)"),
        ("mailto:a@b.example", "(+mailto:a@b.example)"),
        ("x)\r\nEvil: é(", "(+xEvil:)"),
    ],
)
def test_the_user_agent_names_the_contact(contact: str, named: str) -> None:
    assert user_agent(contact) == f"Maillage/0.1 {named}"
