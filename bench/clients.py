"""``clients``: the programs that portals and readers run, on the sample network as it is served.

Each is the real one, in an environment of its own that is made once in the user's cache: the
harvester of data.gouv.fr (udata), the reader of CKAN's harvester (ckanext-dcat), the reference
client of event streams (``ldes-client``). They read the catalogue and the feed of the registry and
of every pole, four of which lie on Python's plain web server. What is judged is what they kept:
their own exit codes say that all is well when nothing was saved.
"""

import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from rich.console import Console

from bench import ldes
from registry.node import pole_description
from registry.settings.config import Config
from samples.demo import Demo, Plan
from samples.network import REGISTRY
from samples.servers import Servers
from samples.territory import POLES
from vocab.errors import UsageError

DRIVERS = Path(__file__).resolve().parent / "clients"
BUILD_LOCK = DRIVERS / "build.lock"
ALL_FORMS = (REGISTRY, "zinc")
"""Whose catalogue is read in all its forms: a live node's and a static pole's."""

_FORMS = ("ttl", "jsonld", "rdf")
_PORTS = len(POLES) + 1
_TIMEOUT_S = 300
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Expected:
    """What a reader of a feed must find.

    Attributes:
        title: of the one dataset, in French.
        digests: SHA-256 of each dump, by address.
        members: how many the stream has.
    """

    title: str
    digests: dict[str, str]
    members: int


@dataclass(frozen=True, slots=True)
class Got:
    """What a client got of an address.

    Attributes:
        name: client and address.
        told: in words, what it got.
        wrong: what is not as it must be; empty when all is well.
    """

    name: str
    told: str
    wrong: tuple[str, ...]


def run() -> dict[str, Any]:
    """Serve the sample network and have every client read it.

    Raises:
        UsageError: Node is not installed, or an environment cannot be made.
    """
    pythons = {name: _environment(name) for name in ("udata", "ckan")}
    node = ldes.installed() / "replicate.mjs"
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        plan = Plan(Path(name), _first_port())
        servers = stack.enter_context(Servers(Path(name) / "logs"))
        Demo(plan, Console(stderr=True, quiet=True)).run(servers)
        got = list(_all(plan, servers, pythons, node))
    return {
        "clients": {one.name: "; ".join((one.told, *one.wrong)) for one in got},
        "failed": [one.name for one in got if one.wrong],
    }


def _all(plan: Plan, servers: Servers, pythons: dict[str, Path], node: Path) -> Iterator[Got]:
    visits: list[Callable[[], Got]] = []
    for slug in (REGISTRY, *POLES):
        config = plan.settings(slug)
        servers.wait(f"{config.feed_url}manifest.json")
        expected = _expected(config)
        forms = _FORMS if slug in ALL_FORMS else _FORMS[:1]
        for form in forms:
            url, name = f"{config.feed_url}catalog.{form}", f"{slug} {form}"
            visits += [
                partial(_udata, pythons["udata"], name, url, expected),
                partial(_ckan, pythons["ckan"], name, url, expected),
            ]
        if slug in ALL_FORMS:
            visits.append(partial(_replicated, node, slug, config.feed_url, expected))
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        yield from workers.map(lambda visit: visit(), visits)


def _expected(config: Config) -> Expected:
    """What the node itself says, by a way that the clients do not take."""
    with urlopen(f"{config.feed_url}manifest.json", timeout=30) as answer:  # noqa: S310  ours
        manifest = json.load(answer)
    digests = {
        config.feed_url + file["path"]: file["sha256"]
        for file in manifest["files"]
        if file["path"].startswith("dumps/")
    }
    name = pole_description(config).name
    return Expected(f"Lieux de médiation numérique : {name}", digests, manifest["head"])


def _udata(python: Path, name: str, url: str, expected: Expected) -> Got:
    """Two visits of the harvester of data.gouv.fr."""
    found, wrong = _ran([str(python), str(DRIVERS / "udata_harvest.py"), url])
    if found is None:
        return Got(f"udata {name}", "nothing", wrong)
    datasets = found["datasets"]
    kept = {one["url"]: one["checksum"] for dataset in datasets for one in dataset["resources"]}
    contacts = [one for dataset in datasets for one in dataset["contacts"]]
    checks = {
        "a visit with errors": all(visit["status"] == "done" for visit in found["visits"]),
        "an item not saved": all(set(visit["items"]) == {"done"} for visit in found["visits"]),
        "warnings": not any(visit["told"] for visit in found["visits"]),
        "not one dataset": len(datasets) == 1,
        "another title": [one["title"] for one in datasets] == [expected.title],
        "other tags": all("mediation-numerique" in one["tags"] for one in datasets),
        "no licence": all(one["license"] for one in datasets),
        "no dates": all(one["temporal"] for one in datasets),
        "archived": not any(one["archived"] for one in datasets),
        "other digests": {u: d for u, d in kept.items() if d} == expected.digests,
        "no contact": any(one["role"] == "contact" for one in contacts),
    }
    told = f"{len(datasets)} datasets, {len(kept)} files, {len(contacts)} contacts"
    return Got(f"udata {name}", told, _failed(checks))


def _ckan(python: Path, name: str, url: str, expected: Expected) -> Got:
    """One reading by the harvester of CKAN."""
    found, wrong = _ran([str(python), str(DRIVERS / "ckan_parse.py"), url])
    if found is None:
        return Got(f"ckanext-dcat {name}", "nothing", wrong)
    datasets = found["datasets"]
    urls = {one["url"] for dataset in datasets for one in dataset["resources"]}
    extras = {one["key"]: one["value"] for dataset in datasets for one in dataset["extras"]}
    checks = {
        "not one dataset": len(datasets) == 1,
        "another title": [one["title"] for one in datasets] == [expected.title],
        "files missing": urls >= set(expected.digests),
        "no contact": any(extras.get(key) for key in ("contact_email", "contact_url")),
        "no period": bool(extras.get("temporal_start")),
        "no area": bool(extras.get("spatial") or extras.get("spatial_bbox")),
    }
    return Got(f"ckanext-dcat {name}", f"{len(datasets)} datasets, {len(urls)} files",
               _failed(checks))  # fmt: skip


def _replicated(program: Path, name: str, url: str, expected: Expected) -> Got:
    """The whole stream by the reference client."""
    found, wrong = _ran(["node", str(program), f"{url}stream.trig"])
    if found is None:
        return Got(f"ldes-client {name}", "nothing", wrong)
    checks = {f"not {expected.members} members": found == expected.members}
    return Got(f"ldes-client {name}", f"{found} members", _failed(checks))


def _failed(checks: dict[str, bool]) -> tuple[str, ...]:
    return tuple(wrong for wrong, good in checks.items() if not good)


def _ran(command: list[str]) -> tuple[Any, tuple[str, ...]]:
    """What a program printed last, read as JSON; or why there is nothing."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return None, (f"not done after {_TIMEOUT_S} s",)
    lines = done.stdout.decode(errors="replace").strip().splitlines()
    try:
        return json.loads(lines[-1]), ()
    except (IndexError, ValueError):
        return None, (done.stderr.decode(errors="replace")[-500:] or "no answer",)


def _environment(name: str) -> Path:
    """Return the Python of a client's environment, made as its lock file pins it."""
    lock = DRIVERS / f"{name}.lock"
    pinned = BUILD_LOCK.read_bytes() + lock.read_bytes()
    key = hashlib.sha256(pinned + sys.version.encode()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "maillage" / f"{name}-{key}"
    python = folder / "bin" / "python"
    if not (folder / "complete").is_file():
        venv.create(folder, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
               "--no-deps", "--require-hashes"]  # fmt: skip
        for more in (["-r", str(BUILD_LOCK)], ["--no-build-isolation", "-r", str(lock)]):
            if subprocess.run([*pip, *more], stdout=sys.stderr, check=False).returncode:
                raise UsageError("the environment of {name} cannot be made: see above", name=name)
        (folder / "complete").touch()
    return python


def _first_port() -> int:
    """Return the first of as many free ports in a row as the network needs."""
    for first in range(18_000, 28_000, _PORTS):
        if all(map(_is_free, range(first, first + _PORTS))):
            return first
    raise UsageError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
