"""What the poles of the sample hold: the rows of their files, and networks that exist nowhere.

Tables hold places. The networks that invented places belong to are records of their own, which a
pole states beside its files.
"""

from dataclasses import replace
from pathlib import Path

from harvester.tabular.importing import import_file
from harvester.tabular.result import ImportResult
from registry.node import pole_identity
from registry.settings.config import Config, ImportSettings, load
from samples.territory import POLES
from vocab.mapping import PoleIdentity
from vocab.namespaces import MED, RDF, SCHEMA, SCHEMES
from vocab.ntriples import boolean, french
from vocab.records import Record

HERE = Path(__file__).resolve().parent
REGISTRY = "maillage"
EXAMPLES = "exemples"
"""Source of the invented places of each pole."""
NETWORKS = "reseaux"
"""Source of the invented networks."""

SETTINGS = {slug: HERE / "poles" / slug / "maillage.toml" for slug in POLES} | {
    REGISTRY: HERE / "registry.toml"
}
"""Settings file of each pole, and of the registry."""

_NETWORKS = {
    "arsenic": (("exemple-bus", "Exemple de réseau de bus numériques", "epn"),),
    "zinc": (
        ("exemple-creneaux", "Exemple de réseau d'accueils par créneaux", "youth-information"),
        ("exemple-fablabs", "Exemple de réseau de FabLabs", "fablab"),
    ),
}
"""Pole -> the networks that it states: local name, name, kind."""


def read_file(config: Config, entry: ImportSettings) -> ImportResult:
    """Read a file of a pole; the networks of its invented places are where this node is."""
    pole = pole_identity(config)
    result = import_file(entry.file, pole, entry.mapping)
    if entry.source != EXAMPLES:
        return result
    usual = load(SETTINGS[config.slug], {}).namespace
    moved = tuple(_moved(record, usual, pole.namespace) for record in result.records)
    return replace(result, records=moved)


def networks_of(pole: PoleIdentity) -> tuple[Record, ...]:
    """Return the invented networks that a pole of the sample states."""
    return tuple(_network(pole, *said) for said in _NETWORKS.get(pole.slug, ()))


def _network(pole: PoleIdentity, local: str, name: str, kind: str) -> Record:
    iri = f"{pole.namespace}network/{local}"
    lines = (
        f"<{iri}> <{RDF}type> <{MED}Network> .",
        f"<{iri}> <{SCHEMA}name> {french(name)} .",
        f"<{iri}> <{MED}networkKind> <{SCHEMES}network-kinds/{kind}> .",
        f"<{iri}> <{MED}isExample> {boolean('true')} .",
        f"<{iri}> <{MED}statedBy> <{pole.iri}> .",
    )
    return Record(iri, tuple(sorted(lines)))


def _moved(record: Record, usual: str, namespace: str) -> Record:
    """Return a place whose networks lie under another namespace than the file writes."""
    before, after = f"<{usual}network/", f"<{namespace}network/"
    return replace(record, lines=tuple(sorted(one.replace(before, after) for one in record.lines)))
