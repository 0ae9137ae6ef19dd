"""Apache Jena Fuseki on loopback, where Java and Maven are: fetched once into the user's cache."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from bench._servers import free_port, running

VERSION = "5.1.0"
_NAME = f"jena-fuseki-server-{VERSION}.jar"
_LOAD_S = 600


@contextmanager
def served(dump: Path) -> Iterator[str | None]:
    """Serve a dump from TDB2; gives what answers queries, or None where Fuseki cannot be had.

    Raises:
        SystemExit: it does not start.
    """
    jar = _fetched()
    if jar is None:
        yield None
        return
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        options = ["--localhost", f"--port={port}", "--tdb2", f"--loc={folder}", "--update"]
        with running(["java", "-jar", str(jar), *options, "/data"], port):
            address = f"http://127.0.0.1:{port}/data"
            headers = {"Content-Type": "application/n-quads"}
            with dump.open("rb") as body:
                requests.put(address, body, headers=headers, timeout=_LOAD_S).raise_for_status()
            yield f"{address}/sparql"


def _fetched() -> Path | None:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "maillage"
    jar = cache / "fuseki" / _NAME
    if shutil.which("java") is None:
        return None
    if not jar.exists():
        if shutil.which("mvn") is None:
            return None
        artifact = f"org.apache.jena:jena-fuseki-server:{VERSION}"
        subprocess.run(
            ["mvn", "-q", "dependency:copy", f"-Dartifact={artifact}",
             f"-DoutputDirectory={jar.parent}"],
            check=False, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return jar if jar.exists() else None
