"""A serving node closes the corrections that a later harvest answers, and erases what is over."""

import os
import time
from pathlib import Path

import pytest

from maillage.serving.following import Following
from registry.node import Node
from registry.settings.config import Config
from registry.state.drops import KEPT_S, Drop
from registry.tickets.store import DAY_S
from registry.tickets.types import Field, Proposal, State, TicketError
from registry.tickets.values import present
from tests.registry.web.network_of_tests import SIMPLE, add_source, harvest
from vocab.mapping import place_record


def test_a_harvest_closes_what_it_answers_and_the_year_erases(tmp_path: Path) -> None:
    with Node.open(Config(data=tmp_path)) as node:
        zinc = add_source(node, "zinc", "https://zinc.example/id/")
        before = place_record(SIMPLE, zinc)
        harvest(node, "zinc", [before])
        said = present(before, Field.HOURS)
        proposal = Proposal(before.iri, "zinc", Field.HOURS, said, "Le lundi")
        now = time.time()
        token, _number = node.tickets.propose(proposal, now)
        old, _other = node.tickets.propose(
            Proposal(before.iri, "zinc", Field.OTHER, "", "Vieux"), now - 366 * DAY_S
        )
        following = Following(node, node.state.board, publishing=False)
        following.look()
        assert node.tickets.by_token(token, now).state is State.OPEN
        with pytest.raises(TicketError):
            node.tickets.by_token(old, now - 365 * DAY_S)
        harvest(node, "zinc", [place_record(SIMPLE | {"horaires": "Mo 09:00-12:00"}, zinc)])
        following.look()
        assert node.tickets.by_token(token, time.time()).state is State.CORRECTED


def test_dropped_files_of_yesterday_are_erased(tmp_path: Path) -> None:
    with Node.open(Config(data=tmp_path)) as node:
        now = time.time()
        for account in ("a" * 16, "b" * 16):
            node.state.drops.put(account, "zinc", Drop("m", "lieux.csv", now), b"id;nom")
        old = tmp_path / "drops" / f"{'a' * 16}-zinc.file"
        os.utime(old, (now, now - KEPT_S - 1))
        Following(node, node.state.board, publishing=False).look()
        assert {path.name[0] for path in (tmp_path / "drops").iterdir()} == {"b"}
