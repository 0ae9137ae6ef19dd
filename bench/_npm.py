"""Programs of others that run on Node, installed once into a folder of the user's cache."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from vocab.errors import UsageError


def installed_by_npm(pinned: Path, name: str, package: str) -> Path:
    """Return the folder that holds a program, installed as its lock file pins it.

    Args:
        pinned: folder with ``package.json``, the lock file and what is ours beside them.
        name: of the folder in the cache; another for each version.
        package: which npm installs there.

    Raises:
        UsageError: Node is not installed.
    """
    if not (shutil.which("node") and shutil.which("npm")):
        raise UsageError(
            "install Node 20 or later, with npm: {package} runs on it", package=package
        )
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "maillage" / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in pinned.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    if not (folder / "node_modules" / package).is_dir():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=folder, check=True, stdout=sys.stderr)
    return folder
