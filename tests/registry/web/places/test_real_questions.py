"""Real questions asked of real places: the first result offers what is asked, where it is asked."""

import csv
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from flask.testing import FlaskClient

from bench.imports import files, mapping_of
from harvester.tabular.importing import import_file
from registry.find.places import locate
from registry.node import Node
from registry.search.positions import great_circle_km
from registry.search.query import PlaceView
from registry.web.app import create_app
from tests.registry.web.network_of_tests import SmallNode, add_source, harvest, open_node, plain
from vocab.namespaces import SCHEMES
from vocab.text import words

pytestmark = pytest.mark.realdata
_FILES = ("france-services_2024", "bibliotheques-publiques_2020", "le-havre_2024", "hinaura_2023",
          "hub-du-sud_2025", "tiers-lieux", "data-inclusion")  # fmt: skip
_FARTHEST_KM = 80.0

QUESTIONS = """
payer mes impôts en ligne           | Draguignan
impôts en ligne                     | 83300
déclarer mes impots                 | Marseille
RSA                                 | draguinan
rsa marseille                       |
CAF                                 | Marseille
carte grise                         | Lyon
titre de séjour                     | Paris 13
retraite                            | le havre
mot de passe oublié ameli           | Nantes
demarches en ligne                  | Bourg en Bresse
imprimer un papier à Marseille      |
imprimer un CV                      | Aix-en-Provence
wifi lyon 3e                        |
accès internet                      | Toulon
apprendre à utiliser ma tablette    | Lyon
cours pour seniors                  | le havre
contrôle parental                   | Marseille
chercher un emploi                  | Nice
fablab nantes                       |
bibliotheque draguignan             |
mediatheque trans en provence       |
france services muy                 |
maison france services              | Var
coworking                           | Bretagne
"""


@pytest.fixture(scope="module")
def real_node(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallNode]:
    node = open_node(tmp_path_factory.mktemp("real"))
    pole = add_source(node, "ping", "https://ping.example/id/")
    records = {
        record.iri: record
        for path in files(real_data / "places")
        if path.name.startswith(_FILES)
        for record in import_file(path, pole, mapping_of(path)).records
    }
    assert len(records) > 5_000
    harvest(node, "ping", records.values())
    yield node
    node.close()


@pytest.fixture(scope="module")
def visitor(real_node: SmallNode) -> FlaskClient:
    return create_app(cast("Node", real_node)).test_client()


def questions() -> list[tuple[str, str]]:
    lines = [line.partition("|") for line in QUESTIONS.strip().split("\n")]
    return [(need.strip(), where.strip()) for need, _, where in lines]


def offers(place: PlaceView) -> set[str]:
    return {iri.removeprefix(SCHEMES) for iri in (*place.services, *place.types)}


def is_called_so(place: PlaceView, need: str, kinds: set[str]) -> bool:
    """Whether a kind of organisation was asked for, and the place has it in its name."""
    is_of_kind = any(name.startswith("typologie/") for name in kinds)
    return is_of_kind and bool(set(words(need)) & set(words(place.name)))


def is_there(place: PlaceView, area: dict[str, object], asked: str) -> bool:
    located = locate(asked) if asked else None
    if area["latitude"] is None:
        found = located.areas[0] if located else None
        return found is None or place.departement in (found.departement or place.departement)
    position = place.latitude, place.longitude
    if None in position:
        return place.commune != ""
    middle = cast("tuple[float, float]", (area["latitude"], area["longitude"]))
    return great_circle_km(middle, cast("tuple[float, float]", position)) <= _FARTHEST_KM


@pytest.mark.parametrize(("need", "where"), questions())
def test_the_first_place_offers_what_is_asked_and_is_there(
    real_node: SmallNode, visitor: FlaskClient, need: str, where: str
) -> None:
    asked = {"q": need, "ou": where}
    answer = json.loads(visitor.get("/lieux.json", query_string=asked).data)
    first = answer["places"][0]
    place = real_node.index.place(first["iri"])
    assert place is not None
    meant = {iri.removeprefix(SCHEMES) for iri in answer["understood"]["services"]}
    kinds = {name for name in meant if name.startswith(("services/", "typologie/"))}
    assert offers(place) & kinds or is_called_so(place, need, kinds), (place.name, meant)
    assert is_there(place, answer["understood"]["area"], where)
    page = plain(html.unescape(visitor.get("/lieux", query_string=asked).text))
    card = page.partition('class="place numbered"')[2].partition("</li>")[0]
    assert re.sub(r"\s+", " ", place.name.replace("’", "'"))[:25] in card.replace("\u00a0", " ")
    total = answer["understood"]["total"]
    assert re.search(rf'id="total"[^>]*>{total} ', page.replace("\u202f", ""))


def test_the_questions_are_those_of_the_design(real_data: Path) -> None:
    path = real_data.parent / "design" / "search-phrases.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        phrases = {row["phrase"] for row in csv.DictReader(stream, delimiter=";")}
    assert len([need for need, _ in questions() if need in phrases]) >= 20
