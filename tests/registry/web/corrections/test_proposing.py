"""Anybody proposes a correction from the page of a place, and follows it by a link."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from registry.web.corrections import tries
from registry.web.site import clock
from tests.registry.web.corrections.conftest import FORM, PLACE, Citizen
from tests.registry.web.network_of_tests import SmallNode, plain

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"


def test_the_page_of_a_place_leads_to_the_form(citizen: Citizen) -> None:
    for prefix, words in (("", "Proposer une correction"), ("/en", "Propose a correction")):
        page = citizen.get(prefix + PLACE).text
        assert f'href="{prefix}{FORM}"' in page
        form = citizen.get(prefix + FORM)
        assert f"<h1>{words}</h1>" in form.text
        assert 'content="noindex' in form.text
        assert form.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in form.headers


def test_the_form_says_where_it_goes_and_what_the_record_says(citizen: Citizen) -> None:
    page = plain(citizen.get("/pole/zinc/place/riche/corriger").text)
    assert "Envoyer au pôle Zinc" in page
    assert "Aujourd'hui sur la fiche" in page
    assert "Ceux qui tiennent cet annuaire le lui transmettent" in page
    # Where the node sends no mail, an address would be of no use: none is asked for.
    assert 'name="courriel"' not in page


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/pole/zinc/place/none/corriger", 404),
        ("/pole/ping/place/simple/corriger", 404),
        ("/pole/zinc/pole/corriger", 404),
        ("/pole/zinc/place/retir%C3%A9/corriger", 410),
    ],
)
def test_only_a_place_that_is_there_is_corrected(citizen: Citizen, path: str, code: int) -> None:
    assert citizen.get(path).status_code == code
    assert citizen.send(path, quoi="autre", valeur="x").status_code == code


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_proposal_leads_to_its_page(citizen: Citizen, prefix: str) -> None:
    answer = citizen.send(prefix + FORM, quoi="horaires", valeur="Le lundi", comment="Affiché")
    assert answer.status_code == 303
    assert re.fullmatch(rf"{prefix}/correction/[\w-]{{43}}\?fait=envoye", answer.location)
    page = citizen.get(answer.location)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in page.headers
    said = plain(page.text)
    assert ("En attente de la réponse du pôle" if not prefix else "Waiting for the pole") in said
    assert "Le lundi" in said
    assert answer.location.partition("?")[0] in said


def test_only_what_is_wrong_is_required(citizen: Citizen, own: SmallNode) -> None:
    refused = citizen.send(FORM, valeur="Le lundi")
    assert refused.status_code == 422
    assert "Choisissez ce qui ne va pas" in refused.text
    assert "Le lundi" in refused.text
    assert citizen.send(FORM, quoi="nothing").status_code == 422
    assert own.tickets.listed(0) == []
    assert citizen.send(FORM, quoi="ferme").status_code == 303


def test_what_is_wrong_is_said_where_no_field_says_it(citizen: Citizen, own: SmallNode) -> None:
    for value in ("", " \u202e "):
        refused = citizen.send(FORM, quoi="autre", valeur=value)
        assert refused.status_code == 422
        assert "Dites en quelques mots ce qui ne va pas" in refused.text
    assert own.tickets.listed(0) == []


DOUBTS = [
    ("04 94 67 15 8", "manque 1 chiffre"),
    ("0494", "manque 6 chiffres"),
    ("+33 4 94 67 15 8", "manque 1 chiffre"),
    ("04 94 67 15 87 0", "trop de chiffres"),
    ("94 94 67 15 87", "commence par 0"),
    ("04 94 67 15 87", ""),
    ("+33 (0)4 94 67 15 87", ""),
    ("0033494671587", ""),
    ("3949", ""),
    ("+262 262 12 34 56", ""),
    ("le même, mais sans le 8", ""),
    ("accueil@zinc.example", ""),
]


@pytest.mark.parametrize(("value", "doubt"), DOUBTS)
def test_a_number_is_checked_gently(citizen: Citizen, value: str, doubt: str) -> None:
    answer = citizen.send(FORM, quoi="contact", valeur=value)
    assert answer.status_code == (422 if doubt else 303)
    if doubt:
        assert doubt in plain(answer.text)
        assert value in answer.text
        sure = citizen.send(FORM, quoi="contact", valeur=value, **{"tel-quel": "oui"})
        assert sure.status_code == 303
    assert citizen.send(FORM, quoi="autre", valeur=value).status_code == 303


def test_what_is_too_long_is_told(citizen: Citizen) -> None:
    refused = citizen.send(FORM, quoi="autre", valeur="é" * 1_001, comment="x" * 301)
    assert refused.status_code == 422
    assert "1001 caractères : 1000 au plus" in plain(refused.text).replace("\u202f", "")


def test_what_is_typed_in_the_hidden_field_is_refused(citizen: Citizen) -> None:
    assert citizen.send(FORM, quoi="autre", site="https://spam.example").status_code == 422


ODD = [
    "ou\x00\x07\u202e",
    "\r\n.\r\nSubject: x",
    "\ud800".encode("utf-8", "surrogatepass"),
    HOSTILE,
]


@pytest.mark.parametrize("value", ODD, ids=["controls", "lines", "halves", "markup"])
def test_hostile_words_are_words(citizen: Citizen, own: SmallNode, value: str) -> None:
    page = citizen.propose(quoi="autre", valeur=value, comment=value)
    shown = citizen.get(page)
    assert shown.status_code == 200
    (kept,) = own.tickets.listed(clock.now().timestamp())
    for text in (kept.value, *kept.evidence):
        assert "\u202e" not in text
        assert "\x00" not in text
        assert "\r" not in text
    for hostile in ("<script>alert", "<img src=x", ">49<"):
        assert hostile not in shown.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://e.example"},
    ],
)
def test_another_site_sends_nothing(
    citizen: Citizen, own: SmallNode, headers: dict[str, str]
) -> None:
    page = citizen.propose()
    assert citizen.send(FORM, headers, quoi="autre").status_code == 403
    assert citizen.send(page, headers, geste="retirer").status_code == 403
    assert len(own.tickets.listed(clock.now().timestamp())) == 1


def test_an_address_sends_so_many_an_hour(citizen: Citizen, app: object) -> None:
    most = tries.LIMITS[0].amount
    for number in range(most):
        citizen.propose(quoi="autre", valeur=f"Mot {number}")
    refused = citizen.send(FORM, quoi="autre", valeur="Un de plus")
    assert refused.status_code == 429
    assert "par heure" in plain(refused.text)
    # What is only read, or not kept, is not counted; another address has its own count.
    assert citizen.get(FORM).status_code == 200
    elsewhere = Citizen(citizen.client, "198.51.100.9")
    elsewhere.propose(quoi="autre", valeur="D'ailleurs")


def test_a_place_takes_so_many(citizen: Citizen) -> None:
    for number in range(10):
        Citizen(citizen.client, f"198.51.100.{number}").propose(quoi="autre", valeur=f"{number}")
    refused = Citizen(citizen.client, "198.51.100.99").send(FORM, quoi="autre", valeur="11")
    assert refused.status_code == 429
    assert "attendent déjà" in plain(refused.text)
    # The same as one that waits is one more of it.
    Citizen(citizen.client, "198.51.100.98").propose(quoi="autre", valeur="3")


def test_reading_changes_nothing(citizen: Citizen, own: SmallNode) -> None:
    page = citizen.propose()
    before = own.tickets.listed(clock.now().timestamp())
    link = own.tickets.give_link(before[0].number, clock.now().timestamp())
    for path in (
        FORM,
        f"{FORM}?quoi=autre&valeur=x",
        page,
        f"{page}?geste=retirer",
        f"/reponse/{link}",
    ):
        for method in ("GET", "HEAD"):
            assert citizen.client.open(path, method=method).status_code == 200
    assert own.tickets.listed(clock.now().timestamp()) == before


@pytest.mark.parametrize("token", ["A" * 43, "short", "..", "%00", "A" * 3000])
@pytest.mark.parametrize("page", ["/correction", "/reponse"])
def test_a_guessed_address_opens_nothing(citizen: Citizen, page: str, token: str) -> None:
    for answer in (
        citizen.get(f"{page}/{token}"),
        citizen.send(f"{page}/{token}", geste="accepter"),
    ):
        assert answer.status_code == 404


def test_the_author_answers_and_withdraws(citizen: Citizen, own: SmallNode) -> None:
    from registry.tickets.types import State

    page, now = citizen.propose(), clock.now().timestamp()
    assert citizen.send(page, geste="repondre", mots="Trop tôt").status_code == 422
    (kept,) = own.tickets.listed(now)
    own.tickets.answer(kept.number, State.ASKED, now, reply=f"Le samedi ? {HOSTILE}")
    asked = plain(citizen.get(page).text)
    assert "Le samedi ?" in asked
    assert "<script>alert" not in asked
    assert citizen.send(page, geste="repondre", mots="").status_code == 422
    assert citizen.send(page, geste="repondre", mots="Oui").status_code == 303
    assert own.tickets.listed(now)[0].answers == ("Oui",)
    gone = citizen.send(page, geste="retirer")
    assert "Votre correction est retirée" in gone.text
    assert citizen.get(page).status_code == 404
    assert own.tickets.listed(now) == []


def test_an_author_sees_the_answer_for_thirty_days(
    citizen: Citizen, own: SmallNode, monkeypatch: pytest.MonkeyPatch, stopped_clock: datetime
) -> None:
    from registry.tickets.types import State

    page, now = citizen.propose(), clock.now().timestamp()
    (kept,) = own.tickets.listed(now)
    own.tickets.answer(kept.number, State.DECLINED, now, reason="not-ours", reply="Voir Ping")
    assert "une autre organisation tient ce lieu" in plain(citizen.get(page).text)
    monkeypatch.setattr(clock, "FIXED", stopped_clock + timedelta(days=30, seconds=1))
    assert citizen.get(page).status_code == 404


def test_the_public_page_of_the_pole_counts(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch, stopped_clock: datetime
) -> None:
    assert "corrections en attente</dt>" not in plain(citizen.get("/pole/zinc").text)
    citizen.propose()
    assert "<dt>corrections en attente</dt><dd>1</dd>" in plain(citizen.get("/pole/zinc").text)
    monkeypatch.setattr(clock, "FIXED", stopped_clock + timedelta(days=31))
    assert "dont depuis plus de 30 jours</dt><dd>1</dd>" in plain(citizen.get("/pole/zinc").text)


def test_where_none_are_taken_there_is_no_such_page(citizen: Citizen, own: SmallNode) -> None:
    page = citizen.propose()
    own.config = replace(own.config, corrections_enabled=False)
    for path in (FORM, page, "/reponse/" + "A" * 43, "/pole/zinc/avis.xml"):
        assert citizen.get(path).status_code == 404, path
    assert citizen.send(FORM, quoi="autre").status_code == 404
    assert "/corriger" not in citizen.get(PLACE + "?x").text


WORDS = ("Parole-unique-71", "Preuve-unique-72", "reponse-unique-73@example.org")


def test_nothing_of_a_ticket_is_anywhere_else(
    citizen: Citizen, own: SmallNode, sent: list[object], tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Crawl what anybody can read, and every file that the node keeps."""
    with caplog.at_level("DEBUG"):
        page = citizen.propose(quoi="autre", valeur=WORDS[0], comment=WORDS[1], courriel=WORDS[2])
        (kept,) = own.tickets.listed(clock.now().timestamp())
        secrets = (*WORDS, kept.number, page.rpartition("/")[2])
        crawl(citizen, secrets)
    assert not [text for text in secrets if text in caplog.text.replace(page, "")]
    for file in tmp_path.rglob("*"):
        if file.is_file() and not file.name.startswith("tickets.sqlite"):
            data = file.read_bytes()
            assert not [text for text in secrets if text.encode() in data], file


_SKIPPED = ("/static/", "/sparql")
"""The triple store is filled from the ledger alone, whose file is read."""


def crawl(citizen: Citizen, secrets: tuple[str, ...]) -> None:
    todo = ["/", PLACE, "/pole/zinc", "/pole/zinc/avis.xml", "/sitemap.xml", "/lieux", "/reseau",
            f"{PLACE}.ttl", f"{PLACE}.jsonld", f"{PLACE}/historique", "/lieux.csv",
            "/lieux.geojson", "/feed/", "/feed/index.ttl",
            "/donnees", "/pole/zinc/atom.xml", "/moissons"]  # fmt: skip
    seen: set[str] = set()
    while todo and len(seen) < 150:
        path = todo.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = citizen.get(path)
        found = [text for text in secrets if text in answer.text]
        assert not found, path
        if answer.mimetype == "text/html":
            links = re.findall(r'href="(/[^"#]*)', answer.text)
            todo += [link.replace("&amp;", "&") for link in links if not link.startswith(_SKIPPED)]
    assert len(seen) > 60


def test_the_notice_says_place_and_field_only(citizen: Citizen) -> None:
    citizen.propose(valeur=WORDS[0])
    notice = citizen.get("/pole/zinc/avis.xml")
    assert notice.mimetype == "application/atom+xml"
    assert "Les horaires" in notice.text
    assert PLACE in notice.text
    assert WORDS[0] not in notice.text
    assert citizen.get("/en/pole/zinc/avis.xml").text.count("<entry>") == 1
    assert citizen.get("/pole/none/avis.xml").status_code == 404
