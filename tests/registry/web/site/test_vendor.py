"""What others wrote is exactly what THIRD_PARTY.md says: no file more, no byte changed."""

import hashlib
import re

from tests.conftest import ROOT

FOLDERS = ("registry/web/static/vendor", "tests/data/vendor")
_ROW = re.compile(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", re.MULTILINE)


def listed() -> dict[str, str]:
    return dict(_ROW.findall((ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")))


def present() -> dict[str, str]:
    files = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file())
    return {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_every_vendored_file_is_listed_with_its_hash() -> None:
    assert present() == listed()


def test_every_vendored_folder_has_its_licence() -> None:
    for folder in FOLDERS:
        for package in (path for path in (ROOT / folder).iterdir() if path.is_dir()):
            names = {path.name for path in package.iterdir()}
            assert names & {"LICENSE.txt", "SOURCES.md"}, package.name
