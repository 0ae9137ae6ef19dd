"""One byte flipped in each kind of file of a data folder: told, and the rest goes on."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harvester.fetch.kept import Kept
from harvester.fetch.values import Fetched
from harvester.run.pipeline import import_into
from maillage.main import cli
from maillage.steps.pole import publish_feed
from registry.ledger.types import Source
from registry.node import Node
from registry.settings.config import Config, load
from registry.web.answer import exports
from registry.web.app import create_app
from tests.shapes import samples
from vocab.records import Record

SPACE = samples.BASE
SETTINGS = '[node]\ndata = "data"\nbase_url = "https://zinc.example/"\n'
SERVED = ("ledger", "store", "index", "feed", "publishing")


def renamed(record: Record, number: int) -> Record:
    lines = (line.replace(record.iri, f"{record.iri}-{number}") for line in record.lines)
    return Record(f"{record.iri}-{number}", tuple(sorted(lines)))


def settings(data: Path) -> Config:
    return load(data.parent / "maillage.toml", {})


def run(data: Path, *arguments: str) -> Result:
    done = CliRunner().invoke(cli, ["--config", str(data.parent / "maillage.toml"), *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("node") / "data"
    (folder.parent / "maillage.toml").write_text(SETTINGS)
    with Node.open(settings(folder)) as node:
        source = Source("zinc", "zinc", "Zinc", "lieux.csv", "file", (SPACE,))
        node.ledger.put_source(source)
        import_into(node.ledger, source, [renamed(samples.good(), n) for n in range(40)])
        node.follow()
        publish_feed(node)
    for name in ("ledger", "index"):  # all in one file, as after a quiet while
        with closing(sqlite3.connect(folder / f"{name}.sqlite")) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@pytest.fixture
def data(pristine: Path, tmp_path: Path) -> Path:
    (tmp_path / "maillage.toml").write_text(SETTINGS)
    return Path(shutil.copytree(pristine, tmp_path / "data"))


def told(data: Path, *options: str) -> tuple[int, dict[str, list[str]]]:
    """What verifying says: exit code, and the defects of each part."""
    done = run(data, *options, "verify")
    parts: dict[str, list[str]] = {}
    for line in done.output.splitlines():
        if line.startswith("  "):
            parts[[*parts][-1]].append(line.strip())
        else:
            parts[line.split(":")[0]] = []
    return done.exit_code, parts


def flip(file: Path, at: int, bit: int = 0x10) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= bit
    file.chmod(0o600)
    file.write_bytes(content)


def test_f4_near_miss_a_sound_folder_is_sound(data: Path) -> None:
    code, parts = told(data)
    assert (code, tuple(parts)) == (0, SERVED)
    assert not any(parts.values())


def live(data: Path, part: str) -> list[Path]:
    if part == "store":
        current = data / "store" / "checkpoints" / (data / "store" / "CURRENT").read_text().strip()
        return sorted(current.glob("*.sst"))
    if part == "publishing":
        return sorted(file for file in (data / part).iterdir() if file.is_file())
    if part == "feed":
        return sorted(file for file in (data / part).rglob("*") if file.is_file())
    return [data / f"{part}.sqlite"]


@pytest.mark.parametrize("part", ["feed", "publishing"])
def test_f4_a_flipped_byte_in_what_is_served_or_published_from_is_always_found(
    data: Path, part: str
) -> None:
    rng = random.Random(part)
    for file in live(data, part):
        whole = file.read_bytes()
        for at in {0, len(whole) - 1, *(rng.randrange(len(whole)) for _ in range(2))}:
            flip(file, at)
            code, parts = told(data)
            assert code == 1, (file, at)
            assert parts[part], (file, at)
            assert file.name in parts[part][0]
            assert not [name for name in SERVED if name != part and parts[name]]
            file.write_bytes(whole)
    assert told(data)[0] == 0


@pytest.mark.parametrize("part", ["ledger", "store", "index"])
def test_f4_a_flipped_byte_in_a_database_is_found_or_means_nothing(
    data: Path, pristine: Path, part: str
) -> None:
    """Most bytes of a database are content; a few are free space, which nobody reads."""
    rng, found, tried = random.Random(part), 0, 0
    for file in live(data, part):
        whole = file.read_bytes()
        filled = [at for at in range(len(whole)) if whole[at] not in {0}]
        for at in rng.sample(filled, min(4 if part == "store" else 40, len(filled))):
            flip(file, at)
            code, parts = told(data)
            assert code in {0, 1}
            assert {"ledger", "store", "index"} <= set(parts)
            tried, found = tried + 1, found + bool(parts[part])
            others = [name for name in SERVED if name != part and parts[name]]
            assert not others or part == "ledger"  # what is compared with it departs from it too
            file.write_bytes(whole)
    assert found >= tried * (1 if part == "store" else 0.9), f"{found} of {tried}"


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("content", [b"", b"nonsense" * 4096], ids=["F4-empty", "F4-nonsense"])
@pytest.mark.parametrize("part", ["ledger", "index"])
def test_f4_a_file_that_is_no_database_any_more(
    data: Path, part: str, content: bytes, lang: str
) -> None:
    (data / f"{part}.sqlite").write_bytes(content)
    code, parts = told(data, "--lang", lang)
    assert code == 1
    assert set(parts) == set(SERVED)
    assert parts[part] if content else any(parts.values())
    assert not parts["publishing"]


def test_f4_a_damaged_ledger_ends_every_command_in_one_sentence(data: Path) -> None:
    (data / "ledger.sqlite").write_bytes(b"nonsense" * 4096)
    for command in (["source", "list"], ["harvest", "--all"], ["publish"], ["backup", "x.zip"]):
        done = run(data, *command)
        assert done.exit_code == 3
        assert "restore" in done.output
        assert len(done.output.splitlines()) == 1


def test_f4_a_damaged_piece_is_never_published(data: Path) -> None:
    rng = random.Random(4)
    before = {file: file.read_bytes() for file in live(data, "feed") if "dumps" in file.parts}
    for piece in live(data, "publishing"):
        flip(piece, rng.randrange(piece.stat().st_size))
    shutil.rmtree(data / "feed")
    with Node.open(settings(data)) as node:
        publish_feed(node)
    assert {file: file.read_bytes() for file in before} == before
    assert told(data)[0] == 0


@pytest.mark.parametrize("at", range(0, 300, 7))
def test_f4_a_kept_page_is_used_as_it_came_or_not_at_all(tmp_path: Path, at: int) -> None:
    kept = Kept(tmp_path)
    page = Fetched("https://p.example/1", 200, {"content-type": "application/trig"}, b"<> a <b> .")
    kept.put(page.url, page)
    kept.confirm(page.url)
    (file,) = tmp_path.iterdir()
    assert kept.of(page.url) == page
    if at < file.stat().st_size:
        flip(file, at, 0x01)
        found = kept.of(page.url)
        assert found is None or found == page


def test_f4_what_can_be_thrown_away_may_be_damaged_too(data: Path) -> None:
    (data / "kept").mkdir(exist_ok=True)
    (data / "kept" / "x.json").write_bytes(b"\xff\x00{")
    (data / "state.sqlite").write_bytes(b"nonsense" * 1024)
    assert told(data)[0] == 0
    done = run(data, "source", "list")
    assert done.exit_code == 0, done.output


def test_f4_answers_made_once_are_checked(data: Path) -> None:
    with Node.open(settings(data)) as node:
        client = create_app(node).test_client()
        for path in ("/lieux.csv", "/lieux.geojson"):
            for coding in ("br", "gzip", "identity"):
                for _ in range(2):
                    assert client.get(path, headers={"Accept-Encoding": coding}).data
    code, parts = told(data)
    assert (code, parts["encoded"]) == (0, [])
    made = [path for path in (data / "encoded").iterdir() if path.suffix != ".sha256"]
    assert {path.suffix for path in made} == {".br", ".gzip"}
    for file in made:
        flip(file, file.stat().st_size // 2)
        code, parts = told(data)
        assert code == 1
        assert [file.name in defect for defect in parts["encoded"]] == [True]
        file.unlink()
        assert told(data)[0] == 0  # as the remedy says


def test_f4_a_long_answer_of_a_selection_is_checked(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SMALL_ROWS", 1)
    with Node.open(settings(data)) as node:
        assert create_app(node).test_client().get("/lieux.json").data
    (made,) = (path for path in (data / "prepared").iterdir() if path.suffix != ".sha256")
    assert told(data)[1]["prepared"] == []
    flip(made, made.stat().st_size // 2)
    code, parts = told(data)
    assert (code, len(parts["prepared"])) == (1, 1)


def test_f4_what_an_earlier_version_made_is_not_judged(data: Path) -> None:
    for folder in ("encoded", "prepared"):
        (data / folder).mkdir()
        (data / folder / "0123").write_bytes(b"unsealed")
    assert told(data)[0] == 0


def test_f4_a_ledger_that_cannot_be_read_asks_for_its_backup(data: Path) -> None:
    with closing(sqlite3.connect(data / "ledger.sqlite")) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'change'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    flip(data / "ledger.sqlite", (page - 1) * size, 0x40)  # the kind of that page
    code, parts = told(data, "--lang", "en")
    assert code == 1
    unread = [defect for part in parts.values() for defect in part if "malformed" in defect]
    assert unread
    assert [defect for defect in unread if "rebuild" in defect or "sqlalche" in defect] == []
