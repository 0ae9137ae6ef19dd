"""What lies beside the stream: dumps, catalogue, human page, the pole's own record."""

import csv
import gzip
import hashlib
import io
import json
import re
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import cast

import frictionless
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.publish import publisher
from registry.publish.chunks import chunks
from registry.publish.gzip_join import deflate, joined_gzip
from registry.publish.pole import PoleDescription, pole_record
from registry.publish.publisher import publish
from shapes.verdicts import validate
from tests.conftest import ROOT
from tests.registry.publish.feed_reader import select
from tests.registry.publish.feed_samples import POLE, MemoryLog, place
from vocab.errors import UsageError
from vocab.mapping import national_row
from vocab.namespaces import expand
from vocab.records import line_of


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pole and 300 places, one of them deleted, one without position, one with a formula."""
    log = MemoryLog()
    log.put(pole_record(POLE))
    for number in range(300):
        log.put(place(number))
    log.put(place(300, latitude="", longitude=""))
    log.put(place(301, name="=HYPERLINK(1)"))
    log.delete(place(5).iri)
    folder = tmp_path_factory.mktemp("feed")
    publish(log, POLE, folder)
    return folder


@pytest.fixture(scope="module")
def state() -> set[str]:
    numbers = [number for number in range(302) if number != 5]
    records = [pole_record(POLE), *map(place, numbers)]
    special = {place(300).iri: place(300, latitude="", longitude="")}
    special[place(301).iri] = place(301, name="=HYPERLINK(1)")
    return {line for record in records for line in special.get(record.iri, record).lines}


def triples(content: bytes, form: ox.RdfFormat, base: str = "x:y") -> set[str]:
    return {line_of(quad.triple) for quad in ox.parse(content, format=form, base_iri=base)}


def test_the_rdf_dumps_hold_the_live_records_and_nothing_deleted(
    feed: Path, state: set[str]
) -> None:
    dumps = feed / "dumps"
    unpacked = gzip.decompress((dumps / "places.nt.gz").read_bytes())
    assert triples(unpacked, ox.RdfFormat.N_TRIPLES) == state
    assert triples((dumps / "places.ttl").read_bytes(), ox.RdfFormat.TURTLE) == state
    assert triples((dumps / "places.jsonld").read_bytes(), ox.RdfFormat.JSON_LD) == state


def test_the_compressed_dump_is_one_member_whose_cutting_shows(feed: Path) -> None:
    content = (feed / "dumps" / "places.nt.gz").read_bytes()
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    reader.decompress(content)
    assert reader.eof
    assert reader.unused_data == b""
    assert content[4:8] == b"\0\0\0\0"
    for cut in range(1, len(content), 97):
        with pytest.raises(EOFError):
            gzip.decompress(content[:-cut])


def test_the_tables_hold_the_places_alone(feed: Path) -> None:
    text = (feed / "dumps" / "places.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == 301
    assert rows[0] == national_row(place(0))
    excel = (feed / "dumps" / "places-excel.csv").read_text(encoding="utf-8-sig")
    names = [row["nom"] for row in csv.DictReader(io.StringIO(excel, newline=""), delimiter=";")]
    assert "'=HYPERLINK(1) n° 301" in names


def test_the_map_holds_the_places_that_have_a_position(feed: Path) -> None:
    collection = json.loads((feed / "dumps" / "places.geojson").read_bytes())
    assert len(collection["features"]) == 300
    assert collection["bbox"] == [-1.301, 47.0, -1.0, 47.301]


@pytest.mark.realdata
def test_the_strict_csv_is_valid_for_the_national_schema(feed: Path, real_data: Path) -> None:
    path = real_data / "national-standard" / "schema-v1.0.2.json"
    schema = frictionless.Schema.from_descriptor(json.loads(path.read_text(encoding="utf-8")))
    resource = frictionless.Resource(path="places.csv", basepath=str(feed / "dumps"), schema=schema)
    report = resource.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])[:5]


@given(st.lists(st.binary(max_size=3000), max_size=6))
def test_pieces_compressed_apart_are_one_gzip_file(pieces: list[bytes]) -> None:
    assert gzip.decompress(b"".join(joined_gzip(map(deflate, pieces)))) == b"".join(pieces)


def test_a_changed_place_renews_its_own_chunk_only(tmp_path: Path) -> None:
    records = {record.iri: record for record in map(place, range(1500))}
    before = chunks([records[iri] for iri in sorted(records)], tmp_path)
    records[place(700).iri] = place(700, name="Fablab")
    del records[place(40).iri]
    records[place(2000).iri] = place(2000)
    after = chunks([records[iri] for iri in sorted(records)], tmp_path)
    kept = {chunk.facts.key for chunk in before} & {chunk.facts.key for chunk in after}
    assert len(before) > 6
    assert len(after) - len(kept) <= 3
    assert {file.name for file in tmp_path.iterdir()} == {chunk.facts.key for chunk in after}


def test_a_damaged_chunk_is_written_again_and_foreign_files_are_left_alone(tmp_path: Path) -> None:
    (before,) = chunks([place(1)], tmp_path)
    expected = before.file.read_bytes()
    (tmp_path / "notes.txt").write_text("mine")
    for damage in (b"", b"{}\n", expected[:-1], b"\xff\xff"):
        before.file.write_bytes(damage)
        (after,) = chunks([place(1)], tmp_path)
        assert after.file.read_bytes() == expected
    assert (tmp_path / "notes.txt").read_text() == "mine"


def catalogue(feed: Path) -> ox.Store:
    store = ox.Store()
    store.load((feed / "catalog.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
    return store


def test_the_catalogue_says_the_same_in_three_forms(feed: Path) -> None:
    expected = triples((feed / "catalog.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    assert triples((feed / "catalog.jsonld").read_bytes(), ox.RdfFormat.JSON_LD) == expected
    assert triples((feed / "catalog.rdf").read_bytes(), ox.RdfFormat.RDF_XML) == expected


def test_every_distribution_tells_the_size_and_digest_of_its_file(feed: Path) -> None:
    rows = select(
        catalogue(feed),
        """PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX spdx: <http://spdx.org/rdf/terms#>
        PREFIX dct: <http://purl.org/dc/terms/>
        SELECT ?url ?size ?digest {
          ?dataset a dcat:Dataset ; dcat:distribution ?d .
          ?d dcat:downloadURL ?url ; dcat:byteSize ?size ; dcat:mediaType ?type ;
             dct:license ?licence ; spdx:checksum/spdx:checksumValue ?digest }""",
    )
    described = {row["url"].value: (int(row["size"].value), row["digest"].value) for row in rows}
    found = {
        f"{POLE.feed_url}dumps/{file.name}": (
            file.stat().st_size,
            hashlib.sha256(file.read_bytes()).hexdigest(),
        )
        for file in (feed / "dumps").iterdir()
    }
    assert described == found


def test_the_catalogue_counts_what_is_there(feed: Path, state: set[str]) -> None:
    store = catalogue(feed)
    dataset = ox.NamedNode(f"{POLE.feed_url}#dataset")

    def one(curie: str) -> str:
        (quad,) = store.quads_for_pattern(dataset, ox.NamedNode(expand(curie)), None)
        return str(cast("ox.Literal", quad.object).value)

    assert int(one("void:triples")) == len(state)
    assert int(one("void:entities")) == 302
    assert one("void:uriSpace") == POLE.namespace
    classes = select(
        store,
        "SELECT ?n { ?p <http://rdfs.org/ns/void#class> "
        f"<{expand('med:Place')}> ; <http://rdfs.org/ns/void#entities> ?n }}",
    )
    assert [row["n"].value for row in classes] == ["301"]
    subjects = {line.split(" ", 1)[0] for line in state}
    assert int(one("void:distinctSubjects")) == len(subjects)
    partitions = {
        row["p"].value: (int(row["n"].value), int(row["s"].value))
        for row in select(
            store,
            f"PREFIX v: <http://rdfs.org/ns/void#> SELECT ?p ?n ?s {{ {dataset} "
            "v:propertyPartition [ v:property ?p ; v:triples ?n ; v:distinctSubjects ?s ] }",
        )
    }
    pairs = [tuple(line.split(" ", 2)[:2]) for line in state]
    assert partitions == {
        name[1:-1]: (
            sum(other == name for _, other in pairs),
            len({subject for subject, other in pairs if other == name}),
        )
        for name in {name for _, name in pairs}
    }
    assert int(one("void:properties")) == len(partitions)
    spatial = select(
        store,
        f"SELECT ?wkt {{ {dataset} <http://purl.org/dc/terms/spatial> ?place . "
        "?place <http://www.w3.org/ns/dcat#bbox> ?wkt }",
    )
    assert [row["wkt"].value for row in spatial] == [
        "POLYGON((-1.301 47.0, -1.0 47.0, -1.0 47.301, -1.301 47.301, -1.301 47.0))"
    ]


class Links(HTMLParser):
    """Collects what a page refers to, its languages and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.languages: set[str] = set()
        self.tags: set[str] = set()
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = dict(attrs)
        self.targets += [value for name in ("href", "src") if (value := found.get(name))]
        if tag == "section":
            self.languages.add(found["lang"] or "")

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_pages_have_the_dress_of_the_site_and_fetch_nothing(feed: Path) -> None:
    sheet = (feed / "index.css").read_text(encoding="utf-8")
    tokens = (ROOT / "registry/web/static/css/1-tokens.css").read_text(encoding="utf-8")
    for name in ("--ink", "--sheet", "--brand", "--link"):
        values = re.findall(rf"{name}: (#\w+)", tokens)
        assert re.findall(rf"{name}: (#\w+)", sheet) == values, name
    assert "prefers-color-scheme: dark" in sheet
    assert not re.search(r"url\((?!\"data:)|@import|@font-face", sheet)
    assert len(sheet) < 20_000


def test_a_page_tells_moments_as_people_do(feed: Path) -> None:
    page = Links((feed / "index.html").read_text(encoding="utf-8"))
    assert re.search(r"\d+(er)? \w+ 2026 à \d+ h \d\d", page.words)
    assert re.search(r"\d+ \w+ 2026 at \d+:\d\d", page.words)
    assert "UTC" not in page.words


def test_pages_that_look_different_are_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = MemoryLog()
    publish(log, POLE, tmp_path)
    assert publish(log, POLE, tmp_path).changed == ()
    monkeypatch.setattr(publisher, "appearance", lambda: "of a later version")
    monkeypatch.setattr(publisher, "stylesheet", lambda: b"p{}")
    assert "index.css" in publish(log, POLE, tmp_path).changed


def test_the_human_page_links_what_exists_and_loads_nothing_from_elsewhere(feed: Path) -> None:
    page = Links((feed / "index.html").read_text(encoding="utf-8"))
    outside = {POLE.homepage, POLE.licence, f"mailto:{POLE.contact_email}", "#fr", "#en"}
    local = set(page.targets) - outside
    assert {"stream.trig", "catalog.ttl", "index.css", "dumps/places.csv"} <= local
    assert [target for target in local if not (feed / target).is_file()] == []
    assert page.languages == {"fr", "en"}
    assert "script" not in page.tags
    assert "ateliers" not in page.tags
    assert POLE.name in page.words
    assert f"maillage source add {POLE.feed_url}stream.trig" in page.words
    assert "301" in page.words


def test_the_sample_says_that_it_is_one(feed: Path, tmp_path: Path) -> None:
    publish(MemoryLog(), replace(POLE, sample=True), tmp_path)
    words = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "Réseau d’exemple" in words
    assert "Sample network" in words
    assert "Réseau d’exemple" not in (feed / "index.html").read_text(encoding="utf-8")


def test_a_registry_of_others_records_claims_no_namespace(tmp_path: Path) -> None:
    log = MemoryLog()
    log.put(place(1))
    registry = replace(POLE, namespace="https://registry.example/id/")
    publish(log, registry, tmp_path)
    assert "void:uriSpace" not in (tmp_path / "catalog.ttl").read_text(encoding="utf-8")


def test_an_empty_ledger_is_a_feed_too(tmp_path: Path) -> None:
    done = publish(MemoryLog(), POLE, tmp_path)
    assert (done.head, done.pages) == (0, 0)
    assert "aucun" in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "dumps" / "places.geojson").read_bytes())["features"] == []
    assert gzip.decompress((tmp_path / "dumps" / "places.nt.gz").read_bytes()) == b""


def test_the_poles_own_record_passes_the_shapes_and_names_no_person() -> None:
    record = pole_record(POLE)
    assert list(validate([record])) == []
    assert expand("med:Pole") in record.types
    assert f'<{POLE.iri}> <{expand("med:representativeRole")}> "trésorier"@fr .' in record.lines
    assert not any(expand("med:Person") in line for line in record.lines)


def test_what_is_not_known_of_a_pole_is_left_unsaid() -> None:
    bare = PoleDescription(
        "X", slug="x", namespace="https://x.example/id/", feed_url="https://x.example/feed/"
    )
    record = pole_record(bare)
    assert list(validate([record])) == []
    assert not any('""' in line or "#address" in line for line in record.lines)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("feed_url", "https://x.example/feed"),
        ("feed_url", "/feed/"),
        ("feed_url", "https://x.example/<b>/"),
        ("namespace", "https://x.example/id"),
        ("licence", "Licence Ouverte"),
        ("homepage", "javascript:alert(1)"),
        ("contact_email", "a@b.fr> <x"),
    ],
)
def test_a_description_that_cannot_be_published_is_refused_by_name(
    setting: str, value: str
) -> None:
    with pytest.raises(UsageError, match=setting):
        replace(POLE, **{setting: value})  # type: ignore[arg-type]  # text settings
