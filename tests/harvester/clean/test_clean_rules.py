"""The catalogue of rules: whole, bilingual, and each rule seen at work."""

import ast
import re
from pathlib import Path

import pytest

import harvester.clean
from harvester.clean.row import clean_row
from harvester.clean.rules import RULES

PLACE = {
    "id": "7",
    "nom": "Médiathèque",
    "commune": "Reims",
    "code_postal": "51100",
    "code_insee": "51454",
    "adresse": "2 rue Neuve",
}
LONG = "Un mot. " * 40

# Rule -> the cells that call for it, put over PLACE.
AT_WORK: dict[str, dict[str, str]] = {
    "spaces-normalised": {"nom": " Médiathèque"},
    "filler-emptied": {"complement_adresse": "NC"},
    "characters-lost": {"nom": "M\ufffddiathèque"},
    "mojibake-decoded": {"nom": "MÃ©diathèque"},
    "windows-character-decoded": {"nom": "l\u0092atelier"},
    "escaped-byte-decoded": {"nom": "Ren<e9>"},
    "invisible-characters-removed": {"nom": "Média\u200bthèque"},
    "accents-composed": {"nom": "Cafe\u0301"},
    "html-entities-decoded": {"nom": "A &amp; B"},
    "html-removed": {"nom": "<b>A</b>"},
    "cell-too-long": {"telephone": "1" * 3_000},
    "repeated-value-removed": {"typologie": "BIB|BIB"},
    "column-without-equivalent": {"cle_ban": "51454_0001"},
    "old-column-left-out": {
        "accessibilite": "https://a.fr/1",
        "fiche_acces_libre": "https://a.fr/2",
    },
    "name-missing": {"nom": ""},
    "commune-missing": {"commune": "", "code_insee": "", "code_postal": "02140"},
    "commune-official-spelling": {"commune": "REIMS"},
    "commune-official-name": {"commune": "Paris 10", "code_postal": "75010", "code_insee": ""},
    "commune-unknown": {"commune": "Trifouilly"},
    "commune-elsewhere": {"commune": "Lyon", "code_postal": "33000", "code_insee": ""},
    "commune-ambiguous": {"commune": "Saint-Denis", "code_postal": "", "code_insee": ""},
    "postcode-cut": {"commune": "Genève", "code_postal": "1201"},
    "commune-cedex-removed": {"commune": "Reims CEDEX 2"},
    "commune-postcode-removed": {"commune": "51100 Reims"},
    "commune-brackets-removed": {"commune": "Reims (centre-ville)"},
    "commune-without-letters": {"commune": "0"},
    "commune-from-insee": {"commune": ""},
    "commune-from-address": {"commune": "", "code_insee": "", "adresse": "1 rue X 51100 Reims"},
    "commune-from-postcode": {"commune": "", "code_insee": "", "code_postal": "75010"},
    "postcode-zero-restored": {"commune": "Biot", "code_insee": "", "code_postal": "6410"},
    "postcode-decimal-removed": {"code_postal": "51100.0"},
    "postcode-extracted": {"code_postal": "F-51100"},
    "postcode-unreadable": {"code_postal": "Reims"},
    "postcode-from-address": {"code_postal": "", "adresse": "1 rue X 51100 Reims"},
    "postcode-from-commune": {"commune": "Gannat", "code_insee": "", "code_postal": ""},
    "postcode-from-commune-cell": {"commune": "51100 Reims", "code_postal": ""},
    "postcode-commune-mismatch": {"code_postal": "01000"},
    "postcode-arrondissement-mismatch": {
        "commune": "Lyon 3",
        "code_postal": "69007",
        "code_insee": "",
    },
    "insee-derived": {"code_insee": ""},
    "insee-zero-restored": {
        "commune": "Bourg-en-Bresse",
        "code_postal": "01000",
        "code_insee": "1053",
    },
    "insee-ornaments-removed": {"code_insee": "51454.0"},
    "insee-unreadable": {"code_insee": "20004"},
    "insee-replaced": {"commune": "Lyon", "code_postal": "69001"},
    "insee-unknown": {"commune": "Trifouilly", "code_insee": "51999"},
    "insee-commune-mismatch": {"commune": "Lyon", "code_postal": "69400"},
    "address-on-one-line": {"adresse": "Bât. B\n2 rue Neuve"},
    "address-null-removed": {"adresse": "null 2 rue Neuve"},
    "address-number-zero": {"adresse": "0 rue Neuve"},
    "address-town-removed": {"adresse": "2 rue Neuve 51100 REIMS"},
    "address-ornaments-removed": {"adresse": "2 rue Neuve,"},
    "address-without-street": {"adresse": "Rue"},
    "coordinates-decimal-comma": {"latitude": "49,2583", "longitude": "4,0317"},
    "coordinates-plain-number": {"latitude": "4.925E+01", "longitude": "4.03"},
    "coordinates-split": {"latitude": "49.2583, 4.0317"},
    "coordinates-swapped": {"latitude": "4.0317", "longitude": "49.2583"},
    "coordinates-lambert93": {"latitude": "6906000.0", "longitude": "775000.0"},
    "coordinates-web-mercator": {"latitude": "6325300", "longitude": "448800"},
    "coordinates-sexagesimal": {"latitude": "49°15'30\"N", "longitude": "4°1'54\"E"},
    "coordinates-zero": {"latitude": "0", "longitude": "0"},
    "coordinates-incomplete": {"latitude": "49.2583"},
    "coordinates-unreadable": {"latitude": "nord", "longitude": "est"},
    "coordinates-impossible": {"latitude": "492.583", "longitude": "4.0317"},
    "coordinates-outside-departement": {"latitude": "43.52609", "longitude": "5.41423"},
    "coordinates-outside-france": {
        "commune": "Trifouilly",
        "code_postal": "",
        "code_insee": "",
        "latitude": "40.7",
        "longitude": "-74.0",
    },
    "phone-to-international": {"telephone": "03 26 77 45 00"},
    "phone-zero-restored": {"telephone": "326774500"},
    "phone-overseas-prefix": {"telephone": "+33596797732"},
    "phone-short-number": {"telephone": "3949"},
    "phone-text-left-out": {"telephone": "03 26 77 45 00 (mairie)"},
    "phone-outside-standard": {"telephone": "+32 2 555 12 12"},
    "phone-not-attributed": {"telephone": "+596595581171"},
    "phone-placeholder": {"telephone": "0000000000"},
    "phone-unreadable": {"telephone": "03 26 77"},
    "email-at-sign-restored": {"courriels": "epn[a]ville.fr"},
    "email-comma-in-domain": {"courriels": "epn@ville,fr"},
    "email-ornaments-removed": {"courriels": "courriel : epn@ville.fr"},
    "email-not-ascii": {"courriels": "numérique@ville.fr"},
    "email-is-web-address": {"courriels": "https://ville.fr/contact"},
    "email-unreadable": {"courriels": "maisondes services@ville.fr"},
    "site-scheme-added": {"site_web": "www.ville.fr"},
    "site-scheme-mended": {"site_web": "http:/ville.fr"},
    "site-ornaments-removed": {"site_web": "<https://ville.fr>."},
    "site-characters-encoded": {"site_web": "https://ville.fr/x[1]"},
    "site-text-left-out": {"site_web": "https://ville.fr/ (en travaux)"},
    "site-bare-scheme": {"site_web": "http://"},
    "site-is-email": {"site_web": "epn@ville.fr"},
    "site-cut-short": {"site_web": "https://ville.fr/mediathe…"},
    "site-not-public": {"site_web": "http://192.168.1.10/opac"},
    "site-unreadable": {"site_web": "Facebook : epn"},
    "other-addresses-left-out": {"prise_rdv": "https://a.fr|https://b.fr"},
    "hours-french-to-osm": {"horaires": "lundi 9h-12h"},
    "hours-osm-mended": {"horaires": "Mo-Fr 09:00-12:00 ;Sa 14 :00-18:00"},
    "hours-kept-verbatim": {"horaires": "sur projet"},
    "hours-said-elsewhere": {"horaires": "voir site internet"},
    "hours-range-doubtful": {"horaires": "We 14:00-14:00"},
    "hours-text-without-days": {"horaires": "9h00 à 12h00"},
    "hours-text-without-times": {"horaires": "mardi et jeudi matin"},
    "hours-without-days": {"horaires": "09:00-17:00"},
    "date-to-iso": {"date_maj": "15/03/2021"},
    "date-without-day": {"date_maj": "Mars 2021"},
    "date-placeholder": {"date_maj": "1970-01-01"},
    "date-impossible": {"date_maj": "2921-03-15"},
    "date-from-serial": {"date_maj": "45293"},
    "date-year-cut": {"date_maj": "3/4/24"},
    "date-unreadable": {"date_maj": "hier"},
    "pivot-ornaments-removed": {"pivot": "434 933 123 00029"},
    "pivot-zero-restored": {"pivot": "10000008"},
    "pivot-rounded-by-spreadsheet": {"pivot": "4,34933E+13"},
    "pivot-siren-only": {"pivot": "552100554"},
    "pivot-check-digit": {"pivot": "43493312300028"},
    "pivot-unreadable": {"pivot": "12"},
    "value-exact-spelling": {"frais_a_charge": "GRATUIT"},
    "value-carried-to-v1": {"labels_nationaux": "CNFS"},
    "value-without-equivalent": {"labels_nationaux": "APTIC"},
    "value-not-in-list": {"frais_a_charge": "Gratuit pour les adhérents"},
    "everyone-is-no-specific-audience": {"publics_accueillis": "Tout public"},
    "suspect-substring-artefact": {"typologie": "CC|CCAS"},
    "suspect-free-and-conditional": {"frais_a_charge": "Gratuit|Gratuit sous condition"},
    "summary-moved-to-detail": {"presentation_resume": LONG},
    "summary-too-long": {"presentation_resume": LONG, "presentation_detail": "Détail."},
}


def test_every_rule_is_shown_at_work() -> None:
    assert set(AT_WORK) == set(RULES)


def test_a_right_row_calls_for_no_rule() -> None:
    cleaned = clean_row(PLACE)
    assert (cleaned.notes, cleaned.refusals) == ((), ())


@pytest.mark.parametrize("code", sorted(AT_WORK))
def test_a_rule_speaks_when_it_must(code: str) -> None:
    cleaned = clean_row({**PLACE, **AT_WORK[code]})
    said = {note.rule for note in (*cleaned.notes, *cleaned.refusals)}
    assert code in said
    assert said <= set(RULES)


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_says_how_to_mend_in_both_languages(code: str) -> None:
    rule = RULES[code]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", code)
    assert "la source," in rule.sentence("fr")
    assert "t the source," in rule.sentence("en")


def test_no_rule_of_the_code_is_missing_from_the_catalogue() -> None:
    package = Path(str(harvester.clean.__file__)).parent
    written = {
        node.value
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    codes = {text for text in written if re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", text)}
    assert codes - set(RULES) == {"latin-1", "nth-1", "utf-8"}
    assert set(RULES) - codes == set()
