"""The first steps of a pole: its settings, and the address under which it publishes."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from maillage.main import cli
from maillage.steps.public_address import is_private
from registry.settings.config import DEFAULT_LICENCE, Pole, load
from tests.maillage.command import maillage
from tests.maillage.test_commands import ROWS, table

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "places.csv").write_text(table(ROWS), encoding="utf-8")
    return tmp_path


def run(*arguments: str, typed: str = "", code: int = 0) -> str:
    done = CliRunner().invoke(cli, arguments, input=typed)
    assert done.exit_code == code, done.output
    return done.output


def test_d6_the_readme_is_what_works(folder: Path) -> None:
    block = README.read_text(encoding="utf-8").split("## Keep a pole", 1)[1].split("```")[1]
    commands = [line.partition("#")[0].split()[1:] for line in block.splitlines()[1:] if line]
    assert [command[0] for command in commands] == ["init", "import", "validate", "publish"]
    typed = "médias.fr\nPôle numérique de l'Île-de-France\n\nbonjour@medias.fr\n77,78\n\n"
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "maillage", *command],
            input=typed, capture_output=True, text=True, cwd=folder, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "site" / "id" / "place" / "alpha" / "index.html").is_file()
    stream = (folder / "site" / "feed" / "stream.trig").read_text(encoding="utf-8")
    assert "https://xn--mdias-bsa.fr/" in stream
    assert "127.0.0.1" not in stream


def test_d6_questions_are_asked_in_the_language_and_again_when_wrong(folder: Path) -> None:
    told = run(
        "init", typed="127.0.0.1\nftp://x.fr\n\npole.fr/lieux\nLe Pôle\nPôle !\n\n44; 29\n\n"
    )
    assert "Adresse publique de votre site" in told
    assert "http://127.0.0.1/ est une adresse" in told or "127.0.0.1/ est une adresse" in told
    assert "« ftp://x.fr » n'est pas une adresse de site" in told
    assert "maillage publish site/feed" in told
    config = load(folder / "maillage.toml", {})
    assert config.base_url == "https://pole.fr/lieux/"
    assert (config.slug, config.title) == ("pole", "Le Pôle")
    assert config.data == folder.joinpath("maillage-data").relative_to(folder) or config.data
    assert config.pole == Pole("Le Pôle", departements=("44", "29"))
    assert "Name of your pole" in run(
        "--lang", "en", "init", "--force", typed="pole.fr\nP\n\n\n\n\n"
    )


def test_d6_options_say_all_and_nothing_is_asked(folder: Path) -> None:
    told = run(
        "init", "--base-url", "https://pole.fr", "--name", 'Pôle "\\ de l\'Île\x7f', "--title", "T",
        "--slug", "Mon Pôle", "--contact", "a@b.fr", "--departements", "2A,974", "--licence",
        "https://spdx.org/licenses/CC-BY-4.0", "--yes",
    )  # fmt: skip
    assert told.startswith("maillage.toml\n")
    config = load(folder / "maillage.toml", {})
    assert (config.slug, config.title, config.base_url) == ("mon-pole", "T", "https://pole.fr/")
    assert config.pole == Pole(
        'Pôle "\\ de l\'Île', contact_email="a@b.fr", departements=("2A", "974"),
        licence="https://spdx.org/licenses/CC-BY-4.0",
    )  # fmt: skip


def test_d6_an_address_is_enough(folder: Path) -> None:
    run("--quiet", "init", "--base-url", "https://www.pole.fr/", "--yes")
    config = load(folder / "maillage.toml", {})
    assert (config.slug, config.title) == ("www-pole-fr", "www.pole.fr")
    assert config.pole is not None
    assert config.pole.licence == DEFAULT_LICENCE


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "donnez --base-url, --name et --yes"),
        (["--yes"], "n'est pas une adresse de site"),
        (["--yes", "--base-url", "http://192.168.1.2/"], "adresse de cette machine"),
        (["--yes", "--base-url", "http://localhost:8000/"], "--allow-private"),
        (["--yes", "--base-url", "https://pole.fr/?q=1"], "sans paramètres"),
        (["--yes", "--base-url", "https://pole.fr/", "--contact", "moi"], "contact_email"),
        (["--yes", "--base-url", "https://pole.fr/", "--licence", "libre"], "licence"),
    ],
)
def test_d6_what_cannot_be_is_told_and_nothing_is_written(
    folder: Path, arguments: list[str], said: str
) -> None:
    told = run("init", *arguments, code=2)
    assert said in told
    assert [path.name for path in folder.iterdir()] == ["places.csv"]


def test_d6_settings_that_are_there_stay(folder: Path) -> None:
    (folder / "maillage.toml").write_text("# mine\n", encoding="utf-8")
    init = ("init", "--base-url", "https://pole.fr/", "--yes")
    assert "existe déjà et reste tel quel" in run(*init, code=2)
    assert (folder / "maillage.toml").read_text(encoding="utf-8") == "# mine\n"
    run(*init, "--force", "--contact", "no", code=2)
    assert (folder / "maillage.toml").read_text(encoding="utf-8") == "# mine\n"
    run(*init, "--force")
    assert "pole.fr" in (folder / "maillage.toml").read_text(encoding="utf-8")


def test_d6_its_comments_are_in_french_and_it_goes_where_it_is_said(folder: Path) -> None:
    run("--config", "other.toml", "init", "--base-url", "https://pole.fr/", "--yes")
    text = (folder / "other.toml").read_text(encoding="utf-8")
    assert "# Adresse publique de votre site." in text
    assert not (folder / "maillage.toml").exists()


def test_d6_publishing_under_an_address_of_this_machine_is_refused(folder: Path) -> None:
    maillage(folder, "--data", "data", "import", "places.csv")
    told = maillage(folder, "--data", "data", "publish", "site/feed", code=2)
    assert "http://127.0.0.1:8000/id/" in told
    assert "maillage init" in told
    assert not (folder / "site").exists()
    maillage(folder, "--data", "data", "publish", "site/feed", "--allow-private")
    assert (folder / "site" / "feed" / "stream.trig").is_file()
    told = maillage(folder, "--data", "data", "publish", "site/feed")
    assert "Attention : http://127.0.0.1:8000/id/" in told, "what was begun goes on"


@pytest.mark.parametrize(
    ("settings", "feed", "code"),
    [
        ('namespace = "https://pole.fr/id/"', "", 2),
        ('namespace = "https://pole.fr/id/"', "https://pole.fr/feed/", 0),
        ('base_url = "https://pole.fr/"', "", 0),
        ('base_url = "https://pole.fr/"', "http://10.0.0.1/feed/", 2),
        ('base_url = "https://pole.example/"', "", 0),
    ],
)
def test_d6_each_address_that_is_published_is_looked_at(
    folder: Path, settings: str, feed: str, code: int
) -> None:
    text = f'[node]\ndata = "data"\n{settings}\n'
    (folder / "maillage.toml").write_text(text, encoding="utf-8")
    told = run("publish", "site/feed", *(("--feed-url", feed) if feed else ()), code=code)
    assert ("adresse d'exemple" in told) == ("example" in settings)


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://127.0.0.1:8000/", True), ("http://127.1/", True), ("http://2130706433/", True),
        ("http://localhost./", True), ("http://a.localhost/", True), ("http://pole.local/", True),
        ("http://nas/", True), ("http://10.1.2.3/", True), ("http://169.254.1.1/", True),
        ("http://[::1]/", True), ("http://[::ffff:127.0.0.1]/", True), ("http://[fd00::1]/", True),
        ("http://0.0.0.0/", True), ("https://pole.fr/", False), ("http://8.8.8.8/", False),
        ("https://localhost.fr/", False), ("https://local.pole.fr/", False),
    ],
)  # fmt: skip
def test_d6_an_address_of_this_machine_or_network(url: str, private: bool) -> None:
    assert is_private(url) is private
