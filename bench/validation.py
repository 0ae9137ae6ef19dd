"""Compiled validation against pySHACL on the same places and shapes, in one run.

The places are generated (about 40 statements each, one in thirty with a defect) so that anybody
measures the same. The compiled engine runs in a process of its own, on batches made one after the
other: its peak memory is that of a stream, however long. pySHACL gets its best case: all places of
its share in one graph, the shapes parsed before the clock starts.
"""

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import rdflib
from pyshacl import validate as pyshacl_validate

import shapes
from shapes.audit import audit
from shapes.contract import class_pairs, engine, shapes_files
from shapes.terms import iri_of
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record

PLACES = 20_000
PYSHACL_PLACES = 100
AUDITED_PLACES = 300
BATCH = 1_000
RUNS = 3
DEFECTS: tuple[dict[str, str], ...] = (
    {"code_postal": "7501"},
    {"nom": ""},
    {"telephone": "04 91 00"},
    {"latitude": "6246123.5"},
    {"services": "Tout"},
    {"date_maj": "1970-01-01"},
    {"horaires": "lundi 9h-12h"},
    {"pivot": "43493312300028"},
)
DEFECT_EVERY = 30


def places(count: int) -> Iterator[Record]:
    """Generate places, the same at each run."""
    pole = PoleIdentity("bench", "https://bench.example/id/")
    for number in range(count):
        values = _values(number)
        if number % DEFECT_EVERY == 0:
            values |= DEFECTS[number // DEFECT_EVERY % len(DEFECTS)]
        yield place_record(values, pole)


def _values(number: int) -> dict[str, str]:
    return {
        "id": f"lieu-{number}",
        "pivot": "43493312300029",
        "nom": f"Médiathèque {number}",
        "commune": "Marseille",
        "code_postal": "13003",
        "code_insee": "13203",
        "adresse": f"{number % 200 + 1} rue Jobin",
        "latitude": f"43.{number % 90_000 + 10_000}",
        "longitude": f"5.{number % 80_000 + 10_000}",
        "typologie": "BIB|TIERS_LIEUX",
        "telephone": f"+334910{number % 100_000:05}",
        "courriels": f"accueil{number}@exemple.fr",
        "site_web": f"https://lieu{number}.exemple.fr",
        "horaires": "Mo-Fr 09:00-12:00,14:00-18:00",
        "presentation_detail": f"Accompagnement et ateliers, lieu {number} du réseau.",
        "itinerance": "Fixe",
        "date_maj": f"2026-0{number % 9 + 1}-15",
        "services": "Aide aux démarches administratives|Parentalité et éducation avec le numérique",
        "frais_a_charge": "Gratuit",
        "modalites_acces": "Se présenter|Téléphoner",
    }


def run() -> dict[str, Any]:
    """Measure both engines and compare their verdicts."""
    compiled = [_measured_apart() for _ in range(RUNS)]
    rate = statistics.median(result["places_per_second"] for result in compiled)
    pyshacl_rate = _pyshacl_rate()
    found = audit(list(islice(places(PLACES), AUDITED_PLACES)))
    return {
        "places": PLACES,
        "findings": compiled[0]["findings"],
        "compile_seconds": compiled[0]["compile_seconds"],
        "compiled_places_per_second": round(rate),
        "pyshacl_places_per_second": round(pyshacl_rate, 1),
        "ratio": round(rate / pyshacl_rate),
        "peak_mb": max(result["peak_mb"] for result in compiled),
        "audited_places": found.records,
        "differences": len(found.differences),
        "unexplained_differences": len(found.unexplained),
    }


def _measured_apart() -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.validation"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _compiled() -> dict[str, Any]:
    """Judge all places in this process, in batches, on one core; clocks count processor time."""
    start = time.process_time()
    engine()
    compile_seconds = time.process_time() - start
    stream, seconds, findings = places(PLACES), 0.0, 0
    while batch := list(islice(stream, BATCH)):
        start = time.process_time()
        findings += sum(1 for _ in shapes.validate(batch))
        seconds += time.process_time() - start
    return {
        "places_per_second": PLACES / seconds,
        "compile_seconds": round(compile_seconds, 3),
        "findings": findings,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000),
    }


def _pyshacl_rate() -> float:
    contract = rdflib.Graph()
    for path in shapes_files():
        contract.parse(path, format="turtle")
    data = rdflib.Graph()
    for record in places(PYSHACL_PLACES):
        data.parse(data=record.body, format="nt")
    for below, above in class_pairs():
        pair = rdflib.URIRef(iri_of(below)), rdflib.URIRef(iri_of(above))
        data.add((pair[0], rdflib.RDFS.subClassOf, pair[1]))
    start = time.process_time()
    pyshacl_validate(data, shacl_graph=contract)
    return PYSHACL_PLACES / (time.process_time() - start)


if __name__ == "__main__":
    print(json.dumps(_compiled()))
