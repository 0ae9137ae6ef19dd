"""The rooms import one way only, and their drawers too; no function is longer than a screen."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("vocab", "sandbox", "shapes", "registry", "harvester", "maillage")
"""The rooms from the ground up: each imports those below it, never one above."""


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Return the full names of the modules that a file imports anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("room", FLOORS)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    above = set(FLOORS[FLOORS.index(room) + 1 :])
    breaches = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(room)
        for name in imported(path)
        if name.partition(".")[0] in above
    ]
    assert breaches == []


def graph() -> dict[str, set[str]]:
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for room in FLOORS
        for path in modules(room)
    }
    edges: dict[str, set[str]] = {}
    for name, path in names.items():
        direct = {n for n in top_level_imports(path) if n in names}
        edges[name] = direct - {name}
    return edges


def top_level_imports(path: Path) -> Iterator[str]:
    """Return imported module names, ``from package import module`` resolved to the module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            submodules = [f"{node.module}.{alias.name}" for alias in node.names]
            found = [
                s for s in submodules if (ROOT / s.replace(".", "/")).with_suffix(".py").exists()
            ]
            yield from (found or [node.module])


def refuse_circles(edges: dict[str, set[str]]) -> None:
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for target in sorted(edges.get(name, ())):
                visit(target, (*trail, name))
            done.add(name)

    for name in edges:
        visit(name, ())


def test_imports_make_no_circle() -> None:
    refuse_circles(graph())


@pytest.mark.parametrize("room", ["harvester", "registry", "registry.web", "maillage"])
def test_the_drawers_of_a_room_make_no_circle(room: str) -> None:
    depth = room.count(".") + 2

    def drawer(name: str) -> str:
        return ".".join(name.split(".")[:depth])

    edges: dict[str, set[str]] = {}
    for name, targets in graph().items():
        inside = {drawer(each) for each in targets if each.startswith(f"{room}.")}
        if name.startswith(f"{room}."):
            edges.setdefault(drawer(name), set()).update(inside - {drawer(name)})
    assert len(edges) > 3
    refuse_circles(edges)


def test_only_their_own_modules_know_sql_the_network_and_the_scheduler() -> None:
    owners: dict[str, str | tuple[str, ...]] = {
        "sqlalchemy": (
            "registry/ledger",
            "registry/state",
            "registry/accounts",
            "registry/tickets",
            "registry/joining",
        ),
        "requests": ("harvester/fetch", "registry/store"),
        "apscheduler": "harvester/run/schedule",
        "distributed": "harvester/run/cluster",
        "flask": ("registry/web", "maillage"),
        "rapidfuzz": "registry/find",
    }
    breaches = [
        f"{path.relative_to(ROOT)} imports {name}"
        for room in FLOORS
        for path in modules(room)
        for name in imported(path)
        for library, where in owners.items()
        if name.partition(".")[0] == library and not str(path.relative_to(ROOT)).startswith(where)
    ]
    assert breaches == []


def test_what_a_search_means_is_understood_without_pages() -> None:
    breaches = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("registry/find")
        for name in imported(path)
        if name.startswith(("registry.web", "registry.serving"))
    ]
    assert breaches == []


LONGEST_FUNCTION = 40


def test_no_function_is_longer_than_a_screen() -> None:
    breaches = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}"
        for room in FLOORS
        for path in modules(room)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert breaches == []
