"""Opening hours: OSM kept, French translated, the rest kept as it was written."""

import pytest

from harvester.clean.hours.clean import clean_hours, is_osm, week_from_days

TRANSLATED = [
    ("Du lundi au vendredi de 8h45 à 12h00 et de 14h00 à 16h30", "Mo-Fr 08:45-12:00,14:00-16:30"),
    ("Lundi à vendredi 9h12h-14h-17h", "Mo-Fr 09:00-12:00,14:00-17:00"),
    ("lundi-vendredi 08.30-17:30", "Mo-Fr 08:30-17:30"),
    (
        "Lundi et mercredi 9h-12h/14h-21h; mardi 14-18h",
        "Mo,We 09:00-12:00,14:00-21:00; Tu 14:00-18:00",
    ),
    (
        "Mar et ven: 15h/18h - mer et sam: 10h/12h 15h/18h",
        "Tu,Fr 15:00-18:00; We,Sa 10:00-12:00,15:00-18:00",
    ),
    ("Lun/mar/sam: 14h30/17h30 mer/ven: 9h30/12h30", "Mo,Tu,Sa 14:30-17:30; We,Fr 09:30-12:30"),
    ("mardi mercredi 12h30-17h|samedi 9h-12h", "Tu,We 12:30-17:00; Sa 09:00-12:00"),
    ("LUNDI DE 18H A 19H", "Mo 18:00-19:00"),
    ("Lundi entre 9h et 12h", "Mo 09:00-12:00"),
    ("L, Ma, J : 9h-12h", "Mo,Tu,Th 09:00-12:00"),
    ("Samedi de 9h à midi", "Sa 09:00-12:00"),
    ("Vendredi 20h - minuit", "Fr 20:00-24:00"),
    ("9h-12h et 14h-18h du lundi au vendredi", "Mo-Fr 09:00-12:00,14:00-18:00"),
    ("Lundi : 14h - 17HMardi : 9H30 - 12H", "Mo 14:00-17:00; Tu 09:30-12:00"),
    ("Lundi\n13h30 – 17h30\nMardi\nFermé", "Mo 13:30-17:30"),
    ("Du lundi au vendredi : 9h - 12h\nfermé le mercredi", "Mo,Tu,Th,Fr 09:00-12:00"),
    ("lundi 9h-12h, fermé les jours fériés", "Mo 09:00-12:00; PH off"),
    ("Lundi au vendredi 9h-17h sauf jours fériés", "Mo-Fr 09:00-17:00; PH off"),
    ("Mardi 9h-12h hors vacances scolaires", "Tu 09:00-12:00; SH off"),
    ("En période scolaire : mercredi 14h-18h", "We 14:00-18:00; SH off"),
    ("Le troisième jeudi du mois de 9h15 à 12h00", "Th[3] 09:15-12:00"),
    ("Les deuxième et quatrième lundis du mois de 14h00 à 17h", "Mo[2,4] 14:00-17:00"),
    ("Le dernier samedi de chaque mois, de 9 heures à 12 h 30", "Sa[-1] 09:00-12:30"),
    (
        "Semaine paire : lundi 9h-12h ; semaine impaire : mardi 14h-17h",
        "week 2-52/2 Mo 09:00-12:00; week 1-53/2 Tu 14:00-17:00",
    ),
    ("Mardi 9h-12h (semaines impaires)", "week 1-53/2 Tu 09:00-12:00"),
    (
        "Du lundi au vendredi, de 8h30 à 17h, sur rendez-vous uniquement",
        'Mo-Fr 08:30-17:00 "sur rendez-vous"',
    ),
    ("Lundi : 9h-12h sur rdv ; Mardi : 9h-12h", 'Mo 09:00-12:00 "sur rendez-vous"; Tu 09:00-12:00'),
    ("24h/24 7j/7", "24/7"),
    ("7j/7 de 8h à 20h", "Mo-Su 08:00-20:00"),
    ("Mo-Fr 14:00-19:00 ;Sa 14 :00-18h00", "Mo-Fr 14:00-19:00; Sa 14:00-18:00"),
    ("Mo-Fr 9h-12h30,13h30-17h; We off", "Mo,Tu,Th,Fr 09:00-12:30,13:30-17:00"),
]

RIGHT = [
    "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00",
    "24/7",
    "Mo-Fr 08:30-12:00, 13:30-17:00",
    "week 1-53/2 Mo 09:00-12:00",
    "Th[3] 09:15-12:00; PH off",
    'Mo 09:00-12:00 "sur rendez-vous"',
    "Tu,Fr 9:00-12:00",
]

VERBATIM = [
    "Les mardis toutes les trois semaines de 13h00 à 16h00",
    "Une fois par mois à la demande",
    "Un lundi après-midi sur deux de 14h00 à 17h00",
    "Les premiers samedis du mois",
    "Le premier mardi de 9h à 12h",
    "Lundi matin, mardi 9h-12h",
    "Lundi au vendredi : 9h à 18h (lundi et jeudi matin fermé)",
    "9h à 12h / 13h à 17h (17h30 le mercredi)",
    "Le lundi de 9h00 à 12h00 et sur rendez-vous.",
    "Mardi 9:00 - 12:30 / Sur RDV",
    "Lundi Sur RDV : 8:30 - 11:45 / Sans RDV : 13:30 - 17:15",
    "Lundi au vendredi 12h-19h, matin sur rendez-vous",
    "Sur rendez-vous lundi au jeudi : 9h - 17h; vendredi 9h-16h",
    "Accueil téléphonique : lundi 8h à 16h",
    "Lundi 9h-12h d'octobre à juin",
    "Lundi - mardi - jeudi 9h-12h",
    "Mar à ven : 10h/17h mer : 10h/18h",
    "Lundi 9h et 14h",
    "Lundi 14h-12h",
    "Mardi 25h-26h",
    "Tous les deux jours 9h-20h",
    "Lundi 9h-12h (semaines paires) mardi 9h-12h",
    "Tu 08:00-13:45-16:30",
    "Mo 08:22",
    "lundi 00h-00h",
    "9h-12h",
    "Selon planning bus",
    "Fermé",
    "lundi " * 2_000,
]


@pytest.mark.parametrize(("french", "osm"), TRANSLATED)
def test_hours_that_are_understood_become_osm(french: str, osm: str) -> None:
    found = clean_hours("horaires", french)
    assert found.osm == osm
    assert found.verbatim is None
    assert [note.level for note in found.notes] == ["repair"]
    assert clean_hours("horaires", osm).notes == ()


@pytest.mark.parametrize("osm", RIGHT)
def test_right_hours_pass_untouched(osm: str) -> None:
    found = clean_hours("horaires", osm)
    assert (found.osm, found.verbatim, found.notes) == (osm, None, ())


@pytest.mark.parametrize("text", VERBATIM)
def test_hours_that_say_more_are_never_falsified(text: str) -> None:
    found = clean_hours("horaires", text)
    assert (found.osm, found.verbatim) == ("", text)
    (note,) = found.notes
    assert note.level == "warning"
    assert note.rule in {
        "hours-kept-verbatim", "hours-text-without-days", "hours-text-without-times",
    }  # fmt: skip


def test_osm_without_days_is_kept_with_a_doubt() -> None:
    found = clean_hours("horaires", "09:00-17:00")
    assert found.osm == "09:00-17:00"
    assert [note.rule for note in found.notes] == ["hours-without-days"]


@pytest.mark.parametrize(
    ("days", "osm"),
    [
        ({"lundi": "9h - 12h", "mardi": "9:00 - 12:00", "mercredi": ""}, "Mo,Tu 09:00-12:00"),
        ({"Mo": "08:30 - 12:00 / 14:00 - 17:", "Tu": "9h-12h"}, None),
        ({"lundi": "FERME", "dimanche": "-", "samedi": "non"}, None),
        ({"lundi": "Fermé", "samedi": "9h30 à 12h30"}, "Sa 09:30-12:30"),
        ({"lundi": "14h-16h30 (sur rdv)"}, 'Mo 14:00-16:30 "sur rendez-vous"'),
        ({"lundi": "Lundi de 9h/12h 14h/17h"}, "Mo 09:00-12:00,14:00-17:00"),
        ({"lundi": "mardi 9h-12h"}, None),
        ({"lundi": "00:00 - 00:00 / 08:30 - 16:00"}, "Mo 08:30-16:00"),
        ({"lundi": "09:00 - 17:00 / 09:00 - 17:00"}, "Mo 09:00-17:00"),
        ({"lundi": "08:30 - 16:00 / 08:30 - 16:30"}, None),
        (
            {"jeudi": "Semaines paires : 9:00 - 12:00 // Semaines impaires : 9:00 - 18:00"},
            "week 1-53/2 Th 09:00-18:00; week 2-52/2 Th 09:00-12:00",
        ),
        (
            {"jeudi": "Semaines paires : 10h-12h // Semaines impaires : fermé"},
            "week 2-52/2 Th 10:00-12:00",
        ),
        ({"jour": "9h-12h"}, None),
        ({}, None),
    ],
)
def test_one_column_a_day(days: dict[str, str], osm: str | None) -> None:
    assert week_from_days(days) == osm
    assert osm is None or is_osm(osm)
