"""A node with a provider of identities does not start unsafe, and says what to do."""

from pathlib import Path

import pytest

from registry.accounts.secret import check_safe
from registry.settings.config import Config, load
from registry.settings.oidc import client_secret
from vocab.errors import UsageError

GOOD = {
    "issuer": "https://provider.example/api/v2",
    "client_id": "maillage",
    "client_secret_file": "provider.key",
    "label": "ProConnect",
}
SECRET = "q7Vt-2mXh9_LwZ4cKd8RnPy3BsGfTu6A"  # noqa: S105  of tests
KEY = "r9Wm-4kZp2_QxB7nJt5VcHs8DyLgFu3E"


def settings(folder: Path, **changed: str) -> Config:
    values = GOOD | changed
    lines = [f'{name} = "{value}"' for name, value in values.items() if value != ""]
    lines = [line.replace('"true"', "true") for line in lines]
    text = "[accounts]\nenabled = true\n[oidc]\n" + "\n".join(lines)
    text = f'[node]\nbase_url = "https://maillage.example/"\n{text}\n'
    file = folder / "maillage.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, {"MAILLAGE_ACCOUNTS_SECRET": KEY}, data=folder)


def secret_file(folder: Path, text: str = SECRET, mode: int = 0o600) -> Path:
    file = folder / "provider.key"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def test_good_settings_are_read_and_the_secret_lies_beside_them(tmp_path: Path) -> None:
    file = secret_file(tmp_path, SECRET + "\n")
    found = settings(tmp_path).oidc
    assert (found.scopes, found.algorithms, found.acr) == ("openid", "RS256 ES256", "")
    assert found.client_secret_file == str(file)
    assert client_secret(found) == SECRET
    check_safe(settings(tmp_path))
    assert SECRET not in repr(settings(tmp_path))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"issuer": "http://provider.example"}, "issuer 'http://provider.example': identities"),
        ({"issuer": "http://10.0.0.7"}, "in the clear"),
        ({"issuer": "http://localhost.example"}, "in the clear"),
        ({"issuer": "http://127.0.0.1:3000"}, "is this machine: write allow_private = true"),
        ({"issuer": "https://localhost"}, "is this machine: write allow_private = true"),
        ({"issuer": "provider.example"}, "give the https address"),
        ({"issuer": "ftp://provider.example"}, "give the https address"),
        ({"issuer": "https://a:b@provider.example"}, "give the https address"),
        ({"issuer": "https://provider.example?a=b"}, "give the https address"),
        ({"issuer": "https://provider.example#a"}, "give the https address"),
        ({"issuer": "https://provider.example:x"}, "give the https address"),
        ({"issuer": "https://pro vider.example"}, "give the https address"),
        ({"issuer": "https://provider.example/" + "a" * 400}, "give the https address"),
        ({"issuer": ""}, "needs issuer"),
        ({"client_id": ""}, "client_id '': give it"),
        ({"client_secret_file": ""}, "client_secret_file '': give it"),
        ({"label": ""}, "label '': give it"),
        ({"label": "P" * 41}, "40 characters at most"),
        ({"scopes": "profile"}, "scopes 'profile': give openid"),
        ({"scopes": "openid  profile"}, "give openid"),
        ({"algorithms": "none"}, "algorithms 'none': give some of"),
        ({"algorithms": "RS256 HS256"}, "algorithms 'RS256 HS256': give some of"),
        ({"algorithms": " "}, "algorithms ' ': give some of"),
        ({"acr": "a  b"}, "acr 'a  b'"),
        ({"client_secret": SECRET}, "unknown setting"),
        ({"secret": SECRET}, "unknown setting"),
    ],
)
def test_what_would_be_unsafe_or_make_no_sense_is_refused(
    tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    secret_file(tmp_path)
    with pytest.raises(UsageError) as told:
        settings(tmp_path, **changed)
    assert said in str(told.value)
    assert SECRET not in str(told.value)


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        (None, 0, "cannot be read"),
        (SECRET, 0o640, "chmod 600"),
        (SECRET, 0o604, "chmod 600"),
        ("", 0o600, "holds no secret"),
        ("short", 0o600, "holds no secret"),
        ("changeme-changeme-changeme", 0o600, "holds no secret"),
        (f"{SECRET}\n{SECRET}", 0o600, "holds no secret"),
        ("é" * 40, 0o600, "cannot be read"),
    ],
)
def test_a_node_does_not_start_without_a_secret_that_is_its_own(
    tmp_path: Path, text: str | None, mode: int, said: str
) -> None:
    if text is not None:
        secret_file(tmp_path, text, mode)
    with pytest.raises(UsageError) as told:
        check_safe(settings(tmp_path))
    assert said in str(told.value)
    assert "client_secret_file" in told.value.message("fr")
    assert SECRET not in str(told.value)


def test_a_provider_on_the_machine_itself_is_taken_where_it_is_meant(tmp_path: Path) -> None:
    found = settings(tmp_path, issuer="http://127.0.0.1:3000", allow_private="true").oidc
    assert found.is_plain


def test_without_accounts_no_secret_is_looked_for(tmp_path: Path) -> None:
    file = tmp_path / "maillage.toml"
    lines = "\n".join(f'{name} = "{value}"' for name, value in GOOD.items())
    file.write_text(f"[oidc]\n{lines}\n", encoding="utf-8")
    check_safe(load(file, {}, data=tmp_path))
