"""SERVICE blocks that the search index answers, asked over the endpoint as any client asks."""

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.blocks import answering
from registry.node import Node
from registry.settings.config import Config
from registry.store.queries import Insertion, with_insertions
from registry.web.app import create_app
from tests.registry.web.network_of_tests import (
    NOON,
    REUNION,
    RICH,
    add_source,
    harvest,
    own_record,
    plain,
)
from vocab.mapping import place_record

BASE = "http://maillage.example/"
SPACE = f"{BASE}id/"
PREFIXES = """PREFIX med: <https://w3id.org/mediation-numerique/ns#>
PREFIX schema: <https://schema.org/>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX geof: <http://www.opengis.net/def/function/geosparql/>
"""
TABLES = "application/sparql-results+json"
CENTER = 'med:center "POINT(5.38 43.30)"^^geo:wktLiteral'
AROUND = f"SERVICE med:around {{ ?p {CENTER} ; med:radiusKm 5 ; med:distanceKm ?km }}"
NEAREST = f"SERVICE med:nearest {{ ?p {CENTER} ; med:count 2 ; med:distanceKm ?km }}"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
XSD = "http://www.w3.org/2001/XMLSchema#"
ROWS = [
    RICH,
    RICH | {"id": "port", "nom": "Le Port", "latitude": "43.2951", "longitude": "5.3740"},
    RICH | {"id": "aix", "nom": "Aix", "commune": "Aix-en-Provence", "code_postal": "13100",
            "code_insee": "13001", "latitude": "43.5263", "longitude": "5.4454"},
    REUNION,
    {name: value for name, value in REUNION.items() if not name.endswith("itude")}
    | {"id": "sans-position"},
]  # fmt: skip


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    config = Config(data=tmp_path_factory.mktemp("node"), base_url=BASE, namespace=SPACE)
    with Node.open(config) as node:
        pole = add_source(node, "zinc", SPACE)
        records = [place_record(row, pole) for row in ROWS]
        harvest(node, "zinc", [own_record("zinc", SPACE), *records])
        node.follow()
        yield node


@pytest.fixture(scope="module")
def client(node: Node) -> FlaskClient:
    return create_app(node).test_client()


def asked(client: FlaskClient, query: str, lang: str = "en") -> TestResponse:
    headers = {"Accept": f"{TABLES}, application/problem+json;q=0.9", "Accept-Language": lang}
    form = {"query": PREFIXES + query}
    return client.post("/en/sparql" if lang == "en" else "/sparql", data=form, headers=headers)


def rows(client: FlaskClient, query: str) -> list[tuple[str, ...]]:
    answer = asked(client, query)
    assert answer.status_code == 200, answer.text
    found = json.loads(answer.text)
    names = found["head"]["vars"]
    bound = found["results"]["bindings"]
    values = ([one.get(name, {}).get("value", "") for name in names] for one in bound)
    return [tuple(value.removeprefix(f"{SPACE}place/") for value in row) for row in values]


@pytest.mark.parametrize(
    "block",
    [
        AROUND,
        AROUND.replace("SERVICE", "service silent"),
        AROUND.replace("med:around", "<https://w3id.org/mediation-numerique/ns#around>"),
        AROUND.replace(" ; ", " .\n ?p "),
        AROUND.replace("?km }", "?km ; }").replace("5 ;", "5.0 ;"),
        AROUND.replace("?km }", "?km. }"),
        AROUND.replace("^^geo:wktLiteral", "").replace("5 ;", f'"5"^^<{XSD}integer>;'),
        AROUND.replace('"POINT', f'"""<{CRS84}> point').replace('30)"', '30)"""'),
        f"{{ {AROUND} }} UNION {{ ?p schema:name ?km FILTER(false) }}",
        f"{{ SELECT ?p ?km {{ {AROUND} }} }}",
        f"# SERVICE med:around {{ ?p\n{AROUND}",
        f'BIND("SERVICE med:around {{" AS ?text) {AROUND}',
        NEAREST.replace("med:count 2", "med:count 9 ; med:radiusKm 5"),
        NEAREST,
    ],
)  # fmt: skip
def test_places_around_a_point_come_with_their_distance(client: FlaskClient, block: str) -> None:
    query = f"SELECT ?p ?km ?name {{ {block}\n ?p a med:Place ; schema:name ?name }} ORDER BY ?km"
    assert rows(client, query) == [
        ("port", "0.73", "Le Port"),
        ("riche", "1.32", "Le Bus numérique"),
    ]


def test_the_distance_is_that_of_geosparql(client: FlaskClient) -> None:
    metres = (
        f"SELECT ?p ?km ?m {{ {AROUND.replace('Km 5', 'Km 20000')} ?p geo:hasGeometry/geo:asWKT ?w"
        ' BIND(geof:distance(?w, "POINT(5.38 43.30)"^^geo:wktLiteral,'
        " <http://www.opengis.net/def/uom/OGC/1.0/metre>) AS ?m) }"
    )
    found = rows(client, metres)
    assert {one[0] for one in found} == {"port", "riche", "aix", "reunion"}
    for _name, km, metre in found:
        assert float(km) == pytest.approx(float(metre) / 1000, rel=0.003, abs=0.001)


def test_a_box_and_a_bound_variable_join_like_any_pattern(client: FlaskClient) -> None:
    box = (
        'SERVICE med:box { ?p med:southWest "POINT(5 43)" ; med:northEast "POINT(6 43.4)" }'
        ' ?p schema:name "Le Port"@fr'
    )
    assert rows(client, f"SELECT ?p {{ {box} }}") == [("port",)]
    missing = f"SELECT ?p {{ ?p a med:Place MINUS {{ {AROUND} }} }} ORDER BY ?p"
    assert rows(client, missing) == [("aix",), ("reunion",), ("sans-position",)]


def test_words_are_understood_as_on_the_site(client: FlaskClient) -> None:
    search = (
        'SERVICE med:search { ?p med:words "cours d\'informatique" ; med:where "Marseille" ;'
        " med:rank ?rank ; med:distanceKm ?km }"
    )
    found = rows(client, f"SELECT ?p ?rank ?km {{ {search} ?p a med:Place }} ORDER BY ?rank")
    page = client.get("/lieux?q=cours d'informatique&ou=Marseille").text
    listed = {name: page.find(f'/pole/zinc/place/{name}"') for name, *_ in found}
    assert min(listed.values()) > 0
    assert [one[0] for one in found] == sorted(listed, key=lambda name: listed[name])
    assert [one[1] for one in found] == [str(rank) for rank in range(1, len(found) + 1)]
    assert len(found) >= 2
    assert all(float(km) < 80 for _, _, km in found)
    first = search.replace("med:rank", "med:count 1 ; med:rank")
    assert rows(client, f"SELECT ?p ?rank {{ {first} }}") == [found[0][:2]]


def test_no_place_is_no_row(client: FlaskClient) -> None:
    far = AROUND.replace("5.38 43.30", "-150 0")
    assert rows(client, f"SELECT ?p ?km {{ {far} }}") == []
    unmeasured = 'SERVICE med:search { ?p med:words "bus" ; med:distanceKm ?km }'
    assert rows(client, f"SELECT ?p ?km {{ {unmeasured} }}") == [("riche", "")]


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("SERVICE med:around { }", "line 6: the block SERVICE med:around cannot be read"),
        ("SERVICE med:around", "cannot be read"),
        (f"SERVICE med:around {{ ?p {CENTER}", "cannot be read"),
        (f"SERVICE med:around {{ ?p {CENTER} }}", "such as: ?place med:center"),
        (AROUND.replace("?km", "4"), "cannot be read"),
        (AROUND.replace("5 ;", "?radius ;"), "cannot be read"),
        (AROUND.replace("?km", "?p"), "cannot be read"),
        (AROUND.replace("?p med:center", "<x:y> med:center"), "cannot be read"),
        (AROUND.replace("med:radiusKm", "schema:name"), "cannot be read"),
        (AROUND.replace("med:radiusKm 5", "med:radiusKm 5 ; med:radiusKm 6"), "cannot be read"),
        (AROUND.replace("med:radiusKm 5", "med:radiusKm 5 ; med:count 3"), "cannot be read"),
        (AROUND.replace("}", "FILTER(?km < 3) }"), "cannot be read"),
        (AROUND.replace("}", "SERVICE <http://127.0.0.1:1/> {} }"), "cannot be read"),
        (AROUND.replace("wktLiteral", "gmlLiteral"), "cannot be read"),
        (AROUND.replace("Km 5", "Km 0"), "med:radiusKm is a number above 0"),
        (AROUND.replace("Km 5", 'Km "far"'), "it says “far”"),
        (AROUND.replace("Km 5", "Km 30000"), "20015.1 at most"),
        (
            f"SERVICE med:nearest {{ ?p {CENTER} ; med:count 2.5 }}",
            "med:count is a whole number; it says “2.5”",
        ),
        (
            'SERVICE med:search { ?p med:words "bus" ; med:count 0.5 }',
            "med:count is a whole number; it says “0.5”",
        ),
        (AROUND.replace("POINT(5.38 43.30)", "POINT(43.30 95.38)"), "longitude first"),
        (AROUND.replace("POINT(5.38 43.30)", "Marseille"), "it says “Marseille”"),
        (AROUND.replace("POINT", "\\u0050OINT"), "write the characters of a query"),
        (f"{AROUND} " * 5, "4 blocks of the search index at most; this one has 5"),
        (
            'SERVICE med:box { ?p med:southWest "POINT(5 44)" ; med:northEast "POINT(6 43)" }',
            "line 6: med:southWest lies north of med:northEast",
        ),
        (
            'SERVICE med:search { ?p med:words "bus" ; med:where "Xqzwyk" }',
            "the place that the block SERVICE med:search names is not known",
        ),
        (
            'SERVICE med:search { ?p med:words "bus" ; med:where "Saint-Denis" }',
            "several places bear that name: ",
        ),
        ("SERVICE med:other { ?p ?q ?r }", "SERVICE is refused"),
        ("SERVICE <http://127.0.0.1:1/> { ?p ?q ?r }", "answers only med:around"),
        (f"{AROUND} SERVICE <http://127.0.0.1:1/> {{ }}", "SERVICE is refused"),
    ],
)
def test_a_block_that_is_wrong_says_where_and_what_is_right(
    client: FlaskClient, block: str, said: str
) -> None:
    answer = asked(client, f"SELECT ?p\nWHERE {{ {block} }}")
    assert answer.status_code == 400
    assert answer.json is not None
    assert said in answer.json["detail"]


@pytest.mark.parametrize(
    "wrong",
    ["{block} ?p schema:name name .", "{block} ?p\n schema:name name .", "{block} x:y",
     "?p name {block} .", "{block} ?p a ?q . {block} ?p a name {block}", "{block} FILTER(?p < )"],
)  # fmt: skip
def test_what_is_wrong_beside_a_block_is_said_where_it_stands(
    client: FlaskClient, wrong: str
) -> None:
    texts = (AROUND, " " * len(AROUND))
    answers = [asked(client, f"SELECT ?p {{ {wrong.format(block=block)} }}") for block in texts]
    assert [answer.status_code for answer in answers] == [400, 400]
    with_block, without = (str(answer.json and answer.json["detail"]) for answer in answers)
    assert "column" in with_block
    assert with_block == without


def test_without_the_prefix_it_is_another_service(client: FlaskClient) -> None:
    answer = client.get(
        "/sparql", query_string={"query": "SELECT * { SERVICE med:box { } }"},
        headers={"Accept": "application/problem+json"},
    )  # fmt: skip
    assert answer.status_code == 400
    assert answer.json is not None
    assert "med:around" in answer.json["detail"]


def test_what_is_wrong_is_said_in_french(client: FlaskClient) -> None:
    answer = asked(client, "SELECT ?p { SERVICE med:around { ?p med:radiusKm 5 } }", "fr")
    assert answer.json is not None
    assert plain(answer.json["detail"]).startswith("ligne 5 : le bloc SERVICE med:around")


def test_too_many_places_are_refused_not_cut(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "MOST_PLACES", 1)
    answer = asked(client, f"SELECT ?p {{ {AROUND} }}")
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["detail"].startswith(
        "line 5: the block SERVICE med:around gives more than 1"
    )


def test_an_index_behind_the_store_is_waited_for_then_told(
    node: Node, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "_WAIT_S", 0.1)
    add_source(node, "late", "https://late.example/id/")
    harvest(node, "late", [own_record("late", "https://late.example/id/")], now=NOON)
    assert node.index.applied() == node.ledger.head()
    assert node.store.shows() != node.ledger.head()
    answer = asked(client, f"SELECT ?p {{ {AROUND} }}")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.json is not None
    assert "do not show the same state yet" in answer.json["detail"]
    node.follow()
    assert asked(client, f"SELECT ?p {{ {AROUND} }}").status_code == 200


def test_what_a_block_gives_does_not_count_as_text_of_the_query(client: FlaskClient) -> None:
    long = f"# {'x' * 31_000}\n"
    assert len(rows(client, f"{long} SELECT ?p {{ {AROUND} }}")) == 2


def test_insertions_stand_where_they_are_put() -> None:
    found = with_insertions("{    } {    }", (Insertion(1, "a"), Insertion(8, "b")))
    assert found.split() == ["{", "a", "}", "{", "b", "}"]
