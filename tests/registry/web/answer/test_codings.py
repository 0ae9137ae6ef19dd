"""Bodies go out compressed, assets last a year, and a tag lasts as long as its bytes."""

import gzip
import re
from datetime import timedelta
from typing import cast

import brotli
import pytest
from flask.testing import FlaskClient

from registry.node import Node
from registry.web.answer import assets
from registry.web.answer.coding import CODINGS
from registry.web.site import clock
from tests.registry.web.network_of_tests import NOON, SIMPLE, SmallNode, add_source, harvest
from vocab.mapping import place_record

PLACE = "/pole/zinc/place/riche"
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}
DOCUMENTS = (
    "/", "/lieux", PLACE, f"{PLACE}.ttl", f"{PLACE}.jsonld", f"{PLACE}.rdf", f"{PLACE}.nt",
    "/lieux.csv", "/lieux.geojson", "/lieux.json", "/sitemap-1.xml", "/vocabulaire.ttl",
)  # fmt: skip


@pytest.mark.parametrize("coding", UNPACK)
@pytest.mark.parametrize("path", [*DOCUMENTS, "/static/site.css", "/carte.json"])
def test_e9_bodies_come_in_the_coding_asked_for(
    visitor: FlaskClient, path: str, coding: str
) -> None:
    plain = visitor.get(path)
    for _turn in range(2):  # the second from what is kept
        packed = visitor.get(path, headers={"Accept-Encoding": coding})
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert "Accept-Encoding" in plain.headers["Vary"]
        if len(plain.data) < 512 and "Content-Encoding" not in packed.headers:
            assert packed.data == plain.data
            continue
        assert packed.headers["Content-Encoding"] == coding
        assert UNPACK[coding](packed.data) == plain.data
        assert packed.content_length in (None, len(packed.data))
        assert packed.headers["Content-Type"] == plain.headers["Content-Type"]


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("", None), ("identity", None), ("gzip;q=0", None), ("br;q=0, gzip", "gzip"),
        ("deflate", None), ("gzip, deflate, br", "br"), ("gzip;q=1, br;q=0.5", "gzip"),
        ("*", "br"), ("*;q=0", None), ("identity, gzip;q=0.5", None), ("GZIP", "gzip"),
        ("identity;q=0.2, gzip;q=0.5", "gzip"), ("nonsense;;q=x,,", None), ("zstd, gzip", "gzip"),
    ],
)  # fmt: skip
def test_e9_the_coding_is_what_the_client_likes_best(
    visitor: FlaskClient, accept: str, coding: str | None
) -> None:
    for path in ("/lieux", "/static/site.css", PLACE + ".ttl"):
        answer = visitor.get(path, headers={"Accept-Encoding": accept})
        assert answer.headers.get("Content-Encoding") == coding, path


def test_e9_what_is_compressed_already_or_tiny_stays_as_it_is(visitor: FlaskClient) -> None:
    everything = {"Accept-Encoding": "br, gzip"}
    for path in ("/static/vendor/leaflet/images/layers.png", "/robots.txt", "/healthz"):
        assert "Content-Encoding" not in visitor.get(path, headers=everything).headers, path


def test_e9_every_asset_link_is_hashed_and_lasts_a_year(visitor: FlaskClient) -> None:
    found = set()
    for page in ("/", "/en/", "/lieux", PLACE, "/moissons/en-cours", "/couverture"):
        found |= set(re.findall(r"""["'](/static/[^"'#]*)""", visitor.get(page).text))
    assert len(found) >= 8
    for address in found:
        assert re.match(r"/static/[0-9a-f]{12}/", address), address
        if address.endswith("/"):
            address += "leaflet.js"
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        if address.endswith(".css"):  # what it names is below the same digest
            for name in re.findall(r"url\((images/[^)]*)\)", answer.text):
                image = visitor.get(address.rpartition("/")[0] + "/" + name)
                assert "immutable" in image.headers["Cache-Control"]


def test_e9_an_address_of_another_release_gives_the_file_of_this_one(visitor: FlaskClient) -> None:
    for address in ("/static/site.css", "/static/0123456789ab/site.css"):
        answer = visitor.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, no-cache"
    for address in ("/static/", "/static/rien.css", "/static/..%2fapp.py", "/static/../app.py",
                    "/static/0123456789ab/../../app.py", "/static/0123456789ab/"):  # fmt: skip
        assert visitor.get(address).status_code == 404, address


def test_e9_each_coding_of_an_asset_has_its_tag_and_its_ranges(visitor: FlaskClient) -> None:
    tags = set()
    for coding in ("identity", *(known.name for known in CODINGS)):
        asked = {"Accept-Encoding": coding}
        whole = visitor.get("/static/site.css", headers=asked)
        tag = whole.headers["ETag"]
        tags.add(tag)
        assert not tag.startswith("W/")
        head = visitor.head("/static/site.css", headers=asked)
        assert (head.content_length, head.headers["ETag"], head.data) == (len(whole.data), tag, b"")
        known = visitor.get("/static/site.css", headers=asked | {"If-None-Match": tag})
        assert (known.status_code, known.data) == (304, b"")
        part = visitor.get(
            "/static/site.css", headers=asked | {"Range": "bytes=10-19", "If-Range": tag}
        )
        assert (part.status_code, part.data) == (206, whole.data[10:20])
        other = asked | {"Range": "bytes=10-19", "If-Range": '"another"'}
        assert visitor.get("/static/site.css", headers=other).data == whole.data
    assert len(tags) == 1 + len(CODINGS)


def test_a_part_beyond_the_end_is_told_with_the_length(visitor: FlaskClient) -> None:
    size = len(visitor.get("/static/site.css").data)
    for asked in (f"bytes={size}-", "bytes=-0", "bytes=" + "9" * 18 + "-"):
        beyond = visitor.get("/static/site.css", headers={"Range": asked})
        assert beyond.status_code == 416
        assert beyond.headers["Content-Range"] == f"bytes */{size}"
        assert "Partie introuvable" in beyond.text
    several = visitor.get("/static/site.css", headers={"Range": "bytes=0-1,4-5"})
    assert (several.status_code, len(several.data)) == (200, size)


@pytest.mark.parametrize("path", DOCUMENTS[:7] + DOCUMENTS[-2:])
def test_e3_a_tag_lasts_as_long_as_the_bytes(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    first = visitor.get(path)
    tag = first.headers["ETag"]
    for later in (timedelta(minutes=6), timedelta(hours=13), timedelta(days=30)):
        monkeypatch.setattr(clock, "FIXED", NOON + later)
        again = visitor.get(path)
        assert (again.headers["ETag"] == tag) == (again.data == first.data)
        if path not in ("/", "/lieux", PLACE):
            assert again.headers["ETag"] == tag
            known = visitor.get(path, headers={"If-None-Match": tag, "Accept-Encoding": "br"})
            assert (known.status_code, known.data) == (304, b"")
            assert known.headers["ETag"] == tag


def test_e3_the_tag_of_a_record_outlives_changes_of_others(node: SmallNode) -> None:
    from registry.web.app import create_app

    ping = add_source(node, "ping", "https://ping.example/id/")
    places = [place_record(SIMPLE | {"id": name, "nom": name}, ping) for name in ("un", "deux")]
    harvest(node, "ping", places)
    client = create_app(cast("Node", node)).test_client()
    paths = ("/pole/ping/place/un.ttl", "/pole/ping/place/deux.ttl", "/pole/ping/place/un.rdf")
    before = [client.get(path).headers["ETag"] for path in paths]
    harvest(node, "ping", [place_record(SIMPLE | {"id": "deux", "nom": "Deux !"}, ping)])
    after = [client.get(path).headers["ETag"] for path in paths]
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False, True]


def test_e3_what_shows_open_now_ages(visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = visitor.get(PLACE).headers["ETag"]
    monkeypatch.setattr(clock, "FIXED", NOON + timedelta(hours=10))
    assert visitor.get(PLACE, headers={"If-None-Match": tag}).status_code == 200


def test_e3_head_says_what_get_says(visitor: FlaskClient) -> None:
    for path in ("/", PLACE, f"{PLACE}.ttl", "/sitemap-1.xml"):
        for asked in ({}, {"Accept-Encoding": "gzip"}):
            whole, head = visitor.get(path, headers=asked), visitor.head(path, headers=asked)
            assert head.data == b""
            for name in ("ETag", "Content-Length", "Content-Type", "Content-Encoding", "Vary"):
                assert head.headers.get(name) == whole.headers.get(name), (path, name)


def test_the_folder_of_assets_is_what_is_served() -> None:
    names = {path.relative_to(assets.FOLDER).as_posix() for path in assets.FOLDER.rglob("*.*")}
    assert {"icon.svg", "vendor/leaflet/leaflet.js"} <= names


def test_the_style_sheet_is_joined_from_its_parts(visitor: FlaskClient) -> None:
    parts = sorted((assets.FOLDER / "css").glob("*.css"))
    sheet = visitor.get("/static/site.css")
    assert sheet.mimetype == "text/css"
    assert sheet.text == "\n".join(path.read_text(encoding="utf-8") for path in parts)
    assert visitor.get(f"/static/css/{parts[0].name}").status_code == 404


def test_our_own_styles_and_scripts_weigh_less_than_45_kb(visitor: FlaskClient) -> None:
    scripts = [path.read_bytes() for path in (assets.FOLDER / "js").glob("*.js")]
    sent = [visitor.get("/static/site.css").data, *scripts]
    assert sum(len(gzip.compress(body)) for body in sent) < 45_000
