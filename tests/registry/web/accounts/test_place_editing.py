"""An editor keeps one place in the browser."""

import pytest
from flask import Flask

from harvester.run.proposal import proposed
from maillage.serving.desk import LedgerDesk
from registry.node import Node
from registry.web.accounts.carrying import OWNER
from registry.web.app import create_app
from registry.web.workspace.desk import Entry
from registry.web.workspace.fields import FIELD_NAMES
from tests.registry.web.accounts.conftest import Browser, account_of
from tests.registry.web.accounts.pole_of_editors import (
    CAREFUL,
    SLUG,
    as_editor,
    enter,
    fields_of,
    identity,
    iri,
    made_app,
    published,
    said,
    told_in_a_form,
    typed,
)
from tests.registry.web.accounts.test_correction_desk import proposed as proposed_correction
from tests.registry.web.network_of_tests import HOSTILE, SIMPLE, harvest, plain
from vocab.mapping import PoleIdentity, place_record

LIST = f"/espace/pole/{SLUG}/lieux"
LILAC = f"{LIST}/lilas"


@pytest.fixture
def app(node: Node) -> Flask:
    return made_app(node)


@pytest.fixture
def editor(browser: Browser, node: Node) -> Browser:
    return as_editor(browser, node, "zinc", "zinc")


def test_a_phone_is_changed_shown_and_published(editor: Browser, node: Node) -> None:
    before = said(node, "lilas")
    review = typed(editor, LILAC, telephone="04 94 00 00 99")
    assert review.status_code == 200, plain(review.text)
    assert "+33494000099" in plain(review.text).replace(" ", "") or "0494000099" in review.text
    assert said(node, "lilas") == before
    done = published(editor, LILAC, review)
    assert done.location == f"{LILAC}?fait=publie"
    after = said(node, "lilas")
    assert after == before | {"telephone": "+33494000099", "date_maj": "2026-03-04"}
    act = node.ledger.acts(1)[0]
    assert (act.what, act.by, act.about) == (
        "place.edited", account_of(node, "zinc").number, iri(node, "lilas"),
    )  # fmt: skip
    assert fields_of(editor.get(done.location))["telephone"] == ["+33494000099"]


def test_an_untouched_form_has_nothing_to_publish(editor: Browser, node: Node) -> None:
    head = node.ledger.head()
    answer = typed(editor, LILAC)
    assert "rien à publier" in plain(answer.text)
    assert node.ledger.head() == head


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("telephone", "04 94 12 34 56"),
        ("telephone", "12"),
        ("courriels", "accueil(at)lilas.example"),
        ("site_web", "www.lilas.example"),
        ("code_postal", "1"),
        ("latitude", "43,5366"),
        ("pivot", "12"),
        ("adresse", "1  place   du marché"),
        ("nom", ""),
        ("commune", "Nulle-Part"),
        ("date_maj", "hier"),
        ("prise_rdv", "javascript:alert(1)"),
        ("available_from", "31/12/2026"),
        ("need_learning_culture", "140"),
    ],
)
def test_a_form_is_judged_as_an_import_is(
    editor: Browser, node: Node, field: str, value: str
) -> None:
    cells = {name: text for name, text in said(node, "lilas").items() if name != field}
    cells |= {field: value}
    before = node.ledger.record(iri(node, "lilas"))
    expected = proposed("lilas", cells, identity(node), before)
    changes = expected.record != before
    if changes and field != "date_maj":
        expected = proposed("lilas", cells | {"date_maj": "2026-03-04"}, identity(node), before)
    answer = typed(editor, LILAC, **{field: value})
    assert answer.status_code == (422 if expected.is_refused else 200)
    page = plain(answer.text)
    for note in expected.notes:
        assert all(text in page for text in told_in_a_form(note)), note
    if expected.is_refused:
        assert f'href="#f-{field}"' in answer.text
        assert node.ledger.record(iri(node, "lilas")) == before
        return
    assert ("rien à publier" in page) is not changes
    if changes:
        published(editor, LILAC, answer)
    assert node.ledger.record(iri(node, "lilas")) == expected.record


def test_what_is_refused_is_still_there(editor: Browser, node: Node) -> None:
    head = node.ledger.head()
    values = {"nom": "", "telephone": "04 94 00 00 99", "hours-Mo-1": "bientôt"}
    answer = typed(editor, LILAC, **values, services=["Loisirs et créations numériques"])
    assert answer.status_code == 422
    page = plain(answer.text)
    assert 'href="#hours-Mo-1"' in page
    assert 'href="#f-nom"' in page
    kept = fields_of(answer)
    assert kept["telephone"] == ["04 94 00 00 99"]
    assert kept["hours-Mo-1"] == ["bientôt"]
    assert kept["services"] == ["Loisirs et créations numériques"]
    refused = editor.send(LILAC, kept | {"faire": "publier", "pourquoi": "essai"})
    assert refused.status_code == 422
    assert node.ledger.head() == head


def test_two_editors_at_once(editor: Browser, node: Node) -> None:
    opened = fields_of(editor.get(LILAC))
    review = editor.send(LILAC, opened | {"nom": "Médiathèque Lilas", "hours-Sa-1": "10h-12h"})
    enter(node, "lilas", said(node, "lilas") | {"telephone": "+33494777777"})
    theirs = said(node, "lilas")
    for answer in (
        editor.send(LILAC, opened | {"nom": "Médiathèque Lilas"}),
        published(editor, LILAC, review),
    ):
        assert answer.status_code == 409
        page = plain(answer.text)
        assert "pendant votre saisie" in page
        assert "04 94 77 77 77" in page
        assert "Médiathèque Lilas" in page
        assert said(node, "lilas") == theirs
    back = editor.send(LILAC, fields_of(answer) | {"faire": "reprendre"})
    kept = fields_of(back)
    assert kept["nom"] == ["Médiathèque Lilas"]
    assert kept["telephone"] == ["+33494777777"]
    assert kept["hours-Sa-1"] == ["10h-12h"]
    assert published(editor, LILAC, editor.send(LILAC, kept)).status_code == 303
    after = said(node, "lilas")
    assert (after["nom"], after["telephone"]) == ("Médiathèque Lilas", "+33494777777")
    assert after["horaires"].startswith("Mo,Tu 09:00-12:00,14:00-18:00")
    assert "Sa 10:00-12:00" in after["horaires"]


def test_a_place_that_was_closed_meanwhile_is_told(editor: Browser, node: Node) -> None:
    opened = fields_of(editor.get(LILAC))
    LedgerDesk(node).enter(SLUG, Entry(iri(node, "lilas"), None, opened["vu"][0], "0" * 16, "fin"))
    answer = editor.send(LILAC, opened | {"nom": "Autre"})
    assert answer.status_code == 409
    assert "a fermé ce lieu" in plain(answer.text)
    assert "Autre" in answer.text


def test_a_new_place_is_named_once(editor: Browser, node: Node) -> None:
    path = f"/espace/pole/{SLUG}/nouveau-lieu"
    review = typed(editor, path, nom="Atelier du Port", commune="Toulon", code_postal="83000")
    assert "atelier-port" in review.text
    assert published(editor, path, review).location == f"{LIST}/atelier-port?fait=publie"
    again = published(editor, path, review)
    assert again.status_code == 409
    assert "vient d'être ajouté" in plain(again.text)
    another = editor.send(path, fields_of(again))
    assert published(editor, path, another).location == f"{LIST}/atelier-port-2?fait=publie"
    renamed = typed(editor, f"{LIST}/atelier-port", nom="Fabrique")
    assert published(editor, f"{LIST}/atelier-port", renamed).status_code == 303
    assert said(node, "atelier-port")["nom"] == "Fabrique"
    assert node.ledger.acts(1)[0].what == "place.edited"


@pytest.mark.parametrize("asked", ["../x", "A b", "é", "", "x" * 41, "lilas"])
def test_an_identifier_is_never_taken_from_the_form(
    editor: Browser, node: Node, asked: str
) -> None:
    path = f"/espace/pole/{SLUG}/nouveau-lieu"
    review = typed(editor, path, nom="Ici", commune="Toulon", code_postal="83000")
    before = node.ledger.head()
    answer = published(editor, path, review, identifiant=asked)
    assert answer.status_code in {200, 409}
    assert node.ledger.head() == before


def test_a_place_is_closed_and_comes_back(editor: Browser, node: Node) -> None:
    path = f"/espace/pole/{SLUG}/fermeture/lilas"
    before = node.ledger.record(iri(node, "lilas"))
    assert before
    unsure = typed(editor, path, pourquoi="déménagement")
    assert unsure.status_code == 422
    assert typed(editor, path, certain="oui").status_code == 422
    assert node.ledger.record(iri(node, "lilas")) == before
    done = typed(editor, path, pourquoi="déménagement", certain="oui")
    assert done.status_code == 303
    assert node.ledger.record(iri(node, "lilas")) is None
    assert node.ledger.acts(1)[0].what == "place.closed"
    assert editor.get(LILAC).location.endswith("/historique/lilas")
    history = f"/espace/pole/{SLUG}/historique/lilas"
    assert "version=1" in editor.get(history).text
    back = editor.send(history, fields_of(editor.get(f"{history}?version=1")))
    assert back.location == f"{LILAC}?fait=remis"
    assert node.ledger.record(iri(node, "lilas")) == before
    assert node.ledger.acts(1)[0].what == "place.restored"
    assert editor.get(f"{history}?version=2").status_code == 404


def test_a_place_that_moved_leads_to_the_one_it_moved_into(editor: Browser, node: Node) -> None:
    path = f"/espace/pole/{SLUG}/fermeture/lilas"
    page = editor.get(path)
    assert '<option value="port">Atelier du Port' in page.text
    before = node.ledger.record(iri(node, "lilas"))
    for other in ("lilas", "jamais", "https://other.example/id/1"):
        refused = typed(editor, path, pourquoi="travaux", certain="oui", remplace=other)
        assert refused.status_code == 422, other
    assert node.ledger.record(iri(node, "lilas")) == before
    done = typed(editor, path, pourquoi="déménagement", certain="oui", remplace="port")
    assert done.status_code == 303
    assert [act.what for act in node.ledger.acts(2)] == ["place.closed", "place.replaced"]
    node.index.apply(node.ledger, node.ledger.head())
    gone = editor.get(f"/pole/{SLUG}/place/lilas")
    assert gone.status_code == 410
    assert "Il a déménagé" in plain(gone.text)
    assert f'href="/pole/{SLUG}/place/port"' in gone.text
    history = f"/espace/pole/{SLUG}/historique/lilas"
    back = editor.send(history, fields_of(editor.get(f"{history}?version=2")))
    assert back.location == f"{LILAC}?fait=remis"
    assert node.ledger.record(iri(node, "lilas")) == before


def test_an_earlier_version_is_put_back_unless_the_place_moved(editor: Browser, node: Node) -> None:
    enter(node, "lilas", said(node, "lilas") | {"nom": "Deux"})
    history = f"/espace/pole/{SLUG}/historique/lilas"
    asked = fields_of(editor.get(f"{history}?version=1"))
    enter(node, "lilas", said(node, "lilas") | {"nom": "Trois"})
    assert editor.send(history, asked).status_code == 422
    assert said(node, "lilas")["nom"] == "Trois"
    asked = fields_of(editor.get(f"{history}?version=1"))
    assert editor.send(history, asked | {"pourquoi": " "}).status_code == 422
    assert editor.send(history, asked).status_code == 303
    assert said(node, "lilas")["nom"] == "Médiathèque des Lilas"


def test_nothing_that_is_typed_runs(editor: Browser, node: Node) -> None:
    hostile = f"\"'></textarea>{HOSTILE}"
    names = [name for name in sorted(FIELD_NAMES) if name != "centre"]
    for extra in ({}, {"nom": "Lieu <b>", "commune": "Toulon", "code_postal": "83000"}):
        for path in (LILAC, f"/espace/pole/{SLUG}/nouveau-lieu"):
            for asked in ({}, {"faire": "reprendre"}, {"faire": "publier"}):
                values = dict.fromkeys(names, hostile) | extra | asked | {"pourquoi": hostile}
                answer = typed(editor, path, **values)
                assert answer.status_code in {200, 303, 422}
                assert "<script>document" not in answer.text
                assert "<img src=x" not in answer.text
    page = editor.get(f"{LIST}?q={HOSTILE}&manque={HOSTILE}")
    assert "<script>document" not in page.text
    assert "<img src=x" not in page.text


@pytest.mark.parametrize("length", [20_000, 400_000])
def test_what_is_far_too_long_is_told(editor: Browser, node: Node, length: int) -> None:
    head = node.ledger.head()
    for field in ("nom", "telephone", "presentation_detail", "horaires", "courriels"):
        answer = typed(editor, LILAC, **{field: "é" * length})
        assert answer.status_code in {200, 413, 422}, field
    assert typed(editor, LILAC, nom="x" * 1_100_000).status_code == 413
    assert node.ledger.head() == head


def test_without_the_token_nothing_enters(editor: Browser, node: Node) -> None:
    head = node.ledger.head()
    for path in (LILAC, f"/espace/pole/{SLUG}/nouveau-lieu",
                 f"/espace/pole/{SLUG}/fermeture/lilas",
                 f"/espace/pole/{SLUG}/historique/lilas?version=1"):  # fmt: skip
        values = {**fields_of(editor.get(path)), "faire": "publier", "csrf_token": "x"}
        # Our own form for this very account is asked about once more, with a token of now.
        assert "Ce que vous aviez tapé" in plain(editor.send(path, values).text), path
        for owner in ("", "x"):
            assert editor.send(path, {**values, OWNER: owner}).status_code == 403, path
    assert node.ledger.head() == head


def test_the_editor_of_another_pole_is_refused(browser: Browser) -> None:
    browser.sign_in("ping")
    for path in (LIST, LILAC, f"/espace/pole/{SLUG}/nouveau-lieu"):
        assert browser.get(path).status_code == 403, path


def test_places_read_from_elsewhere_are_read_only(editor: Browser, node: Node) -> None:
    pole = PoleIdentity("zinc", "https://zinc.example/id/")
    harvest(node, "zinc", [place_record(SIMPLE, pole)])
    page = plain(editor.get("/espace/pole/zinc/lieux").text)
    assert "lus ailleurs" in page
    assert "Ajouter un lieu" not in page
    place = plain(editor.get("/espace/pole/zinc/lieux/simple").text)
    assert "lus ailleurs" in place
    assert "France services d'Arles" in place
    assert "<textarea" not in place
    for path in ("/espace/pole/zinc/nouveau-lieu", "/espace/pole/zinc/lieux/absent"):
        assert editor.get(path).status_code == 404
    values = {"csrf_token": editor.token(LILAC), "faire": "publier"}
    assert editor.send("/espace/pole/zinc/lieux/simple", values).status_code == 404


def test_places_are_found_by_name_commune_and_what_they_lack(editor: Browser) -> None:
    def found(query: str) -> set[str]:
        page = editor.get(f"{LIST}?{query}").text
        return {one for one in ("lilas", "port") if f"/lieux/{one}" in page}

    assert found("") == {"lilas", "port"}
    assert found("q=lilas") == {"lilas"}
    assert found("q=toulon") == {"port"}
    assert found("manque=horaires") == {"port"}
    assert found("manque=telephone&q=draguignan") == set()
    assert editor.get(f"{LIST}?page=2").status_code == 404
    assert editor.get(f"{LIST}?page=0").status_code == 404
    home = editor.get(f"/espace/pole/{SLUG}").text
    assert f"{LIST}?manque=horaires" in home


def test_the_position_may_be_that_of_the_commune(editor: Browser, node: Node) -> None:
    path = f"{LIST}/port"
    review = typed(editor, path, centre="y")
    assert "centre de la commune" in plain(review.text)
    published(editor, path, review)
    centred = said(node, "port")
    assert centred["latitude"].startswith("43.1")
    assert centred["position_kind"] == "municipality"
    published(editor, path, typed(editor, path, telephone="04 94 00 00 98"))
    assert said(node, "port")["position_kind"] == "municipality"
    published(editor, path, typed(editor, path, latitude="43.12"))
    assert "position_kind" not in said(node, "port")


def test_hours_that_no_week_shows_stay_as_text(editor: Browser, node: Node) -> None:
    hours = "Apr-Sep Mo[1] 09:00-12:00"
    enter(node, "lilas", said(node, "lilas") | {"horaires": hours})
    kept = fields_of(editor.get(LILAC))
    assert kept["horaires"] == [hours]
    assert not any(kept.get(f"hours-{day}-1", [""])[0] for day in ("Mo", "Tu"))
    published(editor, LILAC, typed(editor, LILAC, **{"hours-Mo-1": "9h-12h"}))
    assert said(node, "lilas")["horaires"] == "Mo 09:00-12:00"


def test_odd_and_even_weeks_are_published_and_shown_again(editor: Browser, node: Node) -> None:
    weeks = {"hours-when": "odd", "hours2-when": "even", "hours2-Sa-1": "10h-12h", "hours-SH": "y"}
    review = typed(editor, LILAC, **weeks)
    assert "en semaines paires : samedi 10 h – 12 h" in plain(review.text)
    published(editor, LILAC, review)
    hours = said(node, "lilas")["horaires"]
    assert hours == (
        "week 01-53/2 Mo,Tu 09:00-12:00,14:00-18:00; week 01-53/2 Fr 14:00-18:00; "
        "week 02-52/2 Sa 10:00-12:00; PH off; SH off"
    )
    kept = fields_of(editor.get(LILAC))
    assert kept["hours2-Sa-1"] == ["10 h – 12 h"]
    assert "rien à publier" in plain(editor.send(LILAC, {**kept, **weeks}).text)


def test_a_place_is_closed_for_a_while(editor: Browser, node: Node) -> None:
    hours = said(node, "lilas")["horaires"]
    closed = {"state": "closed", "closed-to": "2027-03-15", "closed-why": "travaux"}
    review = typed(editor, LILAC, **closed)
    assert "Fermé jusqu'au 15 mars 2027 : travaux" in plain(review.text)
    published(editor, LILAC, review)
    assert said(node, "lilas")["horaires"] == f'{hours}; 2026 Mar 04-2027 Mar 15 off "travaux"'
    node.index.apply(node.ledger, node.ledger.head())
    public = plain(editor.get(f"/pole/{SLUG}/place/lilas").text)
    assert "Fermé jusqu'au 15 mars 2027 : travaux" in public
    assert "Fermé du 4 mars 2026 au 15 mars 2027 (travaux)." in public
    assert "jusqu'au 15 mars 2027 : travaux" in plain(editor.get("/lieux?q=lilas").text)
    wrong = typed(editor, LILAC, **{"closed-to": "2026-01-01"})
    assert wrong.status_code == 422
    assert 'href="#closed-to"' in wrong.text
    published(editor, LILAC, typed(editor, LILAC, state=""))
    assert said(node, "lilas")["horaires"] == hours
    published(editor, f"{LIST}/port", typed(editor, f"{LIST}/port", **closed))
    assert said(node, "port")["horaires"].startswith("unknown; 2026 Mar 04-2027")


def test_a_list_is_worked_through(editor: Browser, node: Node) -> None:
    for name in ("Bus", "Car", "Dock"):
        enter(node, name.lower(), CAREFUL | {"nom": name})
    node.index.apply(node.ledger, node.ledger.head())
    listed = editor.get(f"{LIST}?manque=horaires").text
    assert f"{LIST}/car?manque=horaires" in listed
    page = editor.get(f"{LIST}/car?manque=horaires").text
    assert "Lieux sans horaires, 3 sur 4" in plain(page)  # after the workshop and the bus
    assert f'rel="prev" href="{LIST}/bus?manque=horaires"' in page
    assert f'rel="next" href="{LIST}/dock?manque=horaires"' in page
    path = f"{LIST}/car?manque=horaires&rang=3"
    done = typed(editor, path, faire="direct", **{"hours-Mo-1": "9h-12h"})
    assert done.location == f"{LIST}/dock?manque=horaires&rang=3&fait=publie-suivant"
    assert said(node, "car")["horaires"] == "Mo 09:00-12:00"
    assert node.ledger.acts(1)[0].why == "mise à jour"
    node.index.apply(node.ledger, node.ledger.head())
    left = editor.get(path).text  # it has hours now: it is on the list no more
    assert f'rel="prev" href="{LIST}/bus?' in left
    assert f'rel="next" href="{LIST}/dock?' in left
    assert "Lieux sans horaires, 3 sur 3" in plain(editor.get(done.location).text)
    skipped = typed(editor, f"{LIST}/dock?manque=horaires", faire="direct")
    assert skipped.location == f"{LIST}?manque=horaires"
    back = f"{LIST}/bus?q=toulon&rang={'9' * 30}"
    assert "Lieux trouvés par « toulon », 2 sur 4" in plain(editor.get(back).text)
    assert "sur 4" not in plain(editor.get(f"{LIST}/bus?manque=x").text)


def test_the_home_says_what_is_worth_most(editor: Browser, node: Node) -> None:
    home = f"/espace/pole/{SLUG}"
    enter(node, "vieux", CAREFUL | {"nom": "Vieux", "date_maj": "2024-01-05"})
    node.index.apply(node.ledger, node.ledger.head())
    page = plain(editor.get(home).text)
    assert "1 lieu n'a pas été relu depuis un an" in page
    assert f"{LIST}?tri=ancien" in page
    assert "La qualité" in page or "Les fiches valaient" in page
    assert "Dernières lectures de" not in page  # its places are written here
    assert "corrections?" not in page
    proposed_correction(node, SLUG)
    waiting = plain(editor.get(home).text)
    assert waiting.index("1 correction attend une réponse") < waiting.index("sans horaires")
    oldest = editor.get(f"{LIST}?tri=ancien").text
    assert oldest.index("/lieux/vieux?tri=ancien") < oldest.index("/lieux/lilas?tri=ancien")
    old = editor.get(f"{LIST}/vieux?tri=ancien").text
    assert "Lieux, de la fiche la plus ancienne à la plus récente, 1 sur 3" in plain(old)
    pole = PoleIdentity("zinc", "https://zinc.example/id/")
    harvest(node, "zinc", [place_record(SIMPLE, pole)])
    other = plain(editor.get("/espace/pole/zinc").text)
    assert "Dernières lectures de « Zinc »" in other
    assert "1 lecture sur 1 a réussi." in other


def test_what_is_doubted_is_looked_at_before_it_is_published(editor: Browser, node: Node) -> None:
    head = node.ledger.head()
    repaired = typed(editor, LILAC, faire="direct", date_maj="Mars 2025")
    assert 'id="pourquoi"' in repaired.text
    assert "Rien n'est encore publié" in plain(repaired.text)
    assert "pas mot pour mot" in plain(repaired.text)
    asked = typed(editor, LILAC, telephone="04 94 12 34 56")
    assert "Rien n'est encore publié" in plain(asked.text)
    assert "pas mot pour mot" not in plain(asked.text)
    assert typed(editor, LILAC, faire="direct", nom="").status_code == 422
    assert "rien à publier" in plain(typed(editor, LILAC, faire="direct").text)
    new = typed(editor, f"/espace/pole/{SLUG}/nouveau-lieu", faire="direct", nom="Neuf",
                commune="Toulon", code_postal="83000")  # fmt: skip
    assert 'id="pourquoi"' in new.text
    unread = typed(editor, LILAC, faire="direct", telephone="12", lu="telephone")
    assert 'id="pourquoi"' in unread.text  # lost, not repaired
    assert node.ledger.head() == head
    # A number that is spelt otherwise is the number that was typed.
    read = typed(editor, LILAC, faire="direct", telephone="04 94 12 34 56")
    assert read.location == f"{LILAC}?fait=publie"
    done = typed(editor, LILAC, faire="direct", nom="Médiathèque Lilas")
    assert done.location == f"{LILAC}?fait=publie"
    assert said(node, "lilas")["nom"] == "Médiathèque Lilas"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_in_both_languages(editor: Browser, node: Node, prefix: str) -> None:
    space = f"{prefix}/espace/pole/{SLUG}"
    for path in ("", "/lieux", "/lieux/lilas", "/nouveau-lieu", "/fermeture/lilas",
                 "/historique/lilas", "/historique/lilas?version=1"):  # fmt: skip
        page = editor.get(space + path)
        assert page.status_code == 200, path
        assert ("Publier" in page.text) <= (prefix == ""), path
    review = typed(editor, f"{space}/lieux/lilas", nom="Neuf")
    assert ("Publish</button>" in review.text) is (prefix == "/en")


def test_without_a_desk_places_are_only_read(node: Node, editor: Browser) -> None:
    app = create_app(node)
    reading = Browser(app.test_client())
    reading.sign_in("zinc")
    assert reading.get(LIST).status_code == 200
    assert "<textarea" not in reading.get(LILAC).text
    assert reading.get(f"/espace/pole/{SLUG}/nouveau-lieu").status_code == 404
