"""The README's first command, whole: five poles and the registry over HTTP, from nothing."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import rdflib

from samples.demo import QUERY

ROOT = Path(__file__).resolve().parent.parent
PORTS = 6


def free_ports() -> int:
    """First of six free ports in a row, away from those the demo takes by default."""
    for first in range(18_000, 30_000, PORTS):
        sockets = [socket.socket() for _ in range(PORTS)]
        try:
            for offset, one in enumerate(sockets):
                one.bind(("127.0.0.1", first + offset))
        except OSError:
            continue
        else:
            return first
        finally:
            for one in sockets:
                one.close()
    raise AssertionError("no six free ports in a row")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, str]]:
    """The running demo: its registry's address, its data, what it said."""
    data, first = tmp_path_factory.mktemp("demo"), free_ports()
    command = [sys.executable, "-m", "samples.demo", "--data", str(data)]
    with subprocess.Popen(
        [*command, "--first-port", str(first)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout
        assert demo.stderr
        said = ""
        for line in demo.stdout:
            said += line
            if line.startswith("Ctrl-C"):
                break
        assert demo.poll() is None, said + demo.stderr.read()
        yield f"http://127.0.0.1:{first}/", data, said
        demo.terminate()
        assert demo.wait(30) == 0
    for offset in range(PORTS):  # nothing is left listening
        with socket.socket() as one:
            assert one.connect_ex(("127.0.0.1", first + offset)) != 0


def get(url: str, accept: str = "*/*") -> tuple[str, str]:
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.headers.get_content_type(), answer.read().decode()


@pytest.mark.slow
def test_the_network_holds_its_places_and_answers(
    network: tuple[str, Path, str],
) -> None:
    base, _, said = network
    assert base in said
    assert QUERY in said
    kind, body = get(f"{base}sparql?query={quote(QUERY)}", "application/sparql-results+json")
    assert kind == "application/sparql-results+json"
    rows = json.loads(body)["results"]["bindings"]
    assert len(rows) == 10
    count = "SELECT (COUNT(?p) AS ?n) { ?p a <https://w3id.org/mediation-numerique/ns#Place> }"
    _, body = get(f"{base}sparql?query={quote(count)}", "text/csv")
    assert int(body.split()[1]) == 20_774


@pytest.mark.slow
@pytest.mark.parametrize("page", ["", "lieux", "moissons", "vocabulaire", "sparql", "pole/ping"])
@pytest.mark.parametrize("language", ["", "en/"])
def test_pages_answer_in_both_languages(
    network: tuple[str, Path, str], page: str, language: str
) -> None:
    kind, body = get(f"{network[0]}{language}{page}", "text/html")
    assert kind == "text/html"
    assert f'<html lang="{"en" if language else "fr"}"' in body


@pytest.mark.slow
def test_a_place_has_its_page_and_its_rdf_at_the_registry_and_at_its_live_pole(
    network: tuple[str, Path, str],
) -> None:
    base, _, _ = network
    port = int(base.rsplit(":", 1)[1].strip("/"))
    pole = f"http://127.0.0.1:{port + 3}/id/"
    ask = f"""SELECT ?iri {{
      ?iri a <https://w3id.org/mediation-numerique/ns#Place> FILTER(STRSTARTS(STR(?iri), "{pole}"))
    }} LIMIT 1"""
    _, body = get(f"{base}sparql?query={quote(ask)}", "text/csv")
    iri = body.split()[1]
    local = iri.partition("/id/")[2]
    kind, turtle = get(f"{base}pole/ping/{local}.ttl")
    assert kind == "text/turtle"
    assert iri in turtle
    kind, at_pole = get(iri, "application/n-triples")
    assert kind == "application/n-triples"
    assert f"<{iri}>" in at_pole


def asked(base: str, query: str) -> set[str]:
    """The IRIs that a query of one column gives, without fragments."""
    _, body = get(f"{base}sparql?query={quote(query)}", "text/csv")
    return {line.partition("#")[0] for line in body.split()[1:]}


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.slow
def test_e5_every_iri_of_the_network_leads_somewhere(network: tuple[str, Path, str]) -> None:
    base, _, _ = network
    port = int(base.rsplit(":", 1)[1].strip("/"))
    nodes = [f"http://127.0.0.1:{port + offset}/" for offset in range(PORTS)]
    iris: set[str] = set()
    for node in nodes:
        until = time.monotonic() + 60  # live nodes write their feed beside serving
        while status_of(f"{node}feed/manifest.json") != 200 and time.monotonic() < until:
            time.sleep(0.2)
        for form, parser in (("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml")):
            _, body = get(f"{node}feed/catalog.{form}")
            graph = rdflib.Graph().parse(data=body, format=parser)
            iris |= {str(term) for triple in graph for term in triple
                     if isinstance(term, rdflib.URIRef)}  # fmt: skip
        places = asked(
            base,
            f"""SELECT ?place {{
          ?place a <https://w3id.org/mediation-numerique/ns#Place>
          FILTER(STRSTARTS(STR(?place), "{node}")) }} ORDER BY SHA1(STR(?place)) LIMIT 15""",
        )
        assert len(places) == (0 if node == base else 15)
        listed = " ".join(f"<{place}>" for place in places)
        iris |= places
        iris |= asked(
            base,
            f"""SELECT DISTINCT ?iri {{
          VALUES ?place {{ {listed} }} ?place ?said ?iri FILTER(isIRI(?iri)) }}""",
        )
    iris |= asked(base, "SELECT ?h { ?h a <http://www.w3.org/ns/prov#Activity> }")
    ours = {iri.partition("#")[0] for iri in iris if iri.startswith(tuple(nodes))}
    assert {f"{base}id/pole", f"{base}source/zinc", f"{nodes[1]}id/pole"} <= ours
    assert {iri: code for iri in sorted(ours) if (code := status_of(iri)) != 200} == {}
    assert len(ours) > 120


@pytest.mark.slow
def test_the_registry_verifies(network: tuple[str, Path, str]) -> None:
    base, data, _ = network
    done = subprocess.run(
        [sys.executable, "-m", "maillage", "verify"],
        cwd=ROOT,
        env=os.environ | {"MAILLAGE_DATA": str(data / "maillage"), "MAILLAGE_BASE_URL": base},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
