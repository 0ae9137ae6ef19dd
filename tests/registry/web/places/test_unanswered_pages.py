"""Pages that found nothing count the words of the question, and nothing else."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from registry.web.site import clock
from tests.registry.web.network_of_tests import SmallNode, harvest
from tests.registry.web.places.test_results import at_draguignan


def counted(node: SmallNode) -> list[str]:
    found = node.state.unanswered.questions(clock.now().date())
    return [question.words for question in found]


@pytest.fixture
def var(node: SmallNode, client: FlaskClient) -> FlaskClient:
    harvest(node, "ping", [at_draguignan("1")])
    return client


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("q=coiffeur", ["coiffeur"]),
        ("q=coiffeur&ou=Draguignan", ["coiffeur"]),
        ("q=coiffeur+à+Draguignan", ["coiffeur"]),
    ],
)
def test_words_that_found_nothing_are_counted(
    node: SmallNode, var: FlaskClient, view: str, words: list[str]
) -> None:
    assert var.get(f"/lieux?{view}").status_code == 200
    assert counted(node) == words


@pytest.mark.parametrize(
    "view",
    ["q=impôts", "q=coiffeur&ou=Zzyzx", "q=coiffeur&ou=London", "q=coiffeur&ou=St+Denis",
     "q=coiffeur&frais=gratuit", "q=", "q=coiffeur&ou=autour+de+moi",
     "q=coiffeur+à+Draguignan+06+12+34+56+78", "q=coiffeur+à+5+km+de+Draguignan",
     "q=12+rue+Foch+83300+Draguignan", "q=coiffeur&ou=Draguignan&rayon=3",
     "q=coiffeur&mots=1", "q=coiffeur&bbox=0,0,0,0"],
)  # fmt: skip
def test_the_place_and_what_was_answered_are_not_counted(
    node: SmallNode, var: FlaskClient, view: str
) -> None:
    assert var.get(f"/lieux?{view}").status_code == 200
    assert counted(node) == []


def test_files_are_not_counted(node: SmallNode, var: FlaskClient) -> None:
    assert var.get("/lieux.json?q=coiffeur").status_code == 200
    assert counted(node) == []


def test_who_wants_none_keeps_none_and_the_page_says_what_is_kept(
    node: SmallNode, var: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "trente jours" in var.get("/a-propos").text
    monkeypatch.setattr(node, "config", replace(node.config, unanswered=False))
    assert var.get("/lieux?q=coiffeur").status_code == 200
    assert counted(node) == []
    assert "trente jours" not in var.get("/a-propos").text
