"""Settings come from the file, then the environment, then flags; nonsense is refused by name."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from registry.ledger.errors import LedgerAddressError
from registry.ledger.ledger import Ledger
from registry.settings.config import Config, ImportSettings, Pole, load, unread
from vocab.errors import UsageError

ROOT = Path(__file__).resolve().parent.parent

FILE = """
[node]
slug = "ping"
title = "Ping"
data = "state"
port = 8003
base_url = "http://127.0.0.1:8003"

[pole]
name = "Ping"
departements = ["44"]

[[import]]
source = "bibliotheques"
file = "bibliotheques.json"
"""


TLS = {"MAILLAGE_CLUSTER": "tls://scheduler.example:8786"} | {
    f"MAILLAGE_CLUSTER_{name}": f"/etc/maillage/{name}.pem" for name in ("CA", "CERT", "KEY")
}
TWICE = """
[[import]]
source = "a"
file = "one.csv"

[[import]]
source = "a"
file = "two.csv"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "maillage.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_a_file_gives_the_settings_and_paths_are_relative_to_it(file: Path) -> None:
    config = load(file, {})
    assert (config.slug, config.port) == ("ping", 8003)
    assert config.data == file.parent / "state"
    assert config.base_url == "http://127.0.0.1:8003/"
    assert config.namespace == "http://127.0.0.1:8003/id/"
    assert config.pole == Pole(name="Ping", departements=("44",))
    assert config.imports == (ImportSettings("bibliotheques", file.parent / "bibliotheques.json"),)


def test_the_environment_beats_the_file_and_flags_beat_both(file: Path) -> None:
    environ = {"MAILLAGE_PORT": "9000", "MAILLAGE_TITLE": "Autre", "MAILLAGE_SAMPLE_NOTICE": "oui"}
    config = load(file, environ, port=9100)
    assert (config.port, config.title, config.sample_notice) == (9100, "Autre", True)


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(None, {}, data=tmp_path).base_url == "http://127.0.0.1:8000/"


@pytest.mark.parametrize(
    ("text", "environ", "said"),
    [
        ("[node]\nport = ", {}, "is not TOML"),
        ("[nodes]\n", {}, "unknown section [nodes]"),
        ("[node]\nprot = 1\n", {}, "[node] prot: unknown setting"),
        ("[node]\nslug = 'Été !'\n", {}, "slug 'Été !'"),
        ("[node]\nbase_url = 'ftp://x/'\n", {}, "base_url 'ftp://x/'"),
        ("[pole]\nlegal_form = 'x'\n", {}, "[pole]"),
        ("", {"MAILLAGE_PORT": "many"}, "MAILLAGE_PORT='many'"),
        ("[node]\nweb_trials = 'all'\n", {}, "web_trials 'all': use one of off, public, private"),
        ("[node]\nnamespace = 'id/'\n", {}, "namespace 'id/'"),
        ("[node]\ntrusted_proxy = 'proxy.example'\n", {}, "trusted_proxy 'proxy.example'"),
        ("[node]\ntrusted_proxy = '10.0.0.0/8'\n", {}, "trusted_proxy '10.0.0.0/8'"),
        ("", {"MAILLAGE_TRUSTED_PROXY": "127.0.0.1, ::1"}, "trusted_proxy '127.0.0.1, ::1'"),
        ("[node]\nstore_query_url = 'zz'\n", {}, "store_query_url 'zz'"),
        ("[node]\nstore_update_url = 'ftp://h/u'\n", {}, "store_update_url 'ftp://h/u'"),
        ("", {"MAILLAGE_STORE_AUTHORIZATION": "Basic x\nX-A: b"}, "store_authorization: give"),
        (TWICE, {}, "[[import]] source 'a': two files"),
        ("[[import]]\nsource = 'Été !'\nfile = 'x'\n", {}, "[[import]] source 'Été !': use"),
        ("[[import]]\nsource = ''\nfile = 'x'\n", {}, "[[import]] source '': use"),
        ("[node]\nnamespace = 'http://x y/'\n", {}, "namespace 'http://x y/'"),
        ("[node]\nharvest_evry_s = 3\n", {}, "unknown setting (do you mean harvest_every_s?)"),
        ("[node]\nSlug = 'a'\n", {}, "unknown setting (do you mean slug?)"),
        ("[node]\ndata = ''\n", {}, "[node] data is empty"),
        ("[pole]\nname = ' '\n", {}, "[pole] name is empty"),
        ("", {"MAILLAGE_DATA": ""}, "MAILLAGE_DATA='': give a folder"),
        ("", {"MAILLAGE_TITLE": "\udcff"}, "MAILLAGE_TITLE: give text in UTF-8"),
        ("", {"MAILLAGE_SAMPLE_NOTICE": "peut-être"}, "MAILLAGE_SAMPLE_NOTICE='peut-être'"),
        ("[node]\ncluster = 'tcp://localhost:8786'\n", {}, "[node] cluster: unknown setting"),
        ("[harvest]\ncluser = 'x'\n", {}, "unknown setting (do you mean cluster?)"),
        ("", {"MAILLAGE_CLUSTER": "scheduler:8786"}, "cluster 'scheduler:8786': give tcp://"),
        ("", {"MAILLAGE_CLUSTER": "tcp://127.0.0.1"}, "cluster 'tcp://127.0.0.1': give tcp://"),
        ("", {"MAILLAGE_CLUSTER": "tcp://[::1]:x"}, "cluster 'tcp://[::1]:x': give tcp://"),
        ("", {"MAILLAGE_CLUSTER": "tls://u:secret@h:1"}, "***@h:1': give tcp://"),
        ("[harvest]\ncluster = 'tcp://10.0.0.7:8786'\n", {}, "outside this machine give tls://"),
        ("", {"MAILLAGE_CLUSTER": "tcp://scheduler:8786"}, "outside this machine give tls://"),
        ("", {"MAILLAGE_CLUSTER": "tcp://localhost.example:8786"}, "outside this machine"),
        ("", {"MAILLAGE_CLUSTER": "tls://scheduler:8786"}, "TLS needs cluster_ca, cluster_cert"),
        ("", TLS, "need a ledger that they reach"),
        ("", {"MAILLAGE_PORT": "9" * 5000}, "MAILLAGE_PORT='" + "9" * 59 + "…: give"),
    ],
)
def test_nonsense_is_refused_by_name(
    tmp_path: Path, text: str, environ: dict[str, str], said: str
) -> None:
    path = tmp_path / "maillage.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(said)):
        load(path, environ, data=tmp_path)


@pytest.mark.parametrize(
    "environ",
    [
        {"MAILLAGE_CLUSTER": "tcp://127.0.0.1:8786"},
        {"MAILLAGE_CLUSTER": "tcp://localhost:8786"},
        {"MAILLAGE_CLUSTER": "tcp://[::1]:8786"},
        TLS | {"MAILLAGE_LEDGER_URL": "postgresql+psycopg://db.example/maillage"},
    ],
)
def test_a_cluster_is_on_this_machine_or_speaks_tls(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    assert load(None, environ, data=tmp_path).cluster == environ["MAILLAGE_CLUSTER"]


def test_the_files_of_a_cluster_lie_beside_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "maillage.toml"
    path.write_text("[harvest]\ncluster_key = 'tls/key.pem'\n", encoding="utf-8")
    assert load(path, {}, data=tmp_path).cluster_key == str(tmp_path / "tls" / "key.pem")


def test_settings_that_windows_saved_with_a_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "maillage.toml"
    path.write_text("\ufeff[node]\nslug = 'ping'\n", encoding="utf-8")
    assert load(path, {}, data=tmp_path).slug == "ping"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("MAILLAGE_HARVEST_EVRY_S", "MAILLAGE_HARVEST_EVERY_S"),
        ("MAILLAGE_LEDGER_URI", "MAILLAGE_LEDGER_URL"),
        ("MAILLAGE_Port", "MAILLAGE_PORT"),
        ("MAILLAGE_IMPORTS", ""),
        ("MAILLAGE_COLOUR", ""),
    ],
)
def test_a_variable_that_is_no_setting_is_told_with_the_one_that_is_meant(
    name: str, meant: str
) -> None:
    assert unread({name: "hush"}) == [(name, meant)]


@pytest.mark.parametrize("name", ["MAILLAGE_CREDENTIALS_ZINC", "MAILLAGE_TRACE", "MAILLAGE_PORT"])
def test_a_variable_that_is_read_is_not_told(name: str) -> None:
    assert unread({name: "x", "OTHER": "y"}) == []


def test_f5_a_secret_that_cannot_be_is_not_shown() -> None:
    with pytest.raises(UsageError) as told:
        load(None, {"MAILLAGE_STORE_AUTHORIZATION": "Basic hush\n"})
    assert "hush" not in told.value.message("en") + told.value.message("fr")


def test_f6_a_port_of_the_ledger_that_is_none_is_told_without_its_password() -> None:
    with pytest.raises(LedgerAddressError) as told:
        Ledger.open("postgresql+psycopg://u:hush@h:port/x")
    assert "hush" not in told.value.message("en") + told.value.message("fr")


@pytest.mark.parametrize("address", ["", "*", "127.0.0.1", "::1", "2001:db8::7"])
def test_f2_a_proxy_is_named_by_its_address(address: str) -> None:
    assert load(None, {"MAILLAGE_TRUSTED_PROXY": address}).trusted_proxy == address


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.toml"):
        load(tmp_path / "absent.toml", {})


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    names = [f.name for kind in (Config, Pole, ImportSettings) for f in fields(kind)]
    assert [n for n in names if f"`{n}`" not in page and n not in {"pole", "imports"}] == []


def test_the_sample_settings_all_load() -> None:
    files = sorted((ROOT / "samples").rglob("*.toml"))
    settings = [f for f in files if f.name in {"maillage.toml", "registry.toml"}]
    loaded = [load(f, {}, data=Path("unused")) for f in settings]
    assert len({config.port for config in loaded}) == len(loaded) == 6
    assert all(entry.file.is_file() for config in loaded for entry in config.imports)
