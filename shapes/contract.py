"""The contract itself: the shapes files of this folder, and the knowledge they rest on."""

from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from shapes.classes import Hierarchy
from shapes.engine import Engine
from shapes.graph import SUBCLASS, Graph, graph_of_files

FILES = ("prefixes", "lists", "place")


@lru_cache(maxsize=1)
def shapes_graph() -> Graph:
    """Give all shapes as one graph. Shared: do not change it."""
    return graph_of_files(_path("shapes", f"{name}.ttl") for name in FILES)


@lru_cache(maxsize=1)
def hierarchy() -> Hierarchy:
    """Give the class tree of the vocabulary, which records need not repeat."""
    ontology = graph_of_files([_path("vocab", "ontology.ttl")])
    return Hierarchy((one, two) for one, is_a, two in ontology.triples() if is_a == SUBCLASS)


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Give the compiled contract, compiled on first use."""
    return Engine(shapes_graph(), hierarchy())


def _path(package: str, name: str) -> Path:
    with as_file(files(package) / name) as path:
        return path
