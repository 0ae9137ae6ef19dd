"""Towns of one name: which one the list is about is said before it, with the others to choose."""

import re

import pytest
from flask.testing import FlaskClient

from tests.registry.web.network_of_tests import plain

ASKS = "Plusieurs communes s'appellent « Saint-Pierre » : voici Saint-Pierre (La Réunion)."


@pytest.mark.parametrize("view", ["ou=Saint-Pierre", "q=imprimer&ou=Saint-Pierre"])
def test_who_means_another_town_sees_it_first(visitor: FlaskClient, view: str) -> None:
    page = plain(visitor.get(f"/lieux?{view}").text)
    told = page[page.index('class="understood"') : page.index('class="chips filters-line"')]
    assert ASKS in told
    assert told.index(ASKS) < told.index("Vous cherchez")
    others = re.findall(r'href="/lieux\?[^"]*">(Saint-Pierre \([^)]*\))', told)
    assert others[:2] == ["Saint-Pierre (Saint-Pierre-et-Miquelon)", "Saint-Pierre (Martinique)"]
    assert "Autres lieux" not in told


@pytest.mark.parametrize("typed", ["Saint-Paul", "Draguignan", "Saint-Pierre (Martinique)"])
def test_nobody_is_asked_about_villages_or_what_is_clear(visitor: FlaskClient, typed: str) -> None:
    page = visitor.get(f"/lieux?ou={typed}").text
    assert "communes s’appellent" not in page
