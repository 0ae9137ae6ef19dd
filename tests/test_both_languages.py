"""Every error that a person may meet is told in French and in English, wherever it shows."""

import ast
import io
import json
import pickle
import shutil
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from string import Formatter
from typing import cast

import click
import pytest
import rdflib
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po
from click.testing import CliRunner
from rdflib.namespace import DCAT, DCTERMS

from harvester.errors import BusyError, DocumentError
from harvester.rules import finding as found_by_rule
from maillage.main import cli
from registry.ledger.errors import LedgerError
from registry.ledger.types import Refusal
from registry.node import Node
from registry.publish.publisher import publish
from registry.settings.config import Config
from registry.web.answer.admission import QueryBudgetError
from registry.web.app import create_app
from registry.web.data.sparql_description import examples
from shapes.findings import Finding
from shapes.harvest_rules import harvest_rules
from shapes.report import render
from tests.registry.publish.feed_samples import POLE, MemoryLog, place
from tests.registry.web.network_of_tests import add_source, harvest, open_node
from vocab import messages
from vocab.errors import MaillageError, PublishedError, UsageError
from vocab.messages import FOLDER, SOURCE, Message, languages
from vocab.translations import update

ROOT = Path(__file__).resolve().parent.parent
# Their sentences are those of rules: tests/shapes/test_harvest_rules.py.
BY_CODE = "ExplainedError"
# A verdict between the compiler of shapes and its engine: no page and no command tells it.
INTERNAL = "Refused"
# What is said is a value, not a literal: it was said before, and is passed on.
PASSED_ON = {
    "vocab/errors.py",
    "shapes/harvest_rules.py",
    "harvester/rules.py",
    "harvester/sources/table_report.py",
    "registry/publish/site.py",
    "registry/serving/supervisor.py",
    "maillage/terminal/context.py",
}


@cache
def parsed() -> dict[Path, ast.Module]:
    paths = [path for room in update.ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def named(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def classes() -> Iterator[ast.ClassDef]:
    for tree in parsed().values():
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def family(root: str) -> set[str]:
    """Return the names of a class and of all that descend from it."""
    found: set[str] = set()
    more = {root}
    while more:
        found |= more
        more = {each.name for each in classes() if found & set(map(named, each.bases))} - found
    return found


def own_making(names: set[str]) -> set[str]:
    """Return the classes that write their sentences themselves, out of other arguments."""
    return {
        each.name
        for each in classes()
        if each.name in names
        for part in each.body
        if isinstance(part, ast.FunctionDef) and part.name == "__init__"
    } - {"MaillageError"}


def calls() -> Iterator[tuple[Path, ast.Call]]:
    """Every place where an error or a message is made of a template."""
    plain = family("MaillageError") - family(BY_CODE) - {INTERNAL}
    makers = plain - own_making(plain) | {"Message"}
    assert {"UsageError", "PublishedError", "LockedError", "QueryTooLargeError"} <= makers
    for path, tree in parsed().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            if (named(node.func) in makers | {"__init__"} and node.args) or to_users(node.func):
                yield path, node


def to_users(function: ast.expr) -> bool:
    """Whether a function is one by which a command speaks."""
    return (
        isinstance(function, ast.Attribute)
        and function.attr in {"text", "notify"}
        and named(function.value).endswith("settings")
    )


def template(call: ast.Call) -> str | None:
    found = call.args[0] if call.args else None
    return found.value if isinstance(found, ast.Constant) else None  # type: ignore[return-value]


def names(text: str) -> set[str]:
    """The values that a template asks for; an attribute or an index of one would not be found."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_template_is_written_where_it_is_said() -> None:
    """So that it can be found: a template made of values would be in no catalogue."""
    breaches = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, call in calls()
        if template(call) is None
        and named(call.func) != "__init__"
        and not any(isinstance(each, ast.Attribute) for each in call.args[:1])
    ]
    assert [each for each in breaches if each.split(":")[0] not in PASSED_ON] == []


def test_every_value_that_a_sentence_asks_for_is_given() -> None:
    seen = 0
    catalogue = {each.id: each.string for each in update.read("fr") if each.id}
    for path, call in calls():
        text = template(call)
        if text is None or any(word.arg is None for word in call.keywords):
            continue
        given = {str(word.arg) for word in call.keywords}
        where = f"{path.relative_to(ROOT)}:{call.lineno}"
        if given:
            french = str(catalogue[text])
            assert names(text) <= given, where
            assert names(french) <= given, where
            assert given <= names(text) | names(french), f"{where}: a value that nothing shows"
        seen += 1
    assert seen > 300


@pytest.mark.parametrize("lang", [lang for lang in languages() if lang != SOURCE])
def test_every_sentence_has_its_translation_and_none_is_left_over(lang: str) -> None:
    catalogue = {(each.context or "", each.id): each for each in update.read(lang) if each.id}
    singular = {(context, key if isinstance(key, str) else key[0]) for context, key in catalogue}
    said, click = set(update.messages_in_code()), {("", word) for word in update.of_click()}
    assert said - singular == set()
    assert singular - said - click == set()
    for key, message in catalogue.items():
        parts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(parts), key
        assert not message.fuzzy, key


@pytest.mark.parametrize("lang", [lang for lang in languages() if lang != SOURCE])
def test_the_catalogue_is_written_as_make_messages_writes_it(lang: str) -> None:
    compiled, written = io.BytesIO(), io.BytesIO()
    write_mo(compiled, update.read(lang))
    write_po(written, update.updated(lang), width=100)
    path = FOLDER / lang / "LC_MESSAGES" / "maillage"
    assert path.with_suffix(".mo").read_bytes() == compiled.getvalue()
    assert path.with_suffix(".po").read_bytes() == written.getvalue()


def test_errors_that_write_their_own_sentence_are_told_in_both_languages() -> None:
    plain = family("MaillageError") - family(BY_CODE) - {INTERNAL}
    assert own_making(plain) == {"QueryBudgetError"}
    error = QueryBudgetError(7)
    assert "7 s" in error.message("fr")
    assert "7 s" in error.message("en")
    assert error.message("fr") != error.message("en") == str(error)


def test_a_message_translates_what_it_holds_and_nothing_fails_on_a_wrong_catalogue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inner = UsageError("no source is called {slug!r}", slug="zinc")
    outer = Message("{where}: give {what}", where=inner, what=Message("a folder"))
    assert outer == "no source is called 'zinc': give a folder"
    assert outer.message("fr") == "aucune source ne s'appelle « zinc » : donnez un dossier"
    assert outer.message("xx") == outer
    monkeypatch.setattr(messages, "translate", lambda *_: "{nothing} {like} {that!z}")
    assert outer.message("fr") == outer


def test_braces_are_kept_where_there_are_no_values_and_in_values() -> None:
    assert (
        Message("write {} or {x}") == Message("write {} or {x}").message("fr") == "write {} or {x}"
    )
    told = Message("{name}: not TOML: {error}", name="{a}", error=ValueError("{b!r} {0}"))
    assert told == "{a}: not TOML: {b!r} {0}"
    assert told.message("fr") == "{a} : ce n'est pas du TOML ({b!r} {0})"


def test_a_message_shows_no_secret_and_keeps_what_it_says_between_processes() -> None:
    told = Message("{path}: cannot be read ({reason})", path="https://a:b@h/?token=t&a", reason="r")
    again = pickle.loads(pickle.dumps(told))  # noqa: S301  # our own bytes
    assert told == again == "https://***@h/?token=***&a: cannot be read (r)"
    assert again.message("fr") == told.message("fr")
    assert "token=***" in told.message("fr")


def test_an_error_keeps_both_languages_from_one_process_to_another() -> None:
    deep = PublishedError("objects nested too deep for a table")
    reason = PublishedError("{name}: {error}", name="t.csv", error=deep)
    told = DocumentError("MED-H210", url="https://pole.example/t.csv", reason=reason)
    plain = LedgerError("no source is called {slug!r}", slug="zinc")
    for error in (plain, QueryBudgetError(7), reason, told):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
        assert type(again) is type(error)
        assert (str(again), again.message("en"), again.message("fr")) == (
            str(error), error.message("en"), error.message("fr"),
        )  # fmt: skip
    assert plain.message("fr") == "aucune source ne s'appelle « zinc »"
    assert "(t.csv: objects nested too deep for a table)" in told.message("en")
    assert "(t.csv : des objets sont trop imbriqués pour un tableau)" in told.message("fr")


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


def test_no_french_is_left_in_english() -> None:
    for (context, sentence), many in update.messages_in_code().items():
        assert not set("«»œ") & set(context + sentence + many), sentence


def test_example_queries_have_both_titles() -> None:
    for example in examples():
        assert example.title.message("fr") != example.title.message("en")
        assert "# fr" not in example.text


@pytest.fixture
def breton(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A third language: one catalogue in a folder, with a few sentences, beside a copy of ours."""
    shutil.copytree(FOLDER / "fr", tmp_path / "fr")
    catalogue = Catalog(locale="br")
    catalogue.add("no source is called {slug!r}; known: {names}", "n'eus mammenn ebet {slug}")
    catalogue.add("State of the sources", "Stad ar mammennoù")
    catalogue.add("committed", "enrollet")
    catalogue.add("Published changes", "Cheñchamantoù embannet")
    catalogue.add("Data published by {name}", "Roadennoù embannet gant {name}")
    catalogue.add(harvest_rules()["MED-H214"].template, "{rows} linenn hep anv e {url}.")
    folder = tmp_path / "br" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "maillage.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(messages, "FOLDER", tmp_path)
    messages.forget()
    yield
    monkeypatch.undo()
    messages.forget()


def test_a_third_language_is_a_catalogue_alone(
    breton: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert languages() == ("fr", "en", "br")
    monkeypatch.setattr(cli.params[2], "type", click.Choice(languages()))
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(cli, ["--lang", "br", "--data", "data", "harvest", "absent"])
    assert "n'eus mammenn ebet absent" in told.stderr
    untold = CliRunner().invoke(cli, ["--lang", "br", "--data", "data", "harvest"])
    assert "name sources, or give --all" in untold.stderr
    with Node.open(Config(tmp_path / "node")) as node:
        visitor = create_app(node).test_client()
        page = visitor.get("/br/").text
        assert '<html lang="br">' in page
        assert "Stad ar mammennoù</a>" in page
        assert "Find a place</a>" in page
        assert 'hreflang="br">Brezhoneg</a>' in visitor.get("/").text


@pytest.mark.parametrize("many", ["", "{count} places"])
def test_a_sentence_that_got_a_plural_or_lost_it_is_to_be_translated_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], many: str
) -> None:
    path = tmp_path / "br" / "LC_MESSAGES" / "maillage.po"
    path.parent.mkdir(parents=True)
    before = Catalog(locale="br")
    before.add(
        "{count} place" if many else ("{count} place", "{count} places"),
        "lec'h" if many else ("lec'h", "lec'hioù"),
    )
    before.add("yes", "ya")
    with path.open("wb") as file:
        write_po(file, before)
    monkeypatch.setattr(update, "FOLDER", tmp_path)
    monkeypatch.setattr(update, "ROOT", tmp_path)
    monkeypatch.setattr(
        update, "messages_in_code", lambda: {("", "{count} place"): many, ("", "yes"): ""}
    )
    update.main()
    assert "2 messages, 1 without sentence" in capsys.readouterr().out
    after = {str(each.id): each.string for each in update.read("br") if each.id}
    assert after.pop("yes") == "ya"
    (again,) = after.values()
    assert not any(again or ())
    assert isinstance(again, tuple) is bool(many)


@pytest.mark.usefixtures("breton")
def test_what_is_published_is_said_in_a_third_language(tmp_path: Path) -> None:
    log = MemoryLog()
    log.put(place(1))
    publish(log, POLE, tmp_path / "feed")
    catalog = rdflib.Graph().parse(tmp_path / "feed" / "catalog.ttl")
    titles = set(catalog.objects(rdflib.URIRef(POLE.feed_url), DCTERMS.title))
    assert rdflib.Literal(f"Roadennoù embannet gant {POLE.name}", lang="br") in titles
    assert {str(each.language) for each in titles if isinstance(each, rdflib.Literal)} == {
        "fr", "en", "br",
    }  # fmt: skip
    said = {each.language for each in catalog.objects(None, DCAT.keyword)}  # type: ignore[attr-defined]  # texts
    assert said == {"fr", "en"}, "what nobody wrote in Breton is not called Breton"
    page = (tmp_path / "feed" / "index.html").read_text("utf-8")
    assert '<a href="#br" lang="br">Brezhoneg</a>' in page
    assert '<section id="br" lang="br"' in page
    assert "<dt>Cheñchamantoù embannet</dt>" in page


def test_a_finding_is_said_in_a_third_language(breton: None, tmp_path: Path) -> None:
    """From where it is made, through another process, a report and the ledger, to the page."""
    made = found_by_rule("https://ping.example/id/1", "MED-H214", rows=3, url="https://a.example/")
    said = "3 linenn hep anv e https://a.example/."
    found: Finding = pickle.loads(pickle.dumps(made))  # noqa: S301  # our own
    assert found == made
    assert found.message("br") == said
    assert json.loads(render([found], "json"))[0]["message_br"] == said
    assert f'"{said}"@br' in render([found], "ttl")
    assert found.message("fr") not in {said, found.message("en")}
    with closing(open_node(tmp_path)) as node:
        add_source(node, "ping", "https://ping.example/id/")
        harvest(node, "ping", [], refusals=[Refusal(found.record, "", (found.fields(),))])
        visitor = create_app(cast("Node", node)).test_client()
        told = visitor.get("/br/moissons/1/constats.json").get_json()
        assert [each["message_br"] for each in told] == [said]
        assert said in visitor.get("/br/moissons/1.csv").text
        assert said not in visitor.get("/moissons/1.csv").text


def test_what_an_earlier_version_stored_is_read_in_a_third_language(
    breton: None, tmp_path: Path
) -> None:
    old = {"code": "MED-P001", "message_fr": "Sans nom.", "message_en": "No name."}
    with closing(open_node(tmp_path)) as node:
        add_source(node, "ping", "https://ping.example/id/")
        harvest(node, "ping", [], refusals=[Refusal("https://ping.example/id/1", "", (old,))])
        (told,) = (
            create_app(cast("Node", node)).test_client().get("/moissons/1/constats.json").get_json()
        )
    assert {told["message_fr"]} == {"Sans nom."}
    assert told["message_en"] == told["message_br"] == "No name."
