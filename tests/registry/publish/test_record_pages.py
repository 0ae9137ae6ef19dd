"""The IRIs of a static pole lead somewhere: small pages, written where and when they must be."""

import json
import os
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag

import pyoxigraph as ox
import pytest

from registry.publish.pole import PoleDescription, pole_record
from registry.publish.publisher import publish
from registry.publish.record_pages import folder_at_namespace, path_of
from tests.registry.publish.feed_samples import POLE, MemoryLog, place
from tests.registry.publish.test_static_host import _Quiet, get, host
from vocab.errors import UsageError
from vocab.namespaces import expand
from vocab.records import Record, line_of

__all__ = ["_Quiet", "host"]

SPACE = POLE.namespace
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'


def named(iri: str, name: str = "Lieu") -> Record:
    literal = ox.Literal(name, language="fr")
    return Record(iri, (f"<{iri}> <https://schema.org/name> {literal} .",))


def page(folder: Path, path: str) -> str:
    return (folder / path / "index.html").read_text(encoding="utf-8")


def said(text: str) -> set[str]:
    """The triples of the JSON-LD in a page."""
    (content,) = SCRIPT.findall(text)
    return {line_of(quad.triple) for quad in ox.parse(content.encode(), ox.RdfFormat.JSON_LD)}


def log_of(*records: Record) -> MemoryLog:
    log = MemoryLog()
    for record in records:
        log.put(record)
    return log


FOLDERS = {
    "beside": ("https://p.example/feed/", "https://p.example/id/", "site/feed", "site/id"),
    "below": ("https://p.example/data/", "https://p.example/data/id/", "any", "any/id"),
    "the same": ("https://p.example/data/", "https://p.example/data/", "any", "any"),
    "above": ("https://p.example/a/feed/", "https://p.example/", "www/a/feed", "www"),
    "far": ("https://p.example/a/feed/", "https://p.example/b/c/", "a/feed", "b/c"),
    "a port": ("http://p.example:81/feed/", "http://p.example:81/id/", "s/feed", "s/id"),
    "accents": ("https://p.example/flux%20%C3%A9/", "https://p.example/id%C3%A9/",
                "s/flux é", "s/idé"),
    "another host": ("https://p.example/feed/", "https://w3id.org/p/", "site/feed", None),
    "another port": ("http://p.example:81/feed/", "http://p.example/id/", "site/feed", None),
    "another scheme": ("https://p.example/feed/", "http://p.example/id/", "site/feed", None),
    "another name": ("https://p.example/feed/", "https://p.example/id/", "out", None),
    "hash": ("https://p.example/feed/", "https://p.example/id#", "site/feed", None),
    "a way up": ("https://p.example/feed/", "https://p.example/%2E%2E/id/", "site/feed", None),
}  # fmt: skip


@pytest.mark.parametrize("name", FOLDERS)
def test_e5_the_addresses_tell_the_folder_or_nothing_does(tmp_path: Path, name: str) -> None:
    feed_url, namespace, folder, expected = FOLDERS[name]
    pole = PoleDescription("P", slug="p", namespace=namespace, feed_url=feed_url)
    found = folder_at_namespace(pole, tmp_path / folder)
    assert found == (expected and tmp_path / expected)


PATHS = {
    "plain": ("place/7", "place/7"),
    "encoded": ("place/caf%C3%A9%20n%C2%B01", "place/café n°1"),
    "as it is": ("place/café", "place/café"),
    "a slash inside": ("place/a%2Fb", "place/a/b"),
    "the namespace": ("", ""),
    "a file's name": ("place/a.ttl", "place/a.ttl"),
    "up": ("place/%2E%2E%2F%2E%2E%2Fetc", None),
    "up, plainly": ("place/../../etc", None),
    "absolute": ("place/%2F%2Fetc", None),
    "hidden": ("place/.htaccess", None),
    "no text": ("place/%FF", None),
    "nul": ("place/a%00b", None),
    "a query": ("place/a?b", None),
    "backslash": ("place/a%5C..%5Cb", None),
    "too long": ("place/" + "é" * 128, None),
    "long enough": ("place/" + "a" * 255, "place/" + "a" * 255),
    "what a folder shows": ("place/index.html", None),
    "our own file": ("records.json", None),
    "a folder": ("place/", None),
}


@pytest.mark.parametrize("name", PATHS)
def test_e5_a_record_is_where_hosts_look_for_it(name: str) -> None:
    rest, expected = PATHS[name]
    assert path_of(SPACE + rest, SPACE) == expected


def test_e5_a_page_says_what_the_record_says_to_people_and_to_machines(tmp_path: Path) -> None:
    record = place(3, name="Médiathèque <b> & co")
    publish(log_of(pole_record(POLE), record), POLE, tmp_path / "feed", at_iris=tmp_path / "id")
    text = page(tmp_path / "id", "place/lieu-3")
    assert said(text) == set(record.lines)
    words = unescape(re.sub(r"<[^>]+>", " ", SCRIPT.sub("", text)))
    for word in ("Médiathèque <b> & co n° 3", "3 rue de l'Église", "44100", "Nantes",
                 "Maîtrise des outils numériques du quotidien", "4 janvier 2026"):  # fmt: skip
        assert word in words
    assert f'href="{POLE.feed_url}index.html"' in text
    assert POLE.name in unescape(text)
    assert said(page(tmp_path / "id", "pole")) == set(pole_record(POLE).lines)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("Mo-Fr 09:00-12:00,14:00-17:30; Sa 10:00-13:00; PH off",
         "lundi à vendredi 9 h – 12 h, 14 h – 17 h 30 ; samedi 10 h – 13 h ; jours fériés : fermé"),
        ("24/7", "jour et nuit, tous les jours"),
        ("week 1-53/3 Mo 09:00-12:00", "week 1-53/3 Mo 09:00-12:00"),
    ],
)  # fmt: skip
def test_hours_are_said_in_words_as_on_the_site(tmp_path: Path, hours: str, words: str) -> None:
    publish(log_of(place(1, horaires=hours)), POLE, tmp_path / "feed", at_iris=tmp_path / "id")
    text = page(tmp_path / "id", "place/lieu-1")
    shown, _, _ = text.partition("<footer>")
    assert f"<dd>{words}</dd>" in unescape(SCRIPT.sub("", shown))
    assert hours in json.dumps(json.loads(SCRIPT.findall(text)[0]))


def test_e5_nothing_that_a_record_says_becomes_markup(tmp_path: Path) -> None:
    iri = f"{SPACE}place/x"
    lines = (
        f"<{iri}> <https://schema.org/name> {ox.Literal(HOSTILE)} .",
        f"<{iri}> <https://schema.org/url> <javascript:alert(3)> .",
    )
    publish(log_of(Record(iri, lines)), POLE, tmp_path / "feed", at_iris=tmp_path / "id")
    text = page(tmp_path / "id", "place/x")
    assert text.count("<script") == 1
    assert "<img" not in text
    assert 'href="javascript' not in text
    assert said(text) == set(lines)


def test_e5_only_what_changed_is_written_and_what_is_gone_says_so(tmp_path: Path) -> None:
    feed, ids = tmp_path / "feed", tmp_path / "id"
    log = log_of(*map(place, range(20)))
    first = publish(log, POLE, feed, at_iris=ids)
    assert first.records is not None
    assert first.records.written == 22  # the publisher and the namespace as well
    dates = {path: path.stat().st_mtime_ns for path in ids.rglob("index.html")}
    again = publish(log, POLE, feed, at_iris=ids)
    assert (again.changed, again.records and again.records.written) == ((), 0)
    log.put(place(4, name="Fablab"))
    log.delete(place(5).iri)
    log.delete(place(6).iri)
    log.put(place(6))
    log.put(place(20))
    done = publish(log, POLE, feed, at_iris=ids)
    assert done.records is not None
    assert done.records.written == 3
    changed = {path for path in dates if path.stat().st_mtime_ns != dates[path]}
    assert changed == {ids / "place" / f"lieu-{n}" / "index.html" for n in (4, 5)}
    gone = page(ids, "place/lieu-5")
    assert "Cette fiche a été retirée le" in gone
    assert "This record was withdrawn on" in gone
    assert 'content="noindex"' in gone
    assert "Médiathèque" not in gone
    assert "Fablab" in page(ids, "place/lieu-4")


def test_e5_pages_lost_or_cut_short_are_written_again(tmp_path: Path) -> None:
    feed, ids = tmp_path / "feed", tmp_path / "id"
    log = log_of(*map(place, range(5)))
    publish(log, POLE, feed, at_iris=ids)
    for lost in (ids / "records.json", ids / "place" / "lieu-2" / "index.html"):
        lost.unlink()
    (ids / ".publishing-x").write_text("half")
    (ids / "place" / "lieu-3" / "index.html").write_bytes(b"")
    (ids / "place" / "lieu-3" / "index.html").unlink()
    done = publish(log, POLE, feed, at_iris=ids)
    assert done.records is not None
    assert done.records.written == 2
    assert not (ids / ".publishing-x").exists()
    assert "lieu-2" in page(ids, "place/lieu-2")


def test_e5_a_new_name_of_the_publisher_reaches_every_page(tmp_path: Path) -> None:
    feed, ids = tmp_path / "feed", tmp_path / "id"
    log = log_of(*map(place, range(3)))
    publish(log, POLE, feed, at_iris=ids)
    publish(log, replace(POLE, name="Nouveau nom"), feed, at_iris=ids)
    assert "Nouveau nom" in page(ids, "place/lieu-1")


def test_e5_what_somebody_else_put_there_stays_and_is_told(tmp_path: Path) -> None:
    feed, ids = tmp_path / "feed", tmp_path / "id"
    theirs = ids / "place" / "lieu-1" / "index.html"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("<html>mine</html>")
    (ids / "place" / "lieu-2").write_text("a file where a folder should be")
    records = (*map(place, range(3)), named(f"{SPACE}place/.git"))
    done = publish(log_of(*records), POLE, feed, at_iris=ids)
    assert theirs.read_text() == "<html>mine</html>"
    unserved = tuple(sorted((place(1).iri, place(2).iri, f"{SPACE}place/.git")))
    assert done.records is not None
    assert done.records.unserved == unserved
    again = publish(log_of(*records), POLE, feed, at_iris=ids)
    assert again.records is not None
    assert again.records.unserved == unserved
    theirs.unlink()
    log = log_of(*records)
    log.put(place(1, name="Fablab"))
    freed = publish(log, POLE, feed, at_iris=ids)
    assert freed.records is not None
    assert place(1).iri not in freed.records.unserved


def test_e5_records_of_others_have_no_page_here(tmp_path: Path) -> None:
    other = named("https://other.example/id/place/1")
    near = named("https://ping.example/id-2/place/1")
    publish(log_of(other, near), POLE, tmp_path / "feed", at_iris=tmp_path / "id")
    assert {path.parent.name for path in (tmp_path / "id").rglob("index.html")} == {"id", "pole"}


def test_e5_the_folder_of_another_namespace_is_refused(tmp_path: Path) -> None:
    publish(log_of(place(1)), POLE, tmp_path / "feed", at_iris=tmp_path / "id")
    other = replace(POLE, namespace="https://x.example/id/", feed_url="https://x.example/feed/")
    with pytest.raises(UsageError, match=r"https://x\.example/id/"):
        publish(log_of(place(1)), other, tmp_path / "feed-2", at_iris=tmp_path / "id")


def test_e5_all_may_read_the_pages(tmp_path: Path) -> None:
    publish(log_of(place(1)), POLE, tmp_path / "feed", at_iris=tmp_path / "id")
    mode = (tmp_path / "id" / "place" / "lieu-1" / "index.html").stat().st_mode
    assert mode & 0o777 == 0o644
    assert os.access(tmp_path / "id" / "place", os.X_OK)


def iris_of(folder: Path, base: str) -> set[str]:
    """Every IRI below an address in what a feed publishes as RDF."""
    forms = {".ttl": ox.RdfFormat.TURTLE, ".trig": ox.RdfFormat.TRIG, ".rdf": ox.RdfFormat.RDF_XML,
             ".jsonld": ox.RdfFormat.JSON_LD}  # fmt: skip
    found = set()
    for path in folder.rglob("*"):
        if path.suffix in forms:
            url = f"{base}feed/{path.relative_to(folder).as_posix()}"
            for quad in ox.parse(path.read_bytes(), format=forms[path.suffix], base_iri=url):
                terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
                found |= {term.value for term in terms if isinstance(term, ox.NamedNode)}
    return {urldefrag(iri).url for iri in found if iri.startswith(base)}


def test_e5_every_iri_that_a_static_pole_publishes_leads_somewhere(host: tuple[Path, str]) -> None:
    folder, url = host
    base = url.removesuffix("feed/")
    pole = replace(POLE, feed_url=url, namespace=f"{base}id/", homepage="")
    space = pole.namespace
    odd = ("place/caf%C3%A9", "place/a%2Fb", "place/n%C2%B0%201", "place/a%26b%3D%27", "org/1")
    log = log_of(pole_record(pole), *(named(space + rest) for rest in odd))
    for record in map(place, range(30)):
        body = record.body.replace(f"<{SPACE}", f"<{space}")
        log.put(Record(record.iri.replace(SPACE, space), tuple(body.split("\n")[:-1])))
    log.delete(f"{space}place/lieu-7")
    at_iris = folder_at_namespace(pole, folder)
    assert at_iris is not None
    publish(log, pole, folder, at_iris=at_iris)
    iris = iris_of(folder, base) | {space}
    assert len(iris) > 45
    assert {f"{space}pole", url, f"{space}place/lieu-7", *(space + rest for rest in odd)} <= iris
    answers = {iri: get(iri) for iri in iris}
    assert {iri for iri, (status, _, _) in answers.items() if status != 200} == set()
    content = answers[f"{space}place/caf%C3%A9"][2].decode()
    assert said(content) == set(named(f"{space}place/caf%C3%A9").lines)
    described = said(answers[f"{space}pole"][2].decode())
    assert f"<{space}pole> <{expand('schema:name')}> " in "".join(described)


def test_e5_the_state_of_the_pages_is_readable(tmp_path: Path) -> None:
    publish(log_of(place(1)), POLE, tmp_path / "feed", at_iris=tmp_path / "id")
    state = json.loads((tmp_path / "id" / "records.json").read_bytes())
    assert (state["namespace"], state["head"], state["unserved"]) == (SPACE, 1, [])


def test_e5_the_home_page_of_a_site_stays(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<html>home</html>")
    pole = replace(POLE, namespace="https://ping.example/")
    at_iris = folder_at_namespace(pole, tmp_path / "feed")
    done = publish(log_of(place(1)), pole, tmp_path / "feed", at_iris=at_iris)
    assert (tmp_path / "index.html").read_text() == "<html>home</html>"
    assert done.records is not None
    assert done.records.unserved == ()
    assert "Médiathèque" in page(tmp_path, "id/place/lieu-1")
