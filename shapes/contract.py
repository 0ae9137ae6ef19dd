"""The contract itself: the shapes files of this folder, and the knowledge they rest on."""

import gc
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from shapes.classes import Hierarchy
from shapes.engine import Engine
from shapes.graph import SUBCLASS, Graph, graph_of_files
from shapes.oracle import Oracle
from vocab.namespaces import SH
from vocab.ntriples import iri_of

_TARGET_CLASS = f"<{SH}targetClass>"
FILES = (
    "prefixes", "lists", "place", "properties", "organization", "pole", "person", "succession",
    "correction", "feed",
)  # fmt: skip


@lru_cache(maxsize=1)
def shapes_graph() -> Graph:
    """Return all shapes as one graph. Shared: do not change it."""
    return graph_of_files(shapes_files())


def shapes_files() -> tuple[Path, ...]:
    """Return the files of the contract."""
    return tuple(_path("shapes", f"{name}.ttl") for name in FILES)


@lru_cache(maxsize=1)
def class_pairs() -> tuple[tuple[str, str], ...]:
    """Return (class, direct super-class) of the vocabulary, which records need not repeat."""
    ontology = graph_of_files([_path("vocab", "ontology.ttl")])
    return tuple((one, two) for one, is_a, two in ontology.triples() if is_a == SUBCLASS)


@lru_cache(maxsize=1)
def oracle() -> Oracle:
    """Return the other engine for the same contract."""
    return Oracle(shapes_files(), tuple((iri_of(one), iri_of(two)) for one, two in class_pairs()))


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Return the compiled contract, compiled on first use.

    What the process holds by then stays: freezing keeps the garbage collector from walking it
    again and again, which would cost a twentieth of all validation.
    """
    made = Engine(shapes_graph(), Hierarchy(class_pairs()), oracle())
    gc.freeze()
    return made


@lru_cache(maxsize=1_024)
def has_shape(classes: tuple[str, ...]) -> bool:
    """Whether a shape targets things of these classes, given by their IRIs, or of their parents.

    >>> has_shape(("https://w3id.org/mediation-numerique/ns#Place",)), has_shape(("urn:report",))
    (True, False)
    """
    above = Hierarchy(class_pairs()).above(f"<{name}>" for name in classes)
    return not above.isdisjoint(_targeted())


@lru_cache(maxsize=1)
def _targeted() -> frozenset[str]:
    """Return the classes that the contract targets."""
    triples = shapes_graph().triples()
    return frozenset(target for _, path, target in triples if path == _TARGET_CLASS)


def _path(package: str, name: str) -> Path:
    with as_file(files(package) / name) as path:
        return path
