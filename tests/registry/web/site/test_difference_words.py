"""A difference in words: what people read of a change, in both languages."""

from datetime import datetime

import pytest
from flask import Flask
from flask.ctx import RequestContext

from registry.history.difference import RecordDifference, difference
from registry.hours_words import hours_words
from registry.ledger.types import Kind
from registry.web.site.difference_words import FieldWords, Said, difference_words
from tests.registry.web.network_of_tests import RICH, plain
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record

POLE = PoleIdentity("zinc", "http://maillage.example/id/")
SERVICE = "Aide aux démarches administratives"


def change(**changed: str) -> RecordDifference:
    """What differs when the rich place of the tests says something else."""
    before = place_record(RICH, POLE)
    return difference(before.iri, before, place_record(RICH | changed, POLE))


def asked(site: Flask, path: str) -> RequestContext:
    """A request for a page of that language."""
    lang = {"maillage.lang": "en", "SCRIPT_NAME": "/en"} if path.startswith("/en/") else {}
    return site.test_request_context(path, environ_overrides=lang)


def told(site: Flask, path: str, found: RecordDifference) -> dict[str, tuple[str, str]]:
    """Label -> what was, what is; read on a page of that language."""
    with asked(site, path):
        fields = difference_words(found).fields
    return {one.label: (_joined(one.before), _joined(one.after)) for one in fields}


def _joined(values: tuple[Said, ...]) -> str:
    return plain(" | ".join(one.text for one in values))


@pytest.mark.parametrize(
    ("changed", "path", "label", "before", "after"),
    [
        ({"telephone": "+33491000000"}, "/", "Téléphone", "04 91 12 34 56", "04 91 00 00 00"),
        ({"telephone": ""}, "/en/", "Telephone", "04 91 12 34 56", ""),
        ({"horaires": "Mo-We 09:00-12:00; PH off"}, "/", "Horaires",
         "lundi à vendredi 9 h – 12 h, 14 h – 18 h 30 ; samedi 8 h 30 – 12 h",
         "lundi à mercredi 9 h – 12 h ; jours fériés : fermé"),
        ({"horaires": "Mar-Oct Mo 09:00-12:00"}, "/en/", "Opening hours",
         "Monday to Friday 9:00 – 12:00, 14:00 – 18:30; Saturday 8:30 – 12:00",
         "March to October: Monday 9:00 – 12:00"),
        ({"typologie": "TIERS_LIEUX|BIB"}, "/", "Type de lieu", "Association",
         "Bibliothèque / Médiathèque"),
        ({"code_insee": "13204"}, "/", "Arrondissement municipal",
         "Marseille 3e Arrondissement (13203)", "Marseille 4e Arrondissement (13204)"),
        ({"code_insee": "83050"}, "/", "Code INSEE", "Marseille (13055)", "Draguignan (83050)"),
        ({"date_maj": "2026-03-01"}, "/", "Date de mise à jour", "1er février 2026",
         "1er mars 2026"),
        ({"latitude": "43.30921"}, "/", "Latitude", "43,3092", "43,30921"),
        ({"site_web": "https://b.example/"}, "/", "Site web", "https://www.zinc.example/",
         "https://b.example/"),
        ({"nom": "Le Car"}, "/", "Nom", "Le Bus numérique", "Le Car"),
    ],
)  # fmt: skip
def test_a_change_is_said_in_words(
    site: Flask, stopped_clock: datetime, changed: dict[str, str], path: str,
    label: str, before: str, after: str,
) -> None:  # fmt: skip
    found = told(site, path, change(**changed))
    assert found.get(label) == (before, after), found


def test_nothing_of_the_form_of_data_is_in_words(site: Flask, stopped_clock: datetime) -> None:
    whole = place_record(RICH, POLE)
    for path in ("/", "/en/"):
        for found in (difference(whole.iri, None, whole), difference(whole.iri, whole, None)):
            said = str(told(site, path, found))
            assert "/id/" not in said
            assert "POINT" not in said
            assert not any(f"{prefix}:" in said for prefix in ("rdf", "geo", "med", "schema"))


def test_a_place_is_called_by_its_name_and_led_to(site: Flask, stopped_clock: datetime) -> None:
    unknown = place_record(RICH | {"id": "neuf", "nom": "Un lieu neuf"}, POLE)
    nameless = Record(
        "https://x.example/id/1", ("<https://x.example/id/1> <http://a/> <http://b/> .",)
    )
    with asked(site, "/"):
        changed = difference_words(change(telephone=""))
        new = difference_words(difference(unknown.iri, None, unknown))
        gone = difference_words(difference(unknown.iri, unknown, None))
        no_name = difference_words(difference(nameless.iri, None, nameless))
    assert (changed.kind, changed.name.text, changed.page) == (
        Kind.UPDATE, "Le Grand Bus numérique", "/pole/zinc/place/riche",
    )  # fmt: skip
    assert (new.kind, new.name.text, new.page) == (Kind.CREATE, "Un lieu neuf", "")
    assert (gone.kind, gone.name.text, gone.page) == (Kind.DELETE, "Un lieu neuf", "")
    assert (no_name.name.text, no_name.fields) == ("fiche 1", ())
    assert no_name.data  # told in the technical part


def test_a_text_in_another_language_says_which(site: Flask, stopped_clock: datetime) -> None:
    with asked(site, "/"):
        french = difference_words(change(nom="Le Car")).fields
    with asked(site, "/en/"):
        english = difference_words(change(nom="Le Car")).fields
    assert french == (FieldWords("Nom", (Said("Le Bus numérique"),), (Said("Le Car"),)),)
    assert english[0].after == (Said("Le Car", "fr"),)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("24/7", "jour et nuit, tous les jours"),
        ("Mo,We,Fr 10:00-13:00", "lundi, mercredi, vendredi 10 h – 13 h"),
        ("09:00-24:00", "9 h – 24 h"),
        ("Sa 20:00-02:00", "samedi 20 h – 2 h"),
        ("SH off", "vacances scolaires : fermé"),
        ("week 01-53/2 Mo 09:00-12:00; week 02-52/2 off",
         "en semaines impaires : lundi 9 h – 12 h ; en semaines paires : fermé"),
        ("Mo 09:00-12:00; Jun 15-Aug 31 Mo 10:00-12:00; Dec off; Dec 24 Mo 10:00-11:00",
         "lundi 9 h – 12 h ; du 15 juin au 31 août : lundi 10 h – 12 h ; "
         "en décembre : fermé ; le 24 décembre : lundi 10 h – 11 h"),
        ("Mo 09:00-12:00; 2026 Nov 30-2027 Mar 15 off \"travaux\"",
         "lundi 9 h – 12 h ; fermé du 30 novembre 2026 au 15 mars 2027 (travaux)"),
        ("unknown; 2026 Dec 01+ off", "fermé à partir du 1er décembre 2026"),
        ("sunrise-sunset; 2026 Dec 02 off", "sunrise-sunset ; fermé le 2 décembre 2026"),
        ("week 1-10 Mo 09:00-10:00", "week 1-10 Mo 09:00-10:00"),
        ("Mo 09:00-12:00 \"sur rendez-vous\"", "lundi 9 h – 12 h (sur rendez-vous)"),
        ("Mo-Fr \"sur rendez-vous\"", "lundi à vendredi, sur rendez-vous"),
        ("\"sur rendez-vous\"", "sur rendez-vous"),
        ("Sa[1] 09:00-12:00", "1er samedi du mois 9 h – 12 h"),
        ("Tu,Sa[1,3] 09:00-12:00", "mardi, 1er et 3e samedi du mois 9 h – 12 h"),
        ("We[1-2] 14:00-17:00", "1er et 2e mercredi du mois 14 h – 17 h"),
        ("Fr[-1] 18:00+", "dernier vendredi du mois à partir de 18 h"),
        ("Mo[1] off", "1er lundi du mois : fermé"),
        ("Mo[3] - 1 day 10:00-12:00", "Mo[3] - 1 day 10:00-12:00"),
        ("Aug off", "en août : fermé"),
        ("Jul-Aug Mo 10:00-12:00", "juillet à août : lundi 10 h – 12 h"),
        ("2026 Dec 24 10:00-12:00; 2026 Dec 26-2027 Jan 03 off; Mo 09:00-10:00",
         "le 24 décembre 2026 : 10 h – 12 h ; du 26 décembre 2026 au 3 janvier 2027 : fermé ; "
         "lundi 9 h – 10 h"),
        ("Mo 09:00-12:00 || \"x\"", "Mo 09:00-12:00 || \"x\""),
        ("n'importe quand", "n'importe quand"),
        ("Mo 29:00-31:00", "Mo 29:00-31:00"),
        ("", ""),
    ],
)  # fmt: skip
def test_hours_are_said_only_where_words_are_exact(hours: str, words: str) -> None:
    assert plain(hours_words(hours, "fr")) == words
