"""Corrections and mailboxes in a backup: what comes back, and what must not."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry.settings.config import Config
from registry.tickets.backup import Restored, lines, restore
from registry.tickets.database import VisitorsDataError
from registry.tickets.store import DAY_S, Tickets
from registry.tickets.types import State, TicketError
from registry.tickets.upstreams import Upstream
from tests.registry.tickets.test_tickets_store import NOW, proposal

ABOVE = Upstream("https://national.example/", "https://national.example/id/", "MAILLAGE_X", False)
ON_THE_DOOR = "devant la mairie"


@dataclass
class Saved:
    """A node with two corrections that wait, one answered, and a mailbox; and its next folder."""

    config: Config
    empty: Config
    token: str
    box: str

    def backup(self, now: float, *, with_words: bool = True) -> list[bytes]:
        return list(lines(self.config, now, with_words=with_words))


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    folders = [tmp_path / "lost", tmp_path / "new"]
    for folder in folders:
        folder.mkdir()
    config, empty = (Config(data=folder) for folder in folders)
    with closing(Tickets(config)) as tickets:
        token, number = tickets.propose(proposal(evidence=ON_THE_DOOR, mail="zoe@m.example"), NOW)
        tickets.propose(proposal("04 94 67 15 89"), NOW)
        _, answered = tickets.propose(proposal("04 94 67 15 90"), NOW)
        tickets.answer(answered, State.DECLINED, NOW, reason="not-ours")
        box = tickets.mailboxes.renew("ping", NOW)
        tickets.upstreams.add(ABOVE)
        tickets.set_silent("ping", NOW, is_silent=True)
        assert number
    return Saved(config, empty, token, box)


def words_of(config: Config) -> bytes:
    return b"".join(one.read_bytes() for one in config.data.iterdir() if one.is_file())


def test_a_young_backup_brings_everything_back(saved: Saved) -> None:
    kept = saved.backup(NOW + DAY_S)
    assert restore(saved.empty, kept, NOW + 2 * DAY_S) == Restored(1, 3, 0)
    with closing(Tickets(saved.empty)) as tickets:
        assert len(tickets.listed(NOW + 2 * DAY_S)) == 3
        assert tickets.by_author(saved.token, NOW + 2 * DAY_S).state is State.OPEN
        tickets.mailboxes.open("ping", saved.box)
        assert [one.url for one in tickets.upstreams.all()] == [ABOVE.url]


def test_what_is_due_is_erased_before_anybody_reads_it(saved: Saved) -> None:
    kept = saved.backup(NOW + 10 * DAY_S)
    late = NOW + 31 * DAY_S  # the answered one was over yesterday, the backup is young
    assert restore(saved.empty, kept, late) == Restored(1, 2, 1)
    with closing(Tickets(saved.empty)) as tickets:
        assert {one.state for one in tickets.listed(late)} == {State.OPEN}


@pytest.mark.parametrize("days", [30, 31, 400])
def test_an_old_backup_brings_mailboxes_alone(saved: Saved, days: int) -> None:
    kept = saved.backup(NOW)
    assert restore(saved.empty, kept, NOW + days * DAY_S) == Restored(1, 0, 3)
    assert ON_THE_DOOR.encode() not in words_of(saved.empty)
    assert b"zoe@m.example" not in words_of(saved.empty)
    with closing(Tickets(saved.empty)) as tickets:
        tickets.mailboxes.open("ping", saved.box)
        assert tickets.is_silent("ping")
        with pytest.raises(TicketError):
            tickets.by_author(saved.token, NOW + days * DAY_S)


def test_a_backup_that_is_kept_long_holds_no_word(saved: Saved) -> None:
    kept = saved.backup(NOW, with_words=False)
    assert ON_THE_DOOR.encode() not in b"".join(kept)
    assert b"zoe@m.example" not in b"".join(kept)
    assert saved.box.encode() not in b"".join(kept)
    assert restore(saved.empty, kept, NOW) == Restored(1, 0, 0)
    with closing(Tickets(saved.empty)) as tickets:
        assert tickets.is_silent("ping")


def test_taking_no_mailbox_away_makes_no_database(tmp_path: Path) -> None:
    with closing(Tickets(Config(data=tmp_path))) as tickets:
        assert not tickets.mailboxes.remove("ping")
    assert list(tmp_path.iterdir()) == []


def test_a_node_without_corrections_saves_none(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    assert list(lines(config, NOW)) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "kept",
    [
        [], [b"{}\n"], [b"no json\n"], [b'{"schema": "99", "made": 0}\n'],
        [b'{"schema": "3", "made": 1790000000.0}\n', b'{"table": "ticket", "row": {"x": 1}}\n'],
        [b'{"schema": "3", "made": "soon"}\n'], [b'{"schema": "3", "made": NaN}\n', b"[]\n"],
    ],
)  # fmt: skip
def test_what_is_no_such_part_is_refused_whole(saved: Saved, kept: list[bytes]) -> None:
    with pytest.raises(VisitorsDataError, match="mailbox renew"):
        restore(saved.empty, kept, NOW)
    with closing(Tickets(saved.empty)) as tickets:
        assert tickets.listed(NOW) == []


def test_nothing_is_mixed_with_what_is_there(saved: Saved) -> None:
    kept = saved.backup(NOW)
    with pytest.raises(VisitorsDataError, match="already"):
        restore(saved.config, kept, NOW)
    with closing(Tickets(saved.config)) as tickets:
        assert len(tickets.listed(NOW)) == 3
