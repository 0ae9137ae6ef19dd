"""What an address asks for and does not get is said: a sentence on pages, a refusal with data."""

import pytest
from flask.testing import FlaskClient

from tests.registry.web.network_of_tests import plain

HERE = "pres=43.5,6.4"


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (f"ou=Lyon&{HERE}", "« Lyon » n'est pas pris en compte : la recherche se fait autour"),
        (f"q=imprimer à Lyon&{HERE}", "« à Lyon » n'est pas pris en compte : la recherche se fait"),
        ("ou=Lyon&bbox=1,42,8,50", "« Lyon » n'est pas pris en compte : la recherche porte sur"),
        (
            "ou=Bretagne&rayon=20",
            "« dans un rayon de 20 km » n'est pas pris en compte : dites à partir de quelle",
        ),
        (
            "rayon=20",
            "« dans un rayon de 20 km » n'est pas pris en compte : dites à partir de quelle",
        ),
        ("bbox=1,42,8,50&rayon=20", "« dans un rayon de 20 km » n'est pas pris en compte."),
        ("ouvert=1&quand=2026-03-04T10:00", "« Ouvert maintenant » n'est pas pris en compte"),
        ("page=99", "Il n'y a pas de page 99 : voici la dernière."),
        ("departements=83", "Cette page ne tient pas compte de « departements », dans son adresse"),
        ("q=wifi&q=imprimer", "Cette page ne tient pas compte de « q », dans son adresse."),
    ],
)
def test_a_page_says_what_it_does_not_take_into_account(
    visitor: FlaskClient, view: str, said: str
) -> None:
    page = visitor.get(f"/lieux?{view}")
    assert page.status_code == 200
    assert plain(said) in plain(page.text)


@pytest.mark.parametrize(
    "view",
    [
        "",
        "q=imprimer&ou=Draguignan&rayon=20",
        HERE,
        f"{HERE}&rayon=5",
        f"ou=autour de moi&{HERE}",
        f"q=imprimer près de moi&{HERE}",
        "utm_source=lettre",
        "page=1",
        "vue=carte",
    ],
)
def test_it_says_nothing_else(visitor: FlaskClient, view: str) -> None:
    page = plain(visitor.get(f"/lieux?{view}").text)
    assert "pas pris en compte" not in page
    assert "ne tient pas compte" not in page
    assert "Il n'y a pas de page" not in page


@pytest.mark.parametrize("path", ["/", "/reseau", "/moissons", "/qualite", "/pole/zinc"])
def test_every_page_says_which_parameters_it_has_not(visitor: FlaskClient, path: str) -> None:
    page = visitor.get(f"{path}?servise=x&fait=y")
    assert "ne tient pas compte de « servise »" in plain(page.text)
    assert "ne tient pas compte" not in plain(visitor.get(path).text)


def test_a_page_that_is_not_there_says_nothing_of_parameters(visitor: FlaskClient) -> None:
    page = visitor.get("/rien?servise=x", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "ne tient pas compte" not in plain(page.text)


@pytest.mark.parametrize(
    "path", ["/lieux.json", "/lieux.csv", "/lieux.geojson", "/carte.json", "/carte/fond.json"]
)
def test_data_refuse_a_parameter_that_they_have_not(visitor: FlaskClient, path: str) -> None:
    for view in ("departements=83", "cadr=1,42,8,50", "q=wifi&q=imprimer"):
        refused = visitor.get(f"{path}?{view}")
        assert refused.status_code == 400
        assert view.partition("=")[0] in refused.text
    assert visitor.get(f"{path}?utm_source=lettre").status_code == 200


@pytest.mark.parametrize(
    ("view", "shown"),
    [("departement%0A=83", r"« departement\n »"), ("=83", "« = »"), ("%E2%80%AE=1", r"« \u202e »")],
)
def test_a_name_that_cannot_be_seen_is_refused_and_written(
    visitor: FlaskClient, view: str, shown: str
) -> None:
    assert visitor.get(f"/lieux.csv?{view}").status_code == 400
    assert f"ne tient pas compte de {shown}" in plain(visitor.get(f"/lieux?{view}").text)


@pytest.mark.parametrize(
    ("view", "ignored"),
    [
        (f"ou=Lyon&{HERE}", ["ou=Lyon"]),
        ("ou=Bretagne&rayon=20", ["rayon=20"]),
        (f"{HERE}&rayon=20", []),
    ],
)
def test_json_names_what_it_does_not_take_into_account(
    visitor: FlaskClient, view: str, ignored: list[str]
) -> None:
    answer = visitor.get(f"/lieux.json?{view}").json
    assert answer is not None
    assert answer["understood"]["not_considered"] == ignored


@pytest.mark.parametrize("beside", [HERE, "bbox=1,42,8,50"])
def test_a_place_beside_a_position_has_no_part_in_the_answer(
    visitor: FlaskClient, beside: str
) -> None:
    answer = visitor.get(f"/lieux.json?ou=Lyon&{beside}").json
    assert answer is not None
    assert answer["understood"]["area"] is None
    file = visitor.get(f"/lieux.csv?ou=Lyon&{beside}")
    assert "lyon" not in file.headers["Content-Disposition"]
    assert 'data-town=""' in visitor.get(f"/lieux?ou=Lyon&{beside}").text


@pytest.mark.parametrize("path", ["/lieux.csv", "/lieux.geojson"])
def test_files_lead_to_how_they_were_understood(visitor: FlaskClient, path: str) -> None:
    link = visitor.get(f"{path}?ou=Lyon&{HERE}").headers["Link"]
    assert 'rel="describedby"; type="application/json"' in link
    assert "/lieux.json?ou=Lyon&pres=43.5%2C6.4" in link
