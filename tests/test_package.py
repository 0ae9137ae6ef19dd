"""What is shipped: one universal wheel, the same from the tree and from the source distribution."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("vocab", "sandbox", "shapes", "registry", "harvester", "maillage")
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info", "demo-data")
BUILD = "import sys; from setuptools import build_meta as b; print(b.build_{}(sys.argv[1]))"
# No compiler may be needed: one that always fails stands in its place.
NO_COMPILER = {"CC": "/bin/false", "CXX": "/bin/false", "PATH": "/usr/bin:/bin"}


def build(what: str, source: Path, target: Path) -> Path:
    target.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", BUILD.format(what), str(target)],
        cwd=source, env=NO_COMPILER, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return target / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source: building leaves files behind."""
    copy = tmp_path_factory.mktemp("tree") / "maillage"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    return copy


@pytest.fixture(scope="module")
def sdist(tree: Path) -> Path:
    return build("sdist", tree, tree.parent / "sdist")


@pytest.fixture(scope="module")
def wheel(tree: Path) -> Path:
    return build("wheel", tree, tree.parent / "wheel")


def content(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def files(root: Path, *parts: str) -> set[str]:
    found = (file for part in parts for file in (root / part).rglob("*") if file.is_file())
    return {file.relative_to(root).as_posix() for file in found if "__pycache__" not in file.parts}


@pytest.mark.slow
def test_f7_the_wheel_is_universal_and_holds_every_file_of_the_packages(
    wheel: Path,
) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    held = set(content(wheel))
    fresh = files(ROOT, *PARTS) | {
        name.replace("docs/fr/", "registry/web/guides/fr/")
        for name in files(ROOT, "docs/fr")
        if not name.endswith("README.md")
    }
    assert not fresh - held
    assert not {name for name in held - fresh if ".dist-info/" not in name}
    assert any(name.endswith("licenses/THIRD_PARTY.md") for name in held)


@pytest.mark.slow
def test_f7_a_wheel_from_the_source_distribution_is_the_wheel_from_the_tree(
    sdist: Path, wheel: Path, tmp_path: Path
) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    again = build("wheel", unpacked, tmp_path / "wheel")
    assert again.name == wheel.name
    assert content(again) == content(wheel)


@pytest.mark.slow
def test_f7_the_source_distribution_is_the_whole_source(sdist: Path, tree: Path) -> None:
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    everything = files(tree, *PARTS, "tests", "docs", "samples", "bench", "deploy")
    singles = {file.name for file in tree.iterdir() if file.is_file()}
    assert not (everything | singles) - held
