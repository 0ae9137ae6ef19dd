"""Files of places are named after what they hold, in ASCII, whatever was typed."""

import re

import pytest
from flask.testing import FlaskClient

_SAFE = re.compile(r'attachment; filename="[a-z0-9-]{1,60}\.(csv|json|geojson)"')


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("/lieux.csv", "lieux.csv"),
        ("/lieux.csv?variante=excel", "lieux.csv"),
        ("/lieux.csv?ou=Bouches-du-Rhône", "lieux-bouches-du-rhone.csv"),
        ("/lieux.csv?ou=13", "lieux-bouches-du-rhone.csv"),
        ("/lieux.json?q=wifi&ou=Marseille", "lieux-wifi-marseille.json"),
        ("/lieux.geojson?frais=gratuit", "lieux-gratuit.geojson"),
        ("/lieux.csv?departement=13", "lieux-bouches-du-rhone-13.csv"),
        ("/lieux.csv?pole=zinc&q=impôts", "lieux-impots-zinc.csv"),
    ],
)
def test_a_file_is_named_after_what_it_holds(visitor: FlaskClient, asked: str, name: str) -> None:
    answer = visitor.get(asked)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize(
    "typed",
    ['"; filename="x.exe', "a%0d%0aSet-Cookie:%20a=b", "../../etc/passwd", "图书馆", "x" * 200,
     "atelier " * 24, "%E2%80%AE", "…"],
)  # fmt: skip
def test_no_word_leaves_the_name_of_a_file(visitor: FlaskClient, typed: str) -> None:
    for asked in (f"/lieux.csv?q={typed}", f"/lieux.json?ou={typed}"):
        answer = visitor.get(asked)
        assert answer.status_code == 200
        assert _SAFE.fullmatch(answer.headers["Content-Disposition"])
        assert "Set-Cookie" not in answer.headers


def test_a_territory_gives_its_list_as_files_and_to_be_printed(visitor: FlaskClient) -> None:
    page = visitor.get("/couverture/bouches-du-rhone-13").text
    assert 'href="/lieux.csv?ou=13&amp;variante=excel"' in page
    assert 'href="/lieux.csv?ou=13"' in page
    assert "data-print" in page
