"""Which service of addresses may be named."""

from pathlib import Path

import pytest

from registry.settings.config import Config, load
from vocab.errors import UsageError


def settings(folder: Path, url: str) -> Config:
    file = folder / "maillage.toml"
    file.write_text(f"[addresses]\nurl = '{url}'\n", encoding="utf-8")
    return load(file)


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("", False),
        ("https://addresses.example/search/", False),
        ("http://127.0.0.1:7878/search/", True),
        ("http://localhost/search", True),
    ],
)
def test_a_service_is_named(tmp_path: Path, url: str, is_here: bool) -> None:
    found = settings(tmp_path, url)
    assert (found.addresses_url, found.addresses.is_here) == (url, is_here)


@pytest.mark.parametrize(
    "url",
    [
        "http://addresses.example/search/",
        "ftp://addresses.example/",
        "addresses.example",
        "https://",
        "https://addresses.example/search/?q=",
        "https://addresses.example/#a",
        "https://me:word@addresses.example/",
        "https://addresses.example:0/",
        "https://addresses.example:99999/",
        "https://adresses.exämple/",
        "https://addresses.example/ search",
        "https://addresses.example/" + "a" * 400,
    ],
)
def test_what_is_no_service_or_not_safe_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match="addresses"):
        settings(tmp_path, url)
