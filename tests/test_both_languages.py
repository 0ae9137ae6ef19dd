"""Every error that a person may meet is told in French and in English, wherever it shows."""

import ast
import pickle
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.errors import BusyError, DocumentError
from maillage.main import cli
from registry.ledger.errors import LedgerError
from registry.web.answer.admission import QueryBudgetError
from vocab.errors import MaillageError, PublishedError, UsageError

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("vocab", "sandbox", "shapes", "registry", "harvester", "maillage")
# Their sentences are in a catalogue that has both languages.
IN_A_CATALOGUE = "ExplainedError"
# A verdict between the compiler of shapes and its engine: no page and no command tells it.
INTERNAL = "Refused"
# Answers in the language of the request: its texts are in the catalogue of the web pages.
TRANSLATED = ROOT / "registry" / "web" / "network" / "activity_streams.py"


@cache
def parsed() -> dict[Path, ast.Module]:
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def named(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def classes() -> Iterator[ast.ClassDef]:
    for tree in parsed().values():
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def family(root: str) -> set[str]:
    """Give the names of a class and of all that descend from it."""
    found: set[str] = set()
    more = {root}
    while more:
        found |= more
        more = {each.name for each in classes() if found & set(map(named, each.bases))} - found
    return found


def own_making(names: set[str]) -> set[str]:
    """Give the classes that write their sentences themselves, out of other arguments."""
    return {
        each.name
        for each in classes()
        if each.name in names
        for part in each.body
        if isinstance(part, ast.FunctionDef) and part.name == "__init__"
    } - {"MaillageError"}


def has_french(call: ast.Call) -> bool:
    french = call.args[1:2] + [word.value for word in call.keywords if word.arg == "french"]
    return bool(french) and not (isinstance(french[0], ast.Constant) and not french[0].value)


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_every_error_has_a_french_sentence() -> None:
    plain = family("MaillageError") - family(IN_A_CATALOGUE) - {INTERNAL}
    direct = plain - own_making(plain)
    assert {"UsageError", "PublishedError", "LockedError", "QueryTooLargeError"} <= direct
    breaches = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, tree in parsed().items()
        if path != TRANSLATED
        for call in calls(tree)
        if named(call.func) in direct and not has_french(call)
    ]
    assert breaches == []


def test_errors_that_write_their_own_sentence_write_two() -> None:
    plain = family("MaillageError") - family(IN_A_CATALOGUE) - {INTERNAL}
    assert own_making(plain) == {"QueryBudgetError"}
    error = QueryBudgetError(7)
    assert "7 s" in error.message("fr")
    assert "7 s" in error.message("en")
    assert error.message("fr") != error.message("en") == str(error)


def test_an_error_keeps_both_languages_from_one_process_to_another() -> None:
    reason = PublishedError("the file is empty", "le fichier est vide")
    told = DocumentError("MED-H210", url="https://pole.example/t.csv", reason=reason)
    for error in (LedgerError("no such source", "source inconnue"), reason, told):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
        assert type(again) is type(error)
        assert (str(again), again.message("en"), again.message("fr")) == (
            str(error), error.message("en"), error.message("fr"),
        )  # fmt: skip
    assert "(the file is empty)" in told.message("en")
    assert "(le fichier est vide)" in told.message("fr")


def test_an_error_of_use_from_the_catalogue_is_told_in_both_languages() -> None:
    busy: MaillageError = BusyError("MED-H403", source="zinc")
    assert isinstance(busy, UsageError)
    assert "déjà en cours" in busy.message("fr")
    assert "already running" in busy.message("en") == str(busy)


def test_an_error_of_others_without_french_is_told_in_english() -> None:
    assert UsageError("impossible").message("fr") == "impossible"


COMMANDS = {
    "unknown source": (
        ["harvest", "absent"],
        "aucune source ne s'appelle « absent » ; sources connues : aucune",
        "no source is called 'absent'; known: none",
    ),
    "unknown setting": (
        ["source", "list"],
        "[node] prot : réglage inconnu (voulez-vous port ?) ; réglages connus : base_url,",
        "[node] prot: unknown setting (do you mean port?); known: base_url,",
    ),
    "empty table": (
        ["import", "empty.csv"],
        "empty.csv : le fichier est vide, alors que sa première ligne doit nommer les colonnes",
        "empty.csv: the file is empty: its first row must name the columns",
    ),
    "wrong mapping": (
        ["import", "empty.csv", "--mapping", "wrong.toml"],
        "wrong.toml : [[choose.nom]] numéro 1 : clé inconnue : « colum »",
        "wrong.toml: [[choose.nom]] number 1: unknown key 'colum'",
    ),
}


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_is_wrong_in_the_language_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, lang: str
) -> None:
    words, *sentences = COMMANDS[name]
    setting = "prot = 1" if name == "unknown setting" else 'data = "data"'
    (tmp_path / "maillage.toml").write_text(f"[node]\n{setting}\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "wrong.toml").write_text(
        '[id]\ncolumn = "id"\n[[choose.nom]]\ncolum = "x"\n', encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    french, english = sentences
    told = CliRunner().invoke(cli, ["--lang", lang, *words])
    assert (french in told.stderr, english in told.stderr) == (lang == "fr", lang == "en"), (
        told.stderr
    )
    assert told.exit_code == (3 if name == "empty table" else 2)
    assert CliRunner().invoke(cli, words).stderr == told.stderr or lang == "en"


def test_what_a_terminal_would_obey_is_not_quoted(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("nom;\x1b]0;title\x07x\u202e\na;b\n", encoding="utf-8")
    told = CliRunner().invoke(cli, ["--data", str(tmp_path / "data"), "import", str(file)])
    assert "pas de colonne « id »" in told.stderr
    assert all(char.isprintable() or char == "\n" for char in told.stderr)
