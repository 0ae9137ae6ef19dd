"""A file is tried on the site: what the page says, in which form, and that nothing is kept."""

import csv
import io
import json
import re
from html import unescape
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.node import Node
from registry.web.answer.admission import CHECKS, NodeLimits, Slots, SlotShare
from registry.web.app import create_app
from registry.web.checks.checker import Document
from registry.web.checks.page import plain_name
from tests.registry.web.network_of_tests import HOSTILE, SmallNode, plain

HEAD = "id;nom;adresse;code_postal;commune;telephone;horaires;latitude;longitude;date_maj"
GOOD = "a1;Médiathèque;3 rue Neuve;01000;Bourg-en-Bresse;04 74 00 00 01;lundi 9h-12h;46.2;5.2;"
NO_CODE = "a2;Fablab du Lac;5 quai Été;;Annecy;;;45.9;6.1;2024-01-02"
TABLE = "\n".join([HEAD, GOOD, NO_CODE]) + "\n"
IRI = "https://pole.example/id/place/1"
RECORD = f"""@prefix schema: <https://schema.org/> .
<{IRI}> a <https://w3id.org/mediation-numerique/ns#Place> ; schema:name "Le Port"@fr .
"""


def send(
    visitor: FlaskClient,
    text: str | bytes = TABLE,
    name: str = "lieux.csv",
    path: str = "/verifier",
    **more: Any,
) -> TestResponse:
    data = text.encode() if isinstance(text, str) else text
    form = {"fichier": (io.BytesIO(data), name)} | more.pop("form", {})
    return visitor.post(path, data=form, content_type="multipart/form-data", **more)


def text_of(page: str) -> str:
    """What a page says, on one line."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain(main))).split())


def test_the_form_needs_no_script_and_says_the_bounds(visitor: FlaskClient) -> None:
    page = visitor.get("/verifier").text
    form = page.partition('<form class="drop"')[2].partition("</form>")[0]
    assert 'method="post"' in form
    assert 'enctype="multipart/form-data"' in form
    assert 'type="file"' in form
    said = text_of(page)
    assert "jusqu'à 10 Mo et 20 000 lignes" in said
    assert "Rien n'est gardé, rien n'est publié" in said


def test_who_runs_a_place_finds_the_form_and_the_poles_from_home(visitor: FlaskClient) -> None:
    card = visitor.get("/").text.partition("Je tiens un lieu")[2].partition("</ul>")[0]
    links = re.findall(r'href="([^"]+)"', card)
    assert links == ["/reseau", "/verifier"]
    assert all(visitor.get(link).status_code == 200 for link in links)


def test_the_verdict_comes_first_then_each_row_by_name_and_number(visitor: FlaskClient) -> None:
    answer = send(visitor)
    assert answer.status_code == 200
    said = text_of(answer.text)
    assert said.index("1 lieu sur 2 peut être publié") < said.index("À corriger")
    assert "2 lignes lues dans lieux.csv" in said
    mended = said.partition("À corriger")[2].partition("À améliorer")[0]
    assert "L'adresse doit avoir un code postal" in mended
    assert "Ligne 3 Fablab du Lac code_postal (vide)" in mended
    done = said.partition("Mis en forme pour vous")[2]
    assert "04 74 00 00 01 Proposé : +33474000001" in done
    assert "Séparateur point-virgule" in said
    assert "Ligne des titres 1" in said
    assert IRI not in answer.text
    assert "http://maillage.example/id/" not in answer.text.partition("<main")[2]


def test_a_cell_that_blocks_is_shown_as_it_was_typed_with_why(visitor: FlaskClient) -> None:
    row = "a4;Grand Lieu;1 place;1000;Bruxelles;;sur RDV;;;"
    answer = send(visitor, f"{HEAD}\n{row}\n", form={"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    about = {row["valeur"]: plain(row["explication"]) for row in rows if row["lieu"]}
    assert "Ce code postal n'avait que quatre chiffres" in about["1000"]
    assert [row["règle"] for row in rows if row["colonne"] == "horaires"] == ["hours-kept-verbatim"]
    said = text_of(send(visitor, f"{HEAD}\n{row}\n").text)
    assert "Ligne 2 Grand Lieu code_postal 1000 Ce code postal n'avait que quatre" in said
    assert "01000" not in said
    assert "horaires (vide)" not in said


@pytest.mark.parametrize("typed", ["<b></b>", "<br>", "<script>alert(1)</script>"])
def test_a_cell_of_markup_is_not_empty_and_says_that_markup_is_not_taken(
    visitor: FlaskClient, typed: str
) -> None:
    row = f"a4;{typed};1 place;01000;Bourg-en-Bresse;;;;;"
    page = plain(send(visitor, f"{HEAD}\n{row}\n").text)
    main = unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))
    said = " ".join(main.split())
    assert f"nom {typed} Des balises HTML ont été retirées" in said
    assert "nom (vide)" not in said


OWN = "Nom du lieu;CP;Ville;Gratuit ?;Ce qu'on y fait;Note\nLe Port;44000;Nantes;oui;Imprimer;x\n"


def test_columns_that_are_lost_are_told_before_the_findings(visitor: FlaskClient) -> None:
    said = text_of(send(visitor, OWN).text)
    told = said.index(
        "3 colonnes ne seront pas publiées : « Gratuit ? », « Ce qu'on y fait », « Note"
    )
    assert told < said.index("À améliorer")
    assert "si c'est bien cela, nommez-la services" in said[told:]
    lacking = said.partition("Le lieu ne dit pas ce qu'il propose")[2]
    assert "La colonne « Ce qu'on y fait » de votre fichier y ressemble" in lacking[:300]
    answer = send(visitor, OWN, form={"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [row["colonne"] for row in rows[:3]] == ["Gratuit ?", "Ce qu'on y fait", "Note"]
    assert {row["que faire"] for row in rows[:3]} == {"Ne sera pas publiée"}


def test_a_file_whose_columns_are_all_read_loses_none(visitor: FlaskClient) -> None:
    assert "ne seront pas publi" not in text_of(send(visitor).text)


def test_what_the_public_misses_most_is_told_first(visitor: FlaskClient) -> None:
    head = "id;nom;adresse;code_postal;commune;telephone;horaires;services;courriels;date_maj"
    lost = "1;A;1 rue A;83510;Lorgues;04 94;sur RDV;Aider;x;hier"
    bare = [f"{n};Lieu {n};{n} rue A;83510;Lorgues;;;;;" for n in range(2, 6)]
    answer = send(visitor, "\n".join([head, lost, *bare]), form={"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    better = [row["règle"] for row in rows if plain(row["que faire"]).startswith("À améliorer")]
    order = list(dict.fromkeys(better))
    expected = [
        "hours-kept-verbatim", "value-not-in-list", "phone-unreadable", "email-unreadable",
        "date-unreadable", "MED-P053", "MED-P070", "MED-P097", "MED-P020", "MED-P080", "MED-P030",
    ]  # fmt: skip
    assert [code for code in order if code in expected] == expected


def test_a_double_is_told_with_both_rows(visitor: FlaskClient) -> None:
    said = text_of(send(visitor, "\n".join([HEAD, GOOD, GOOD.replace("a1", "a3")])).text)
    told = said.partition("Une autre ligne porte le même nom dans la même commune")[2]
    assert "Ligne 3 Médiathèque nom Médiathèque Voir la ligne 2." in told


@pytest.mark.parametrize(
    ("row", "called"),
    [
        (";12 rue X;83000;Toulon", "12 rue X, 83000 Toulon"),
        (";12 rue X;;", "12 rue X"),
        (";;83000;Toulon", "ligne 2"),
        ("NC;;;", "ligne 2"),
    ],
)
def test_a_row_without_a_name_is_called_by_its_address_or_number(
    visitor: FlaskClient, row: str, called: str
) -> None:
    for head, start in (("nom;adresse;code_postal;commune", ""), ("id;nom;adresse;cp;ville", "7;")):
        table = f"{head}\n{start}{row}\n".replace("cp;ville", "code_postal;commune")
        answer = send(visitor, table, form={"format": "csv"})
        rows = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
        assert {row["lieu"] for row in rows if row["ligne"]} == {called}


def test_a_long_verdict_unfolds_without_a_script(visitor: FlaskClient) -> None:
    row = "{n};Lieu {n};{n} rue A;;Lorgues;04 94;sur RDV;91;181;hier"
    page = send(visitor, "\n".join([HEAD, *(row.format(n=n) for n in range(2, 60))])).text
    main = page.partition("<main")[2].partition("</main>")[0]
    seen = main
    while (start := seen.rfind("<details")) >= 0:  # the innermost first
        end = seen.index("</details>", start)
        seen = seen[:start] + seen[end + len("</details>") :]
    assert main.count("<tr") > 200
    assert seen.count("<tr") < 40
    shown = text_of(f"<main>{seen}</main>")
    assert "Lieu 2 " in shown
    assert "Lieu 30" not in shown
    assert "Lieu 30" in text_of(page)


def test_it_is_said_in_english_as_well(visitor: FlaskClient) -> None:
    said = text_of(send(visitor, path="/en/verifier").text)
    assert "1 place of 2 can be published" in said
    assert "To mend, else the row stays out" in said
    assert "Row 3 Fablab du Lac" in said


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([GOOD], "Le seul lieu peut être publié"),
        ([GOOD, GOOD.replace("a1", "a3")], "Les 2 lieux peuvent être publiés"),
        ([NO_CODE], "Aucun lieu ne peut être publié tel quel"),
        ([], "Aucun lieu n'a été trouvé dans ce fichier"),
    ],
)
def test_the_title_is_the_verdict(visitor: FlaskClient, rows: list[str], title: str) -> None:
    page = send(visitor, "\n".join([HEAD, *rows]) + "\n").text
    assert title in text_of(page)
    assert page.count("<h1") == 1


def test_guessed_columns_and_made_up_ids_are_said(visitor: FlaskClient) -> None:
    table = "Nom du lieu;CP;Ville;Remarques\nLe Port;44000;Nantes;rien\n"
    said = text_of(send(visitor, table).text)
    assert "Les colonnes ont été devinées." in said
    assert "Ce tableau n'a pas d'identifiants. 1 a été inventé" in said
    assert "Nom du lieu Nom devinée Le Port" in said
    assert "Remarques non reconnue rien" in said
    as_json = json.loads(send(visitor, table, form={"format": "json"}).text)
    assert 'nom = "Nom du lieu"' in as_json["mapping"]  # for programs: no part of the page
    assert 'nom = "Nom du lieu"' not in said


def test_records_are_called_by_their_names(visitor: FlaskClient) -> None:
    page = send(visitor, RECORD, "lieux.ttl").text
    said = text_of(page)
    assert "1 fiche lue dans lieux.ttl" in said
    assert "Aucun lieu ne peut être publié tel quel" in said
    assert "Le Port" in said
    assert IRI not in said


def test_the_report_comes_as_json(visitor: FlaskClient) -> None:
    answer = send(visitor, headers={"Accept": "application/json"})
    assert answer.mimetype == "application/json"
    report = json.loads(answer.text)
    assert (report["counts"]["places"], report["counts"]["refused_rows"]) == (1, 1)
    refusals = [line for line in report["lines"] if line["level"] == "refusal"]
    assert [(line["row"], line["name"], line["rule"]) for line in refusals] == [
        (3, "Fablab du Lac", "MED-A003")
    ]


@pytest.mark.parametrize("way", [{"form": {"format": "csv"}}, {"headers": {"Accept": "text/csv"}}])
def test_the_report_comes_as_a_spreadsheet(visitor: FlaskClient, way: dict[str, Any]) -> None:
    answer = send(visitor, name="Mes lieux (2026).csv", **way)
    assert answer.mimetype == "text/csv"
    disposition = answer.headers["Content-Disposition"]
    assert disposition == "attachment; filename=verification-mes-lieux-2026.csv"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    first = rows[0]
    assert (first["ligne"], first["lieu"], first["colonne"], first["règle"]) == (
        "3", "Fablab du Lac", "code_postal", "MED-A003",
    )  # fmt: skip
    proposed = {row["valeur"]: row["proposé"] for row in rows}
    assert proposed["04 74 00 00 01"] == "'+33474000001"


def test_counts_are_those_of_the_file_however_many_findings_are_named(
    visitor: FlaskClient,
) -> None:
    rows = 1_500
    head = "id;nom;adresse;commune;code_postal;telephone;horaires"
    lines = (
        f"{n};Lieu {n};{n + 1} rue X;Nantes;44000;0240000000;lundi 9h-12h" for n in range(rows)
    )
    table = "\n".join([head, *lines])
    document = json.loads(send(visitor, table, form={"format": "json"}).text)
    counted = {one["rule"]: one for one in document["rules"]}
    assert {one["rows"] for one in counted.values()} == {rows}
    named = {line["rule"] for line in document["lines"]}
    assert named == counted.keys()  # of each rule some are named
    assert len(document["lines"]) == 5_000
    left_out = sum(one["count"] for one in counted.values()) - 5_000
    assert document["lines_left_out"] == left_out > 0
    repairs = sum(one["count"] for one in document["rules"] if one["level"] == "repair")
    said = text_of(send(visitor, table).text)
    assert f"valeurs mises en forme {repairs:,}".replace(",", " ") in said
    assert "lignes à améliorer 1 500" in said
    assert "1 500 lignes : " in said
    last = list(
        csv.reader(io.StringIO(send(visitor, table, form={"format": "csv"}).text), delimiter=";")
    )[-1]
    assert f"{left_out:,}".replace(",", " ") in plain(last[6])


def test_a_refusal_comes_in_the_form_that_was_asked_for(visitor: FlaskClient) -> None:
    answer = send(visitor, "", "vide.csv", form={"format": "json"})
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


def test_nothing_is_kept(visitor: FlaskClient, network: SmallNode) -> None:
    def held() -> dict[Path, int]:
        return {path: path.stat().st_size for path in network.config.data.rglob("*")}

    head, before = network.ledger.head(), held()
    answer = send(visitor)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert network.ledger.head() == head
    assert held() == before
    assert "Fablab du Lac" not in visitor.get("/verifier").text


def test_what_a_cell_says_is_text(visitor: FlaskClient) -> None:
    row = f'x;"{HOSTILE}";"{HOSTILE}";;"{HOSTILE}";"{HOSTILE}";"{HOSTILE}";;;'
    page = send(visitor, f"{HEAD}\n{row}\n", f"{HOSTILE.replace('/', '')}.csv").text
    assert "<img src=x" not in page
    assert "<script>document" not in page


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("lieux.csv", "lieux.csv"),
        ("../../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\moi\\lieux.csv", "lieux.csv"),
        ("a\r\nSet-Cookie: x=1.csv", "aSet-Cookie: x=1.csv"),
        ("\u202exslx.csv", "xslx.csv"),
        ("x" * 500 + ".xlsx", "x" * 115 + ".xlsx"),
        ("..", ".."),
        ("", ""),
    ],
)
def test_a_file_s_name_is_a_name(sent: str, shown: str) -> None:
    assert plain_name(sent) == shown


@pytest.mark.parametrize("name", ['a";x="b.csv', "a\r\nX-Bad: 1.csv", "é\u0000.csv", "../x.csv"])
def test_no_name_reaches_a_header(visitor: FlaskClient, name: str) -> None:
    answer = send(visitor, name=name, form={"format": "csv"})
    assert answer.status_code in {200, 400, 422}
    assert "X-Bad" not in answer.headers
    disposition = answer.headers.get("Content-Disposition", "attachment; filename=verification.csv")
    assert re.fullmatch(r"attachment; filename=verification[a-z0-9-]*\.csv", disposition)


def test_a_file_without_ending_is_read_by_what_it_holds(visitor: FlaskClient) -> None:
    assert "1 lieu sur 2" in text_of(send(visitor, TABLE, "lieux").text)
    assert "1 fiche lue" in text_of(send(visitor, RECORD, "lieux").text)


def test_no_file_is_said_on_the_form(visitor: FlaskClient) -> None:
    answer = visitor.post("/verifier", data={"format": "csv"})
    assert answer.status_code == 400
    assert "Aucun fichier n'a été envoyé" in text_of(answer.text)
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "lieux.csv", "le fichier est vide"),
        (b"%PDF-1.7", "lieux.csv", "un document PDF"),
        (b"a;b\n1;2\n", "lieux.csv", "aucune colonne ne donne le nom de chaque lieu"),
        (b"<html><title>Connexion</title>", "lieux.ttl", "page"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_on_the_form(
    visitor: FlaskClient, data: bytes, name: str, said: str
) -> None:
    answer = send(visitor, data, name)
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert 'id="fichier"' in answer.text
    as_json = send(visitor, data, name, headers={"Accept": "application/json"})
    assert as_json.mimetype == "application/problem+json"
    assert as_json.status_code == 422


def test_a_file_over_the_bound_is_refused_with_the_bound(visitor: FlaskClient) -> None:
    for size in (10_000_001, 12_000_000, 100_000_000):
        answer = send(visitor, b"x" * size)
        assert answer.status_code == 413
        assert "10 Mo au plus sont lus ici" in text_of(answer.text)


def test_other_addresses_read_no_more_than_before(visitor: FlaskClient) -> None:
    answer = visitor.post("/notify", data=b"x" * 2_000_000, content_type="application/ld+json")
    assert answer.status_code == 413


class Slow:
    """Checks nothing, and says so late."""

    def check(self, name: str, data: bytes) -> Document:
        raise AssertionError(name, data)


def test_too_many_at_once_are_asked_to_come_again(node: SmallNode) -> None:
    limits = NodeLimits.of(4)
    busy = Slots(0, wait_s=0.01)
    app = create_app(cast("Node", node), NodeLimits(limits.queries, busy, busy, {}), Slow())
    answer = send(app.test_client())
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Réessayez dans un instant" in text_of(answer.text)


def test_one_client_has_one_at_a_time_and_a_share_of_the_time(site: Flask) -> None:
    slots = cast("Slots", site.extensions[CHECKS])
    release = slots.take("192.0.2.1")
    try:
        answer = send(site.test_client(), environ_base={"REMOTE_ADDR": "192.0.2.1"})
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        other = send(site.test_client(), environ_base={"REMOTE_ADDR": "192.0.2.2"})
        assert other.status_code == 200
    finally:
        release()
    now = [0.0]
    timed = Slots(2, 0.01, SlotShare(burst_s=60.0), lambda: now[0])
    release = timed.take("192.0.2.1")
    now[0] = 61.0
    release()
    with pytest.raises(Exception, match="429"):
        timed.take("192.0.2.1")


def test_a_slot_is_free_again_after_a_fault(site: Flask) -> None:
    class Faulty:
        def check(self, name: str, data: bytes) -> Document:
            raise RuntimeError(name, data)

    app = create_app(cast("Node", site.extensions["maillage"]), checker=Faulty())
    answers = [send(app.test_client()).status_code for _ in range(5)]
    assert answers == [500] * 5


def test_a_node_that_checks_nothing_says_so(node: SmallNode) -> None:
    visitor = create_app(cast("Node", node)).test_client()
    page = visitor.get("/verifier").text
    assert "ne vérifie pas les fichiers de ses visiteurs" in text_of(page)
    assert "<form" not in page.partition("<main")[2]
    assert send(visitor).status_code == 503
