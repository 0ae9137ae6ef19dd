"""Compiles the modules that deploy/compiled.txt names, where there is a C compiler.

They are where a harvest spends its time; without a compiler Python runs them as they are, with the
same results (docs/decisions/0028).
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOMS = ("harvester", "registry", "shapes", "vocab")
SOURCES = Path("deploy/compiled.txt").read_text(encoding="utf-8").split()
OPTIONS = ["--follow-imports=silent", "--no-warn-unused-ignores"]


def has_compiler() -> bool:
    """Say whether C that speaks to this Python can be compiled."""
    command = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    options = ["-fsyntax-only", f"-I{sysconfig.get_path('include')}", "-x", "c", "-"]
    try:
        done = subprocess.run([*command, *options], input=b"#include <Python.h>", check=False)
    except OSError:
        return False
    return done.returncode == 0


def forget() -> None:
    """Remove what was compiled before: Python would go on running it."""
    Path("registry/compiled.json").unlink(missing_ok=True)
    for room in ROOMS:
        for compiled in Path(room).rglob("*.so"):
            compiled.unlink()


def extensions() -> list[Extension]:
    """Translate the modules into C; not for those who only ask what the project is called."""
    if {"dist_info", "egg_info"} & set(sys.argv):
        return []
    forget()
    if not has_compiler():
        return []
    from mypyc.build import mypycify

    return mypycify([*OPTIONS, *SOURCES], opt_level="1", debug_level="0", group_name="maillage")


class Build(build_ext):
    """Writes beside what it compiled which sources that was made from."""

    def run(self) -> None:
        """Compile."""
        super().run()
        digests = {s: hashlib.sha256(Path(s).read_bytes()).hexdigest() for s in SOURCES}
        root = Path() if self.inplace else Path(self.build_lib)
        (root / "registry" / "compiled.json").write_text(json.dumps(digests), encoding="utf-8")


setup(ext_modules=extensions(), cmdclass={"build_ext": Build})
