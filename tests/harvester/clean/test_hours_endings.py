"""Hours that end in a yearly closure, or in one day that ends earlier; why others stay text."""

import pytest

from harvester.clean.hours.clean import clean_hours, is_osm

READ = [
    ("lundi au vendredi 9h-12h, fermé en août", "Mo-Fr 09:00-12:00; Aug off"),
    ("Lundi au vendredi 9h-12h. Fermeture annuelle : juillet et août.",
     "Mo-Fr 09:00-12:00; Jul-Aug off"),
    ("lundi 9h-12h ; samedi 10h-12h ; fermé au mois d'août",
     "Mo 09:00-12:00; Sa 10:00-12:00; Aug off"),
    ("lundi au vendredi 9h-12h (fermé du 1er au 15 août)", "Mo-Fr 09:00-12:00; Aug 01-Aug 15 off"),
    ("lundi 9h-12h, fermé du 20 décembre au 3 janvier", "Mo 09:00-12:00; Dec 20-Jan 03 off"),
    ("1er samedi du mois 9h-12h, fermé en août", "Sa[1] 09:00-12:00; Aug off"),
    ("Lun-Ven : 8h30–12h00 et 13h30–17h00 (16h30 le vendredi)",
     "Mo-Th 08:30-12:00,13:30-17:00; Fr 08:30-12:00,13:30-16:30"),
    ("lundi au vendredi 9h-17h (vendredi jusqu'à 16h)", "Mo-Th 09:00-17:00; Fr 09:00-16:00"),
    ("lundi au vendredi 9h-12h (vendredi 11h30), fermé en août",
     "Mo-Th 09:00-12:00; Fr 09:00-11:30; Aug off"),
    ("9h-12h / 14h-18h du lundi au vendredi", "Mo-Fr 09:00-12:00,14:00-18:00"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "osm"), READ)
def test_an_end_that_means_one_thing_is_read(text: str, osm: str) -> None:
    found = clean_hours("horaires", text)
    assert (found.osm, found.verbatim) == (osm, None)
    assert is_osm(osm)
    assert [note.rule for note in found.notes] == ["hours-french-to-osm"]


KEPT = [
    ("lundi 9h-12h, samedi 10h-12h, fermé en août", "hours-kept-verbatim"),
    ("lundi 9h-12h (samedi 10h-12h, fermé en août)", "hours-kept-verbatim"),
    ("lundi 9h-12h, fermé en août 2026", "hours-kept-verbatim"),
    ("lundi 9h-12h, mardi fermé en août", "hours-kept-verbatim"),
    ("lundi 9h-12h, fermé en juillet et septembre", "hours-kept-verbatim"),
    ("lundi 9h-12h, fermé du 30 au 31 février", "hours-kept-verbatim"),
    ("lundi 9h-12h, fermé du 15 au 3 août", "hours-kept-verbatim"),
    ("lundi au vendredi 9h-12h (14h le samedi)", "hours-kept-verbatim"),
    ("lundi au vendredi 9h-12h (14h le vendredi)", "hours-kept-verbatim"),
    ("fermé en août", "hours-kept-verbatim"),
    ("sur projet", "hours-kept-verbatim"),
    ("9h00 à 12h00", "hours-text-without-days"),
    ("9h-12h / 14h-18h", "hours-text-without-days"),
    ("mardi et jeudi matin", "hours-text-without-times"),
    ("1er samedi du mois", "hours-text-without-times"),
    ("lundi " + "et mardi " * 200, "hours-kept-verbatim"),
]


@pytest.mark.parametrize(("text", "rule"), KEPT)
def test_what_may_mean_two_things_stays_as_it_is_and_why_is_said(text: str, rule: str) -> None:
    found = clean_hours("horaires", text.strip())
    assert (found.osm, found.verbatim) == ("", text.strip())
    assert [note.rule for note in found.notes] == [rule]
