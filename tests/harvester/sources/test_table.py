"""Tables over real HTTP: real files, what changes, what is refused, what breaks."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from harvester.tabular.importing import import_file
from registry.ledger.types import Harvest, Outcome
from tests.harvester.conftest import Registry
from tests.harvester.sources.conftest import SAMPLES
from tests.simulator import Fault, SimulatedPole, status, truncated
from vocab.mapping import PoleIdentity

CSV = "/places.csv"
Tables = Callable[..., Registry]
BASE = {
    "commune": "Reims",
    "code_postal": "51100",
    "code_insee": "51454",
    "adresse": "1 rue de Vesle",
    "services": "Aide aux démarches administratives",
    "date_maj": "2026-01-31",
}


def row(local_id: str, **more: str) -> dict[str, str]:
    return {"id": local_id, "nom": f"Lieu {local_id}", **BASE, **more}


def csv_of(rows: Iterable[dict[str, str]], *, separator: str = ";", bom: bool = True) -> bytes:
    text = io.StringIO(newline="")
    columns = list(dict.fromkeys(["id", "nom", *BASE, *(name for one in rows for name in one)]))
    writer = csv.DictWriter(text, columns, delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def rows(count: int) -> list[dict[str, str]]:
    return [row(f"p{number:02d}") for number in range(1, count + 1)]


def findings(done: Harvest) -> dict[tuple[str, str], dict[str, Any]]:
    return {(found["code"], found["path"]): found for found in done.report["findings"]}


@pytest.fixture
def served(pole: SimulatedPole, tables: Tables) -> Registry:
    """A registry that holds 20 places of a CSV file."""
    pole.put(CSV, csv_of(rows(20)), "text/csv")
    registry = tables(CSV)
    assert registry.harvest().outcome is Outcome.COMMITTED
    return registry


REAL = {
    "csv": ("poles/recyclage-ecocitoyen/tiers-lieux.csv", "text/csv; charset=utf-8", ""),
    "json": ("poles/ping/tiers-lieux.json", "application/json", ""),
    "xlsx": ("poles/medias-cite/lieux.xlsx", "application/octet-stream", ""),
    "geojson": (
        "poles/zinc/france-services.geojson",
        "application/geo+json",
        "mappings/france-services.toml",
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_real_files_give_over_http_what_they_give_from_disk(
    pole: SimulatedPole, tables: Tables, name: str
) -> None:
    file, media_type, mapping = REAL[name]
    pole.put("/file", (SAMPLES / file).read_bytes(), media_type)
    text = (SAMPLES / mapping).read_text("utf-8") if mapping else ""
    registry = tables("/file", mapping=text)
    done = registry.harvest()
    identity = PoleIdentity("pole", pole.url("/id/"))
    wanted = import_file(SAMPLES / file, identity, SAMPLES / mapping if mapping else None)
    known = registry.ledger.known("pole")
    refused = {refusal.subject for refusal in registry.ledger.refusals("pole")}
    stated = {record.iri: record.content_hash for record in wanted.records}
    assert done.outcome is Outcome.COMMITTED
    assert len(known) > 100
    assert known == {iri: told for iri, told in stated.items() if iri not in refused}
    assert done.report["expected"] == wanted.counts.rows
    assert done.report["import"]["counts"]["unaccounted_rows"] == 0
    assert done.report["import"]["facts"]["format"] == name
    pole.requests.clear()
    assert registry.harvest().outcome is Outcome.UNCHANGED
    assert [request.status for request in pole.requests] == [304]


def test_a_table_gives_its_state_then_its_changes(pole: SimulatedPole, served: Registry) -> None:
    now = [row("p01", nom="Autre"), *rows(19)[1:], row("p99")]
    pole.put(CSV, csv_of(now), "text/csv")
    counts = served.harvest().report["counts"]
    told = {name: counts[name] for name in ("created", "changed", "deleted", "unchanged")}
    assert told == {"created": 1, "changed": 1, "deleted": 1, "unchanged": 18}
    assert served.ledger.verify() == []


FORMS = {
    "comma, no BOM": csv_of(rows(3), separator=",", bom=False),
    "gzip": gzip.compress(csv_of(rows(3))),
    "json": json.dumps(rows(3)).encode(),
}


@pytest.mark.parametrize("name", FORMS)
def test_one_state_in_another_form_changes_nothing(
    pole: SimulatedPole, tables: Tables, name: str
) -> None:
    pole.put(CSV, csv_of(rows(3)), "text/csv")
    registry = tables(CSV)
    registry.harvest()
    pole.put(CSV, FORMS[name], "application/octet-stream")
    done = registry.harvest()
    assert (done.outcome, done.report["counts"]["unchanged"]) == (Outcome.UNCHANGED, 3)


def test_the_same_bytes_without_validators_change_nothing(
    pole: SimulatedPole, served: Registry
) -> None:
    pole.documents[CSV].validators = False
    assert served.harvest().outcome is Outcome.UNCHANGED


def test_a_new_mapping_reads_an_unchanged_file_anew(pole: SimulatedPole, tables: Tables) -> None:
    pole.put(CSV, csv_of([row("a", intitule="Vrai nom")]), "text/csv")
    tables(CSV).harvest()
    text = 'standard_columns = true\nignore = ["nom"]\n[id]\ncolumn = "id"\n[columns]\n'
    registry = tables(CSV, mapping=text + 'nom = "intitule"\n')
    assert registry.harvest().report["counts"]["changed"] == 1
    record = registry.ledger.record(pole.url("/id/place/a"))
    assert record is not None
    assert '"Vrai nom"@fr' in record.body


def test_a_refused_row_keeps_the_last_good_version_and_says_why(
    pole: SimulatedPole, served: Registry
) -> None:
    before = served.ledger.record(pole.url("/id/place/p02"))
    now = [row("p01"), row("p02", nom=""), *rows(20)[2:]]
    pole.put(CSV, csv_of(now), "text/csv")
    done = served.harvest()
    assert done.report["counts"]["deleted"] == 0
    assert served.ledger.record(pole.url("/id/place/p02")) == before
    assert [refusal.stale for refusal in served.ledger.refusals("pole")] == [True]
    pole.put(CSV, csv_of(rows(20)), "text/csv")
    assert served.harvest(forced="mended").report["counts"]["refused"] == 0
    assert list(served.ledger.refusals("pole")) == []


def test_a_repeated_id_names_both_rows_and_the_remedy(
    pole: SimulatedPole, served: Registry
) -> None:
    pole.put(CSV, csv_of([*rows(20), row("p03", nom="Sosie")]), "text/csv")
    done = served.harvest()
    found = findings(done)[("MED-H212", "id-repeated")]
    assert (found["severity"], found["count"]) == ("Violation", 1)
    assert found["message_en"].startswith(
        "Row 22, column “id”, value “p03 → 4”: the row is refused"
    )
    assert "Give each place its own id" in found["message_en"]
    assert "Donner un identifiant différent à chaque lieu" in found["message_fr"]
    assert (done.report["expected"], done.report["counted"]) == (21, 20)


def test_rows_that_lost_their_id_delete_nothing_until_they_are_mended(
    pole: SimulatedPole, served: Registry
) -> None:
    pole.put(CSV, csv_of([row(""), *rows(20)[1:]]), "text/csv")
    done = served.harvest()
    assert (len(served.names()), done.report["counts"]["deleted"]) == (20, 0)
    assert ("MED-H212", "id-missing") in findings(done)
    assert findings(done)[("MED-H214", "")]["count"] == 1
    pole.put(CSV, csv_of(rows(20)[1:]), "text/csv")
    assert served.harvest().report["counts"]["deleted"] == 1


def test_rows_that_never_had_an_id_do_not_stop_deletions(
    pole: SimulatedPole, tables: Tables
) -> None:
    pole.put(CSV, csv_of([row(""), *rows(20)]), "text/csv")
    registry = tables(CSV)
    registry.harvest()
    pole.put(CSV, csv_of([row(""), *rows(19)]), "text/csv")
    assert registry.harvest().report["counts"]["deleted"] == 1


FAULTS: dict[str, tuple[Fault, Outcome, str]] = {
    "not found": (status(404), Outcome.FAILED, "MED-H109"),
    "gone": (status(410), Outcome.FAILED, "MED-H117"),
    "truncated": (truncated(900), Outcome.HELD, "MED-H107"),
}
CONTENTS = {
    "html error page": b"<!DOCTYPE html><html><body>Oops</body></html>\n<p>x</p>",
    "broken json": b'[{"id": "p01", "nom": ',
    "cut workbook": b"PK\x03\x04" + b"\0" * 200,
    "cut gzip": gzip.compress(csv_of(rows(9)))[:-20],
    "other columns": b"nom;rue\r\nA;B\r\n",
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_transport_changes_nothing(
    pole: SimulatedPole, served: Registry, name: str
) -> None:
    fault, outcome, code = FAULTS[name]
    before = served.ledger.known("pole")
    pole.fail(CSV, fault)
    done = served.harvest()
    assert (done.outcome, done.report["error"]["code"]) == (outcome, code)
    assert served.ledger.known("pole") == before
    pole.mend(CSV)
    assert served.harvest().outcome is Outcome.UNCHANGED


@pytest.mark.parametrize("name", CONTENTS)
def test_a_broken_file_changes_nothing_and_is_explained(
    pole: SimulatedPole, served: Registry, name: str
) -> None:
    before = served.ledger.known("pole")
    pole.put(CSV, CONTENTS[name], "text/csv")
    done = served.harvest()
    assert done.outcome is Outcome.FAILED
    assert done.report["error"]["code"] in {"MED-H209", "MED-H210", "MED-H219"}
    assert pole.url(CSV) in done.report["error"]["message_fr"]
    assert served.ledger.known("pole") == before


HELD = {
    "emptied": ([], "MED-H401"),
    "cut in half": (rows(9), "MED-H400"),
}


@pytest.mark.parametrize("name", HELD)
def test_a_file_that_lost_its_rows_is_held(
    pole: SimulatedPole, served: Registry, name: str
) -> None:
    left, code = HELD[name]
    pole.put(CSV, csv_of(left), "text/csv")
    done = served.harvest()
    assert done.outcome is Outcome.HELD
    assert code in {hold["code"] for hold in done.report["holds"]}
    assert len(served.names()) == 20


def test_a_mapping_that_will_not_do_is_explained(pole: SimulatedPole, tables: Tables) -> None:
    pole.put(CSV, csv_of(rows(2)), "text/csv")
    done = tables(CSV, mapping="[id]\ncolum = 'id'\n").harvest()
    assert (done.outcome, done.report["error"]["code"]) == (Outcome.FAILED, "MED-H211")
    assert "colum" in done.report["error"]["message_en"]


def test_each_language_of_a_report_gives_its_own_reason(
    pole: SimulatedPole, tables: Tables
) -> None:
    url = pole.url(CSV)
    pole.put(CSV, b"", "text/csv")
    error = tables(CSV).harvest().report["error"]
    told = error["message_fr"], error["message_en"]
    assert error["code"] == "MED-H210"
    assert told[0].startswith(f"{url} n'est pas un tableau lisible (le fichier est vide, alors")
    assert told[1].startswith(f"{url} is not a readable table (the file is empty: its first row")
    pole.put(CSV, csv_of(rows(2)), "text/csv")
    error = tables(CSV, mapping="[id]\ncolum = 'id'\n").harvest().report["error"]
    assert "(mapping : [id] : clé inconnue : « colum » ; clés connues" in error["message_fr"]
    assert "(mapping: [id]: unknown key 'colum'; known here" in error["message_en"]


def test_places_of_the_national_export_keep_their_names_when_groups_change(
    pole: SimulatedPole, tables: Tables
) -> None:
    pole.put(CSV, csv_of([row("Coop_1"), row("dora_2"), row("dora_9")]), "text/csv")
    registry = tables(CSV, segments=True)
    registry.harvest()
    assert registry.names() == ["Coop_1", "dora_2", "dora_9"]
    pole.put(CSV, csv_of([row("Coop_1"), row("Aidants_7__dora_2"), row("dora_9")]), "text/csv")
    assert registry.harvest().report["counts"]["changed"] == 1
    assert registry.names() == ["Coop_1", "dora_2", "dora_9"]
    record = registry.ledger.record(pole.url("/id/place/dora_2"))
    assert record is not None
    others = [line for line in record.lines if "<https://schema.org/identifier>" in line]
    assert [line.split('"')[1] for line in others] == ["Aidants_7", "dora_2"]


LOGIN = "<html><head><title>Connexion</title></head><body><table><tr><td>id</td></tr></table>"
INSTEAD = {
    "login page": (LOGIN, "MED-H220", "Connexion"),
    "password field": ("<!DOCTYPE html><input type='password'>", "MED-H220", ""),
    "page": ("\ufeff <!-- x --><!DOCTYPE HTML><title>A &amp; b</title>", "MED-H219", "A & b"),
    "page in XHTML": (
        '<?xml version="1.0"?><html xmlns="x"><h1>Panne</h1></html>', "MED-H219", "Panne",
    ),
    "error of a bucket": (
        "<?xml version='1.0'?><Error><Code>x</Code><Message>Access Denied</Message></Error>",
        "MED-H222", "Access Denied",
    ),
    "error of a map server": (
        "<o:ExceptionReport><o:ExceptionText>No layer</o:ExceptionText></o:ExceptionReport>",
        "MED-H222", "No layer",
    ),
    "B9-part of a page": ('<div class="alert">Session expirée</div>', "MED-H219", "—"),
    "B9-script": ("<script>location='/login'</script>", "MED-H220", "—"),
    "another XML": ("<rss><channel></channel></rss>", "MED-H221", "<rss>"),
    "error in JSON": ('{"error": "Not found", "status": 404}', "MED-H222", "Not found"),
    "problem details": ('{"type": "about:blank", "title": "En panne"}', "MED-H222", "En panne"),
    "errors in JSON": ('{"errors": [{"message": "quota"}]}', "MED-H222", "quota"),
}  # fmt: skip


@pytest.mark.parametrize("name", INSTEAD)
@pytest.mark.parametrize("media_type", ["text/csv", "text/html", "application/json"])
def test_b9_what_comes_in_place_of_a_table_is_named(
    pole: SimulatedPole, served: Registry, name: str, media_type: str
) -> None:
    before = served.ledger.known("pole")
    body, code, words = INSTEAD[name]
    pole.put(CSV, body, media_type)
    done = served.harvest()
    assert done.outcome is Outcome.FAILED
    assert done.report["error"]["code"] == code
    assert words in done.report["error"]["message_fr"]
    assert served.ledger.known("pole") == before


def test_b9_a_table_that_speaks_of_errors_and_pages_is_read(
    pole: SimulatedPole, tables: Tables
) -> None:
    rows = [row("a", presentation_detail="<html> et erreurs expliqués ici, pas à pas"), row("b")]
    pole.put("/t.json", json.dumps({"message": "ok", "lieux": rows}), "application/json")
    registry = tables("/t.json", "table")
    registry.harvest()
    assert registry.names() == ["a", "b"]


MORE = {
    "a Link header": ("csv", {}),
    "OGC API links": ("geojson", {"links": [{"rel": "next", "href": "/t.json?page=2"}]}),
    "OGC API count": ("geojson", {"numberMatched": 9}),
    "HAL": ("json", {"_links": {"next": {"href": "/t.json?page=2"}}}),
    "udata": ("json", {"next_page": "/t.json?page=2"}),
    "Django": ("json", {"count": 9, "next": None}),
    "a count in words": ("json", {"total": "9"}),
    "only that there is more": ("json", {"has_more": True}),
    "ArcGIS": ("geojson", {"exceededTransferLimit": True}),
    "a token": ("json", {"nextPageToken": "abc"}),
    "JSON:API": ("json", {"links": {"next": "/t.json?page=2"}}),
}
ALL = {
    "no page after the last": ("json", {"count": 2, "next": None}),
    "only itself": ("geojson", {"links": [{"rel": "self", "href": "/t"}], "numberMatched": 2}),
    "nothing more": ("json", {"has_more": False, "total": "2", "nextPageToken": ""}),
    "fewer": ("json", {"total": 1, "nextPage": ""}),
}


def put_page(pole: SimulatedPole, form: str, rows: list[dict[str, str]], said: Any) -> str:
    if form == "csv":
        body = csv_of(rows)
        link = '</self>; rel="self", </t.csv?page=2>; title="next"; rel="next"'
        pole.fail("/t.csv", lambda handler, _: handler.reply(
            200, body, {"Content-Type": "text/csv", **({"Link": link} if said is not None else {})}
        ))  # fmt: skip
        return "/t.csv"
    holder: dict[str, Any] = {"rows": rows}
    if form == "geojson":
        features = [{"type": "Feature", "properties": one, "geometry": None} for one in rows]
        holder = {"type": "FeatureCollection", "features": features}
    pole.put("/t.json", json.dumps(holder | (said or {})), "application/json")
    return "/t.json"


@pytest.mark.parametrize("name", MORE)
def test_b1_a_table_that_says_there_is_more_deletes_nothing(
    pole: SimulatedPole, tables: Tables, name: str
) -> None:
    form, said = MORE[name]
    registry = tables(put_page(pole, form, [row("a"), row("b"), row("c")], None), "table")
    registry.harvest()
    put_page(pole, form, [row("a"), row("b")], said)
    report = registry.harvest().report
    assert "MED-H223" in {group["code"] for group in report["findings"]}
    assert registry.names() == ["a", "b", "c"]


@pytest.mark.parametrize("name", ALL)
def test_b1_a_table_that_is_all_there_is_stays_whole(
    pole: SimulatedPole, tables: Tables, name: str
) -> None:
    form, said = ALL[name]
    registry = tables(put_page(pole, form, [row("a"), row("b"), row("c")], None), "table")
    registry.harvest()
    put_page(pole, form, [row("a"), row("b")], said)
    assert "MED-H223" not in {group["code"] for group in registry.harvest().report["findings"]}
    assert registry.names() == ["a", "b"]
