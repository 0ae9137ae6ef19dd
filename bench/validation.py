"""Compiled validation against pySHACL and pyshacl-turbo on the same places and shapes, in one run.

The places are generated (about 40 statements each, one in thirty with a defect) so that anybody
measures the same; the real places of the sample network are measured beside them. The compiled
engine runs in a process of its own, on batches made one after the
other: its peak memory is that of a stream, however long. pySHACL gets its best case: all places of
its share in one graph, the shapes parsed before the clock starts; pyshacl-turbo, which is compiled
from Rust, judges all of them, a thousand in a graph.
"""

import json
import resource
import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import rdflib
from pyshacl import validate as pyshacl_validate

from bench._turbo import turbo_rate
from sandbox.gc import tune_gc
from shapes.audit import audit
from shapes.contract import class_pairs, engine, shapes_files
from shapes.verdicts import validate
from vocab.mapping import PoleIdentity, place_record
from vocab.ntriples import iri_of
from vocab.records import Record

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "poles"
POLE = PoleIdentity("bench", "https://bench.example/id/")
PLACES = 20_000
BATCH = 1_000
PYSHACL_PLACES = 100
AUDITED_PLACES = 300
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


def places(
    count: int, *, first: int = 0, pole: PoleIdentity = POLE, defects: bool = True
) -> Iterator[Record]:
    """Generate places from number ``first`` on, the same at each run, some with a defect."""
    for number in range(first, first + count):
        values = _values(number)
        if defects and number % DEFECT_EVERY == 0:
            values |= DEFECTS[number // DEFECT_EVERY % len(DEFECTS)]
        yield place_record(values, pole)


def _values(number: int) -> dict[str, str]:
    return {
        "id": f"lieu-{number}",
        "pivot": _siret(number),
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


def _siret(number: int) -> str:
    """Return a SIRET of its own to each place, right by its last digit (Luhn)."""
    digits = str(4_349_331_230_000 + number)
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[::-2])
    return digits + str(-(doubled + sum(map(int, digits[-2::-2]))) % 10)


def sample_places() -> Iterator[Record]:
    """Return the real places of the sample network, as its poles import them."""
    # Not for the process that is measured alone.
    from harvester.tabular.importing import import_file

    for settings in sorted(SAMPLES.glob("*/maillage.toml")):
        pole = PoleIdentity(settings.parent.name, f"https://{settings.parent.name}.example/id/")
        for told in tomllib.loads(settings.read_text(encoding="utf-8"))["import"]:
            mapping = settings.parent / told["mapping"] if "mapping" in told else None
            yield from import_file(settings.parent / told["file"], pole, mapping).records


def run() -> dict[str, Any]:
    """Measure both engines and compare their verdicts."""
    compiled = [_measured_apart("generated") for _ in range(RUNS)]
    sample = [_measured_apart("samples") for _ in range(RUNS)]
    rate = _median_rate(compiled)
    pyshacl_rate, turbo = _pyshacl_rate(), turbo_rate()
    found = audit(list(islice(places(PLACES), AUDITED_PLACES)))
    return {
        "places": PLACES,
        "statements_per_place": compiled[0]["statements_per_place"],
        "findings": compiled[0]["findings"],
        "compile_seconds": compiled[0]["compile_seconds"],
        "compiled_places_per_second": round(rate),
        "pyshacl_places_per_second": round(pyshacl_rate, 1),
        "ratio": round(rate / pyshacl_rate),
        "turbo_places_per_second": round(turbo),
        "ratio_to_turbo": round(rate / turbo, 1),
        "peak_mb": max(result["peak_mb"] for result in compiled),
        "sample_places": sample[0]["places"],
        "sample_statements_per_place": sample[0]["statements_per_place"],
        "sample_findings": sample[0]["findings"],
        "sample_places_per_second": round(_median_rate(sample)),
        "audited_places": found.records,
        "differences": len(found.differences),
        "unexplained_differences": len(found.unexplained),
    }


def _median_rate(results: list[dict[str, Any]]) -> float:
    return float(statistics.median(result["places_per_second"] for result in results))


def _measured_apart(which: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.validation", which]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _compiled(stream: Iterator[Record]) -> dict[str, Any]:
    """Judge all places in this process, in batches, on one core; clocks count processor time."""
    tune_gc()  # as the command does
    start = time.process_time()
    engine()
    compile_seconds = time.process_time() - start
    seconds, count, findings, statements = 0.0, 0, 0, 0
    while batch := list(islice(stream, BATCH)):
        count += len(batch)
        statements += sum(len(record.lines) for record in batch)
        start = time.process_time()
        findings += sum(1 for _ in validate(batch))
        seconds += time.process_time() - start
    return {
        "places": count,
        "statements_per_place": round(statements / count, 1),
        "places_per_second": count / seconds,
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
    chosen = sample_places() if sys.argv[1:] == ["samples"] else places(PLACES)
    print(json.dumps(_compiled(chosen)))
