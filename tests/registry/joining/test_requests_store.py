"""Requests to join: one for the very same, bounded, answered once, erased in time."""

import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from registry.joining.store import DAY_S, MOST, MOST_LINKS, MOST_OF_MAIL, Requests
from registry.joining.types import Answer, Asked, FullError, JoiningError, State
from registry.settings.config import Config

NOW = 1_790_000_000.0
ASKED = Asked(
    "Médiathèques du Haut-Var", "https://m.example/", "Zoé", "zoe@m.example", "Draguignan", "12",
    "", "Nous avons un tableau.",
)  # fmt: skip
NO = Answer(State.DECLINED, "unverified", "Appelez-nous")


@pytest.fixture
def requests(tmp_path: Path) -> Iterator[Requests]:
    with closing(Requests(Config(data=tmp_path))) as opened:
        yield opened


def test_nothing_is_made_before_the_first_request(requests: Requests, tmp_path: Path) -> None:
    assert requests.listed(NOW) == []
    requests.erase(NOW)
    for reading in (requests.by_number, requests.by_token, requests.withdraw):
        with pytest.raises(JoiningError):
            reading("A" * 43, NOW)
    with pytest.raises(JoiningError), requests.answering("1", NO, NOW):
        pytest.fail("there is nothing to answer")
    assert list(tmp_path.iterdir()) == []
    requests.ask(ASKED, NOW)
    assert stat.S_IMODE((tmp_path / "requests.sqlite").stat().st_mode) == 0o600


def test_the_very_same_is_one_request_and_each_has_a_link(requests: Requests) -> None:
    token, made, is_new = requests.ask(ASKED, NOW)
    again, same, is_second = requests.ask(replace(ASKED, name=" médiathèques DU haut-var"), NOW)
    assert (is_new, is_second, made.number) == (True, False, same.number)
    assert requests.by_token(again, NOW) == requests.by_token(token, NOW)
    # Who does not know all of it learns nothing of it.
    _, other, is_other = requests.ask(replace(ASKED, contact=""), NOW)
    assert is_other
    assert other.number != made.number
    requests.withdraw(again, NOW)
    assert requests.by_token(token, NOW).number == made.number
    requests.withdraw(token, NOW)
    with pytest.raises(JoiningError, match="withdrawn"):
        requests.by_token(token, NOW)
    assert [each.number for each in requests.listed(NOW)] == [other.number]


def test_no_more_is_taken_than_can_be_answered(requests: Requests) -> None:
    for number in range(MOST_OF_MAIL):
        requests.ask(replace(ASKED, words=str(number)), NOW)
    with pytest.raises(FullError, match="mail address"):
        requests.ask(ASKED, NOW)
    for _ in range(MOST_LINKS - 1):
        requests.ask(replace(ASKED, words="0"), NOW)
    with pytest.raises(FullError, match="very request"):
        requests.ask(replace(ASKED, words="0"), NOW)
    for number in range(MOST - MOST_OF_MAIL):
        requests.ask(replace(ASKED, mail=f"a{number}@b.example"), NOW)
    with pytest.raises(FullError, match="too many"):
        requests.ask(replace(ASKED, mail="last@b.example"), NOW)


def test_an_answer_is_given_once_and_only_with_what_it_promises(requests: Requests) -> None:
    number = requests.ask(ASKED, NOW)[1].number
    with (
        pytest.raises(RuntimeError),
        requests.answering(number, Answer(State.ACCEPTED, pole="m"), NOW),
    ):
        raise RuntimeError
    assert requests.by_number(number, NOW).is_waiting
    for wrong in (replace(NO, reason="why not"), replace(NO, reply="x" * 1_001)):
        with pytest.raises(JoiningError), requests.answering(number, wrong, NOW):
            pytest.fail("it has no sense")
    with requests.answering(number, NO, NOW):
        pass
    found = requests.by_number(number, NOW)
    assert (found.state, found.reason, found.reply) == ("declined", "unverified", "Appelez-nous")
    with pytest.raises(JoiningError, match="meanwhile"), requests.answering(number, NO, NOW):
        pytest.fail("it was answered")
    assert requests.ask(ASKED, NOW)[2]  # asked anew, it is another


@pytest.mark.parametrize(("answered", "days"), [(True, 30), (False, 365)])
def test_what_is_over_is_erased(
    requests: Requests, tmp_path: Path, answered: bool, days: int
) -> None:
    token, made, _ = requests.ask(ASKED, NOW)
    if answered:
        with requests.answering(made.number, NO, NOW):
            pass
    assert requests.by_token(token, NOW + days * DAY_S - 1)
    after = NOW + days * DAY_S
    with pytest.raises(JoiningError):
        requests.by_token(token, after)
    assert requests.listed(after) == []
    requests.erase(after)
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("requests.sqlite*"))
    assert b"zoe@m.example" not in kept
