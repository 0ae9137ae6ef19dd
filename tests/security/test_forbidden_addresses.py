"""Every row of IANA's tables × notations × vectors: no connection to a forbidden address.

The forbidden addresses come from the tables themselves, so a row that is added is tried at once.
Names resolve as on Linux (``inet_aton`` spellings included), but ``connect`` is a spy: it counts
who is dialled, and a hit on a forbidden address is the failure that these tests look for.
"""

import socket
from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address
from typing import Any

import pytest

from harvester.fetch import Fetcher, Policy, dial
from harvester.run.pipeline import Options, harvest
from harvester.sources.discover import discover
from registry.ledger.ledger import Ledger
from registry.ledger.types import Outcome, Source
from tests.security.tricks import EACH, FEW, HOSTS, LINK, VECTORS, ends_of
from tests.simulator import SimulatedPole, redirect
from vocab.errors import MaillageError

QUICK = Policy(tries=1, deadline_s=5)


def local_resolve(host: str, port: int) -> list[tuple[Any, ...]]:
    """Numbers as the system reads them; a name leads to the pole that stands for a public one."""
    if host == "public.example":
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    return list(
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    )


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was dialled; nothing leaves the machine."""
    seen: list[str] = []

    def connect(sock: socket.socket, address: tuple[Any, ...]) -> None:
        seen.append(str(address[0]))
        raise ConnectionRefusedError("the spy answers nobody")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


def test_the_tables_give_thousands_of_cases() -> None:
    assert len(HOSTS) > 1_500
    assert len(set(HOSTS)) > 1_400


@pytest.mark.parametrize("first", range(8))
def test_no_spelling_of_any_row_is_dialled(dialled: list[str], first: int) -> None:
    with Fetcher(QUICK, resolve=local_resolve) as fetcher:
        for host in HOSTS[first::8]:
            for scheme in ("http", "https"):
                with pytest.raises(MaillageError):
                    fetcher.fetch(f"{scheme}://{host}/x")
    assert dialled == []


def test_the_spy_sees_a_public_address(dialled: list[str]) -> None:
    """Without this, a spy that sees nothing would prove nothing."""
    with Fetcher(QUICK, resolve=local_resolve) as fetcher, pytest.raises(MaillageError):
        fetcher.fetch("http://9.9.9.9/x")
    assert dialled == ["9.9.9.9"]


@pytest.mark.parametrize("host", ["public.example", "turn.example"])
def test_a_name_with_a_forbidden_answer_in_any_place_is_not_dialled(
    dialled: list[str], host: str
) -> None:
    for number in ends_of(4):
        bad = str(IPv4Address(number))
        for answers in ([bad], ["9.9.9.9", bad], [bad, "9.9.9.9"], ["9.9.9.9", "9.9.9.8", bad]):
            with (
                Fetcher(QUICK, resolve=partial(resolved, answers)) as fetcher,
                pytest.raises(MaillageError),
            ):
                fetcher.fetch(f"http://{host}/x")
    assert dialled == []


def test_a_name_that_changes_its_answer_is_never_dialled_where_it_changed(
    dialled: list[str],
) -> None:
    turns = iter(range(10_000))

    def turning(_: str, port: int) -> list[tuple[Any, ...]]:
        return given(["9.9.9.9" if next(turns) % 2 == 0 else "127.0.0.1"], port)

    with Fetcher(QUICK, resolve=turning) as fetcher:
        for _ in range(40):
            with pytest.raises(MaillageError):
                fetcher.fetch("http://turn.example/x")
    assert set(dialled) == {"9.9.9.9"}
    assert len(dialled) == 20


def resolved(addresses: list[str], _: str, port: int) -> list[tuple[Any, ...]]:
    return given(addresses, port)


def given(addresses: list[str], port: int) -> list[tuple[Any, ...]]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """The pole stands for a public one: its 127.0.0.1 passes when asked for by that name only."""
    asked: list[str] = []
    judge = dial.Dialer._check

    def lenient(self: dial.Dialer, host: str, address: str) -> None:
        asked.append(host)
        if host != "public.example":
            judge(self, host, address)

    monkeypatch.setattr(dial.Dialer, "_check", lenient)
    return lambda: asked


@pytest.mark.parametrize("vector", VECTORS)
def test_no_document_leads_to_a_forbidden_address(
    pole: SimulatedPole, ledger: Ledger, judged: Callable[[], list[str]], vector: str
) -> None:
    """The listener on loopback counts: only the document itself is ever asked for."""
    kind, text, media_type = VECTORS[vector]
    start = f"http://public.example:{pole.port}/start"
    source = Source("pole", "pole", "Pole", start, kind, ("http://public.example/id/",))
    ledger.put_source(source)
    options = Options(QUICK, fetcher=lambda policy: Fetcher(policy, resolve=local_resolve))
    pole.put("/secret", "secret")
    for host in EACH:
        link = LINK.format(host, pole.port)
        if text:
            pole.put("/start", text.format(link), media_type)
        else:
            pole.fail("/start", redirect(link.encode("ascii", "backslashreplace").decode()))
        done = harvest(ledger, source, options=options)
        assert done.outcome in {Outcome.FAILED, Outcome.HELD, Outcome.UNCHANGED}, host
    assert "public.example" in judged()
    assert {asked.path for asked in pole.requests} == {"/start"}


@pytest.mark.parametrize("vector", ["tree:node", "DCAT downloadURL", "sitemap", "redirect"])
def test_the_same_document_is_followed_to_a_public_address(
    pole: SimulatedPole, ledger: Ledger, judged: Callable[[], list[str]], vector: str
) -> None:
    """Without this, a document that nobody follows would prove nothing."""
    kind, text, media_type = VECTORS[vector]
    link = LINK.format("public.example", pole.port)
    start = f"http://public.example:{pole.port}/start"
    source = Source("pole", "pole", "Pole", start, kind, ("http://public.example/id/",))
    ledger.put_source(source)
    if text:
        pole.put("/start", text.format(link), media_type)
    else:
        pole.fail("/start", redirect(link))
    options = Options(QUICK, fetcher=lambda policy: Fetcher(policy, resolve=local_resolve))
    harvest(ledger, source, options=options)
    assert pole.asked("/secret") == 1


@pytest.mark.parametrize("host", FEW)
def test_no_registration_reaches_a_forbidden_address(pole: SimulatedPole, host: str) -> None:
    pole.put("/secret", "<a> <b> <c> .")
    with pytest.raises(MaillageError):
        discover(LINK.format(host, pole.port), QUICK)
    assert pole.requests == []
