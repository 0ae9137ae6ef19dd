"""An optional property is added end to end by changing four files, and nothing else."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shapes.generate import GENERATED

ROOT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(
    ".*", "__pycache__", "build", "dist", "*.egg-info", "demo-data", "bench", "samples"
)
PREFIX = "https://w3id.org/mediation-numerique"
TABLE = """
[[property]]
name = "stationnement_pmr"
property = "med:accessibleParking"
kind = "boolean"
column = true
exported = true
title_fr = "Stationnement PMR"
title_en = "Accessible parking"
definition_fr = "Une place est réservée près du lieu aux personnes à mobilité réduite."
definition_en = "A parking space near the place is reserved for people with reduced mobility."
example = "oui"
group = "access"
facet = "stationnement"

[property.rule]
code = "MED-P100"
severity = "Violation"
"""
TERM = """
med:accessibleParking a owl:DatatypeProperty ;
  rdfs:domain med:Place ;
  rdfs:range xsd:boolean ;
  rdfs:label "stationnement PMR"@fr , "accessible parking"@en ;
  skos:definition "Une place de stationnement est réservée aux personnes à mobilité réduite."@fr ,
    "A parking space is reserved for people with reduced mobility."@en ;
  skos:example "<place/7> med:accessibleParking true ." ;
  dct:source "Maillage, docs/properties.md" ;
  vs:term_status "testing" ;
  rdfs:isDefinedBy <https://w3id.org/mediation-numerique/ns> .
"""
EXAMPLE = """
[rule.MED-P100]
property = "med:accessibleParking"
valid = [["true"], ["false"]]
invalid = [['"peut-être"'], ["true", "false"], ["2"]]
near = [['"1"^^xsd:boolean']]
"""
CHANGE = "- **Parking for people with reduced mobility** is read, checked, shown and filtered by.\n"
BY_HAND = {
    "vocab/properties.toml": TABLE,
    "vocab/ontology.ttl": TERM,
    "shapes/examples.toml": EXAMPLE,
    "CHANGELOG.md": CHANGE,
}
HEAD = (
    "id,nom,adresse,code_postal,commune,code_insee,latitude,longitude,date_maj,pivot,"
    "stationnement_pmr\n"
)
PLACE = (
    "{id},Lieu {id},1 rue du Port,44000,Nantes,44109,47.21,-1.55,2024-05-01,00000000000000,{said}\n"
)
SHEET = HEAD + "".join(
    PLACE.format(id=local, said=said)
    for local, said in (("a", "oui"), ("b", "Non"), ("c", ""), ("d", "peut-être"))
)
PAGES = """
import json, sys
from pathlib import Path
from registry.node import Node
from registry.settings.config import load
from registry.web.app import create_app
with Node.open(load(Path("maillage.toml"))) as node:
    web = create_app(node).test_client()
    print(json.dumps({path: web.get(path).text for path in sys.argv[1:]}))
"""


def contents(root: Path) -> dict[str, bytes]:
    """Every file that was copied, without what running leaves behind."""
    files = (file for file in root.rglob("*") if file.is_file())
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in files
        if "__pycache__" not in file.parts
    }


def run(tree: Path, folder: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=120,
        env={"PYTHONPATH": str(tree), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with one more property."""
    copy = tmp_path_factory.mktemp("tree") / "maillage"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    before = contents(copy)
    for name, text in BY_HAND.items():
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write(text)
    run(copy, copy, "-m", "shapes.generate")
    after = contents(copy)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    generated = {file.relative_to(ROOT).as_posix() for file in GENERATED}
    assert changed - generated == set(BY_HAND), "four files, changed by hand"
    assert len(BY_HAND) <= 4
    assert generated - changed == {"shapes/lists.ttl"}
    return copy


@pytest.fixture(scope="module")
def node(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a pole that imported a sheet with the new column and published it."""
    folder = tmp_path_factory.mktemp("node")
    (folder / "maillage.toml").write_text(
        '[node]\nslug = "pole"\ndata = "data"\nbase_url = "https://pole.example/"\n'
        '[pole]\nname = "Pôle"\n', encoding="utf-8",
    )  # fmt: skip
    (folder / "lieux.csv").write_text(SHEET, encoding="utf-8")
    told = run(tree, folder, "-m", "maillage", "--lang", "fr", "import", "lieux.csv")
    assert "peut-être" in told
    assert "stationnement_pmr" in told
    run(tree, folder, "-m", "maillage", "publish", "site")
    return folder


@pytest.mark.slow
def test_an_added_property_is_in_the_context_and_the_pages_of_documentation(tree: Path) -> None:
    context = json.loads((tree / "vocab" / "context.jsonld").read_text(encoding="utf-8"))
    assert context["@context"]["accessibleParking"] == {
        "@id": "med:accessibleParking",
        "@type": "xsd:boolean",
    }
    rules = (tree / "docs" / "rules.md").read_text(encoding="utf-8")
    assert "### MED-P100\n\n**Stationnement PMR** / **Accessible parking** — Violation" in rules
    assert "`stationnement_pmr`" in (tree / "docs" / "properties.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_project_s_own_tests_hold_with_an_added_property(tree: Path) -> None:
    """Its term explains itself, its rule has examples that keep and break it, and so on."""
    tests = ("shapes/test_generated.py", "shapes/test_rules.py", "vocab/test_vocab_context.py")
    paths = (f"tests/{test}" for test in tests)
    run(tree, tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n0", *paths)


@pytest.mark.slow
def test_an_added_property_is_read_and_published(node: Path) -> None:
    dumps = {file.name: file.read_bytes() for file in (node / "site" / "dumps").iterdir()}
    rows = list(csv.DictReader(dumps["places.csv"].decode().splitlines()))
    assert list(rows[0])[-1] == "stationnement_pmr"
    assert [row["stationnement_pmr"] for row in rows] == ["true", "false", "", ""]
    turtle = dumps["places.ttl"].decode()
    assert turtle.count('med:accessibleParking "true"^^xsd:boolean') == 1
    assert turtle.count("med:accessibleParking") == 2
    features = json.loads(dumps["places.geojson"])["features"]
    assert [each["properties"].get("stationnement_pmr") for each in features] == [
        "true",
        "false",
        None,
        None,
    ]


@pytest.mark.slow
def test_an_added_property_is_shown_and_filters(tree: Path, node: Path) -> None:
    paths = (
        "/pole/pole/place/a", "/en/pole/pole/place/a", "/pole/pole/place/c", "/lieux",
        "/lieux?stationnement=oui", "/en/lieux?stationnement=non", "/lieux.json?stationnement=oui",
    )  # fmt: skip
    pages = json.loads(run(tree, node, "-c", PAGES, *paths))
    french, english, silent, whole, with_it, without, exported = (pages[path] for path in paths)
    assert "<h3>Stationnement PMR</h3>" in french
    assert "<li>Oui</li>" in french
    assert "<h3>Accessible parking</h3>" in english
    assert "<li>Yes</li>" in english
    assert "Stationnement PMR" not in silent
    assert 'name="stationnement" value="oui"' in whole
    assert "Lieu a" in with_it
    assert not any(f">Lieu {other}<" in with_it for other in "bcd")
    assert "Lieu b" in without
    assert "Accessible parking" in without
    assert [place["stationnement_pmr"] for place in json.loads(exported)["places"]] == [True]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "refused"), [("true", False), ('"peut-être"', True), ("true, false", True)]
)
def test_a_bad_value_is_refused_by_the_rule_of_its_own(
    tree: Path, tmp_path: Path, value: str, refused: bool
) -> None:
    file = tmp_path / "lieu.ttl"
    file.write_text(
        f"@prefix med: <{PREFIX}/ns#> .\n@prefix schema: <https://schema.org/> .\n"
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        "<https://pole.example/id/place/a> a med:Place ; med:statedBy "
        '<https://pole.example/id/pole> ; dct:identifier "a" ; schema:name "A"@fr ; '
        "schema:address <https://pole.example/id/place/a#address> ; "
        f"med:accessibleParking {value} .\n"
        "<https://pole.example/id/place/a#address> a schema:PostalAddress ; "
        'schema:addressLocality "Nantes"@fr ; schema:postalCode "44000" .\n', encoding="utf-8",
    )  # fmt: skip
    told = run(
        tree, tmp_path, "-m", "maillage", "--lang", "fr", "validate", "lieu.ttl", code=int(refused)
    )
    assert ("MED-P100" in told) == refused
    assert ("n'est ni oui ni non" in told) == refused
