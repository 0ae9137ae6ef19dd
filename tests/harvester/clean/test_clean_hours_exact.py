"""Hours that say what their source says: each kind of falsehood, its near misses, and laws."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from harvester.clean.hours.clean import clean_hours
from harvester.tabular.apply import hours_text
from harvester.tabular.mapping import Hours

VERBATIM = ""

HOLIDAYS = {
    "A1-one-day-in-brackets": (
        "Lundi 9h-12h (sauf jours fériés), samedi 9h-12h",
        "Mo 09:00-12:00; PH off; Sa 09:00-12:00",
    ),
    "A1-one-day-in-term": (
        "mardi 14h-17h en période scolaire, samedi 10h-12h",
        "Tu 14:00-17:00; SH off; Sa 10:00-12:00",
    ),
    "A1-last-line": (
        "Lundi : 9h-12h ; Mardi : 14h-17h ; Samedi : 9h30 à 12h (hors vacances)",
        "Sa 09:30-12:00; SH off; Mo 09:00-12:00; Tu 14:00-17:00",
    ),
    "A1-sentence-of-the-day": (
        "Lundi : 9h-12h ; Samedi : 9h30-12h. Fermé pendant les vacances",
        "Sa 09:30-12:00; SH off; Mo 09:00-12:00",
    ),
    "A1-between-day-and-times": (
        "mercredi hors vacances scolaires 14h-18h, samedi 9h-12h",
        "We 14:00-18:00; SH off; Sa 09:00-12:00",
    ),
    "A1-two-kinds-of-holidays-nested": (
        "Lundi : 9h-12h (sauf vacances scolaires et jours fériés) ; Mardi : 9h-12h (sauf jours "
        "fériés) ; Jeudi : 9h-12h",
        "Mo 09:00-12:00; SH off; Tu 09:00-12:00; PH off; Th 09:00-12:00",
    ),
    "A1-two-kinds-of-holidays-crossed": (
        "Lundi : 9h-12h (hors vacances scolaires) ; Mardi : 9h-12h (sauf jours fériés)",
        VERBATIM,
    ),
    "A1-whole-single": (
        "Lundi au vendredi 9h-12h et 14h-17h sauf jours fériés",
        "Mo-Fr 09:00-12:00,14:00-17:00; PH off",
    ),
    "A1-whole-sentence": (
        "Du lundi au vendredi 9h-17h. Le samedi 9h-12h. Fermé les jours fériés.",
        "Mo-Fr 09:00-17:00; Sa 09:00-12:00; PH off",
    ),
    "A1-whole-heading": (
        "En période scolaire : mardi 14h-17h, samedi 10h-12h",
        "Tu 14:00-17:00; Sa 10:00-12:00; SH off",
    ),
    "A1-heading-or-one": ("En période scolaire mardi 14h-17h, samedi 10h-12h", VERBATIM),
    "A1-last-or-all": ("Mardi 14h-17h, samedi 10h-12h (hors vacances scolaires)", VERBATIM),
    "A1-last-or-all-comma": ("Mardi 14h-17h, samedi 10h-12h, hors vacances", VERBATIM),
    "A1-last-or-all-semicolon": ("Lundi 9h-12h; samedi 9h-12h; hors vacances", VERBATIM),
    "A1-last-or-all-line": ("Lundi 9h-12h\nSamedi 10h-12h\n(hors vacances)", VERBATIM),
    "A1-before-or-after": ("mardi 14h-17h, en période scolaire, samedi 10h-12h", VERBATIM),
    "A1-no-separator": ("mardi 14h-17h en période scolaire samedi 10h-12h", VERBATIM),
    "A1-half-a-day": ("mercredi 9h-12h et 14h-18h en période scolaire", VERBATIM),
    "A1-half-in-brackets": ("lundi 9h-12h (et 14h-17h en période scolaire)", VERBATIM),
    "A1-range-before-times": (
        "du lundi au vendredi sauf jours fériés 9h-12h",
        "Mo-Fr 09:00-12:00; PH off",
    ),
    "A1-one-of-two-days": ("lundi, mardi hors vacances scolaires 9h-12h", VERBATIM),
    "A1-closed-in-term": ("mercredi fermé en période scolaire, mardi 14h-17h", VERBATIM),
    "A1-only-in-holidays": ("mardi 9h-12h pendant les vacances scolaires", VERBATIM),
    "A1-not-in-august": ("mercredi 14h-18h sauf août", VERBATIM),
    "A1-not-on-one-wednesday": ("mercredi 14h-18h sauf le 1er mercredi", VERBATIM),
    "A1-closing-is-no-hours": ("Lundi : 9h-12h ; Samedi : fermé pendant les vacances", VERBATIM),
    "A1-first-of-month-closed": ("fermé le 1er mardi du mois, lundi au jeudi 9h-12h", VERBATIM),
    "A1-first-of-month-more": ("9h à 12h30 (+14h-17h le 1er samedi du mois)", VERBATIM),
    "A1-even-weeks-of-one": ("Semaine paire : lundi 9h-12h. Mardi 14h-17h", VERBATIM),
    "A1-even-weeks-without-colon": ("Semaines paires lundi 9h-12h, mardi 14h-17h", VERBATIM),
    "A1-even-weeks-of-a-closed-day": ("lundi 9h-12h, mardi fermé (semaines paires)", VERBATIM),
    "A1-even-weeks-of-a-list": (
        "Semaine paire : Lundi : 9h-12h ; Mardi : 14h-17h",
        "week 2-52/2 Mo 09:00-12:00; week 2-52/2 Tu 14:00-17:00",
    ),
    "A1-by-appointment-in-part": ("lundi 9h-12h, mardi 14h-17h uniquement sur rdv", VERBATIM),
    "A1-by-appointment-half": ("lundi 9h-12h et 14h-17h uniquement sur rdv", VERBATIM),
}
RANGES = {
    "A2-dash-and-and": (
        "MARDI-JEUDI ET VENDREDI 9H00-12H00 / 13H30-16H30, MERCREDI ET SAMEDI 9H00-12H00",
        VERBATIM,
    ),
    "A2-dash-and-neighbour": ("mardi-jeudi et vendredi 9h-12h", VERBATIM),
    "A2-inner-day-other-hours": ("lundi-vendredi 9h-17h, mercredi 9h-12h", VERBATIM),
    "A2-inner-day-more-hours": ("du lundi au samedi 9h-12h, mercredi 14h-18h", VERBATIM),
    "A2-inner-day-first": ("mercredi 9h-12h, lundi-vendredi 9h-17h", VERBATIM),
    "A2-lists-in-part-the-same": ("lundi et mardi 9h-12h, mardi et jeudi 14h-17h", VERBATIM),
    "A2-space-alone": ("lundi vendredi 9h-17h", VERBATIM),
    "A2-slash-alone": ("lundi/vendredi 9h-17h", VERBATIM),
    "A2-space-in-a-list": (
        "lundi jeudi 9h-12h; mardi mercredi 9h-17h",
        "Mo,Th 09:00-12:00; Tu,We 09:00-17:00",
    ),
    "A2-neighbours": ("lundi mardi 9h-12h", "Mo,Tu 09:00-12:00"),
    "A2-dash-alone": ("lundi - jeudi 9h-12h", "Mo-Th 09:00-12:00"),
    "A2-dash-and-far-day": ("lundi-mercredi et samedi 9h-12h", "Mo-We,Sa 09:00-12:00"),
    "A2-inner-day-closed": ("lundi-vendredi 9h-12h, mercredi fermé", "Mo,Tu,Th,Fr 09:00-12:00"),
    "A2-inner-afternoon-added": (
        "du lundi au vendredi 9h-12h30 et le mardi après-midi de 14h à 17h",
        "Mo,We-Fr 09:00-12:30; Tu 09:00-12:30,14:00-17:00",
    ),
    "A2-inner-day-in-osm": (
        "Tu-Fr 13h30-18:00; We 10:00-12:30,13h30-18:00",
        "Tu,Th,Fr 13:30-18:00; We 10:00-12:30,13:30-18:00",
    ),
}
WORDS = {
    "A3-we-among-french-days": (
        "Lundi au vendredi : 14h-18h, WE : 10h-12h",
        "Mo-Fr 14:00-18:00; Sa,Su 10:00-12:00",
    ),
    "A3-we-alone": ("WE : 10h-12h", VERBATIM),
    "A3-we-alone-in-the-form-of-osm": ("WE 10:00-12:00", VERBATIM),
    "A3-week-end": ("week-end 10h-12h", "Sa,Su 10:00-12:00"),
    "A3-weekends": ("Les week-ends de 10h à 12h", "Sa,Su 10:00-12:00"),
    "A3-we-is-wednesday-in-osm": ("Mo,We 9h-12h", "Mo,We 09:00-12:00"),
    "A3-osm-untouched": ("We 10:00-12:00", "We 10:00-12:00"),
    "A3-we-is-the-week-end-after-osm": ("Mo-Fr 09:00-18:00; WE 10:00-12:00", VERBATIM),
    "A3-we-is-the-week-end-mended": ("Mo-Fr 9h-18h; WE 10h-12h", VERBATIM),
    "A3-we-small-after-all": ("mo-fr 09:00-18:00; we 10:00-12:00", VERBATIM),
    "A3-we-in-capitals": ("MO,TU,WE 09:00-18:00", "MO,TU,WE 09:00-18:00"),
    "A3-stop-after-a-whole-name": ("Sur rendez-vous le lundi. Mardi 9h-12h", VERBATIM),
    "A3-stop-after-a-closed-day": ("Fermé le lundi. Mardi 9h-12h", "Tu 09:00-12:00"),
    "A3-stop-after-the-exception": (
        "Lundi au vendredi 9h-17h, sauf mercredi. Samedi 9h-12h",
        "Mo,Tu,Th,Fr 09:00-17:00; Sa 09:00-12:00",
    ),
    "A3-stop-then-times": ("samedi. : 9h-12h", "Sa 09:00-12:00"),
    "A3-stops-of-short-names": ("Lun. Mar. Di. 9h-12h", "Mo,Tu,Su 09:00-12:00"),
    "A3-note-of-one-day": ("Lundi 9h-12h*, mardi 9h-12h. *Fermé les jours fériés", VERBATIM),
    "A3-note-of-weeks": ("Lundi*, mardi 9h-12h\n*semaines paires", VERBATIM),
    "A3-note-of-the-only-day": (
        "* Lundi 9h-12h * sur rdv",
        'Mo 09:00-12:00 "sur rendez-vous"',
    ),
    "A3-mar-is-mardi-or-march": ("Mar 10:00-12:00", VERBATIM),
    "A3-mar-is-mardi": ("Mar 10h-12h", "Tu 10:00-12:00"),
    "A3-mar-is-march": ("Mar-Oct Mo 10:00-12:00", "Mar-Oct Mo 10:00-12:00"),
    "A3-mar-before-english-days": ("Mar Mo-Fr 9h-12h", VERBATIM),
    "A3-two-tongues": ("Lundi au vendredi 9h-12h, We 14h-17h, Th 9h-12h", VERBATIM),
    "A3-plural-in-brackets": ("Mardi(s) 9h-12h", "Tu 09:00-12:00"),
    "A3-lone-letter": ("mardi, s 9h-12h", VERBATIM),
    "A3-two-days-of-m": ("L M M J V 9h-12h", VERBATIM),
    "A3-misspelt": ("mundi, mardi 9h-12h", VERBATIM),
    "A3-end-of-week": ("fin de semaine 10h-12h", VERBATIM),
    "A3-weekdays": ("en semaine 9h-12h", "Mo-Fr 09:00-12:00"),
    "A3-weekdays-and-we": (
        "En semaine 9h-17h, WE 10h-12h",
        "Mo-Fr 09:00-17:00; Sa,Su 10:00-12:00",
    ),
    "A3-weeks-a-and-b": ("en semaine A 9h-12h", VERBATIM),
    "A2-first-week-end": ("premier week-end du mois 9h-12h", VERBATIM),
    "A3-weekdays-after": ("9h-12h en semaine", "Mo-Fr 09:00-12:00"),
    "A3-even-weeks-are-no-weekdays": (
        "mardi en semaine paire 9h-12h",
        "week 2-52/2 Tu 09:00-12:00",
    ),
    "A3-every-day-of-the-week": ("tous les jours de la semaine 9h-12h", VERBATIM),
    "A3-every-working-day": ("tous les jours ouvrables 9h-12h", VERBATIM),
    "A3-every-public-holiday": ("tous les jours fériés 9h-12h", VERBATIM),
    "A3-working-days": ("jours ouvrables 9h-12h", VERBATIM),
    "A3-me": ("Me 9h-12h", "We 09:00-12:00"),
}
TIMES = {
    "A4-afternoon-first": ("lundi après-midi de 2h à 5h", "Mo 14:00-17:00"),
    "A4-afternoon-last": ("lundi de 2h à 5h l'après-midi", "Mo 14:00-17:00"),
    "A4-both-halves": ("lundi matin 9h-12h / après-midi 2h-6h", "Mo 09:00-12:00,14:00-18:00"),
    "A4-half-after-noon": ("lundi après-midi de midi à 2h", "Mo 12:00-14:00"),
    "A4-evening": ("mardi soir de 6h à 8h", "Tu 18:00-20:00"),
    "A4-right-already": ("lundi après-midi de 14h à 17h", "Mo 14:00-17:00"),
    "A4-morning-after-noon": ("lundi matin 12h-14h", VERBATIM),
    "A4-appointments": ("lundi 9h/10h/11h/12h", VERBATIM),
    "A4-spans-parted-by-slashes": ("lundi 9h/12h / 14h/17h", "Mo 09:00-12:00,14:00-17:00"),
    "A4-spans-with-slashes": ("lundi 9h/12h 14h/17h", "Mo 09:00-12:00,14:00-17:00"),
    "A4-no-word": ("lundi de 2h à 5h", VERBATIM),
    "A4-no-word-late": ("lundi de 5h à 7h", VERBATIM),
    "A4-morning-in-the-afternoon": ("lundi matin 14h-17h", VERBATIM),
    "A4-afternoon-over-noon": ("lundi après-midi 9h-17h", VERBATIM),
    "A4-backwards": ("lundi 14h - 5h", VERBATIM),
    "A4-backwards-by-day": ("lundi 17h-12h", VERBATIM),
    "A4-empty": ("lundi 8h - 8h", VERBATIM),
    "A4-all-week-empty": ("Mo-Sun 00:00-00:00", VERBATIM),
    "A4-sixty-minutes": ("lundi 9h60-12h", VERBATIM),
    "A4-pm-on-one-side": ("Mo 1:00-5:00 pm", VERBATIM),
    "A4-am-pm": ("Mo-Fr 9:00 AM - 5:00 PM", "Mo-Fr 09:00-17:00"),
    "A4-noon-pm": ("Monday 12:00 pm-5 p.m.", "Mo 12:00-17:00"),
    "A4-thirteen-pm": ("Mo 9 am - 13 pm", VERBATIM),
    "A4-midnight": ("lundi 20h - minuit", "Mo 20:00-24:00"),
    "A4-narrower-later": (
        "Lundi au vendredi 9h-12h et 14h-17h, vendredi 9h-12h",
        "Mo-Th 09:00-12:00,14:00-17:00; Fr 09:00-12:00",
    ),
    "A4-narrower-later-shorter": (
        "lundi au vendredi 9h-17h, vendredi 9h-16h",
        "Mo-Th 09:00-17:00; Fr 09:00-16:00",
    ),
    "A4-narrower-afternoon": (
        "lundi au vendredi 9h-12h et 14h-17h, vendredi 14h-16h",
        VERBATIM,
    ),
    "A4-wider-later": ("vendredi 9h-12h, lundi au vendredi 9h-17h", VERBATIM),
    "A4-more-or-other": ("Lundi au vendredi 8h-12h, lundi : 13h30-17h", VERBATIM),
    "A4-the-same-day-again": ("lundi 9h-12h, lundi 14h-17h", "Mo 09:00-12:00,14:00-17:00"),
    "A4-closed-at-noon": (
        "lundi au vendredi 9h-18h fermé de 12h à 14h",
        "Mo-Fr 09:00-12:00,14:00-18:00",
    ),
    "A4-closed-between": ("Mardi 9h-18h. Fermé entre 12h et 14h", "Tu 09:00-12:00,14:00-18:00"),
    "A4-closed-beyond": ("mardi 9h-18h, fermé de 12h à 19h", VERBATIM),
    "A4-closed-at-noon-on-some": ("mardi 9h-18h, fermé de 12h à 14h le jeudi", VERBATIM),
    "A4-closed-at-noon-of-several": ("mardi 9h-18h, samedi 9h-17h, fermé 12h-14h", VERBATIM),
    "A4-closed-from": ("mardi 9h-18h, fermé à 17h", VERBATIM),
    "A4-closed-at-noon-already": ("mardi 9h-12h 14h-18h, fermé de 12h à 14h", VERBATIM),
    "A4-on-request": ("Horaires sur demande", VERBATIM),
    "A4-closed-at-noon-elsewhere": ("mardi 9h-12h, lundi fermé 12h-14h", VERBATIM),
    "A4-open-and-closed": ("lundi 9h-12h, lundi fermé", VERBATIM),
    "A4-times-in-brackets": ("lundi 9h-12h (14h-17h)", VERBATIM),
    "A4-every-day": ("tous les jours 9h-12h", "Mo-Su 09:00-12:00"),
    "A4-every-day-after": ("9h-12h et 14h-17h, tous les jours", "Mo-Su 09:00-12:00,14:00-17:00"),
    "A4-every-day-of-a-range": ("tous les jours du mardi au samedi 9h-12h", "Tu-Sa 09:00-12:00"),
    "A4-every-day-and-one": (
        "tous les jours 9h-18h, dimanche 10h-12h",
        "Mo-Sa 09:00-18:00; Su 10:00-12:00",
    ),
    "A4-every-day-but-closed": ("tous les jours 9h-18h, fermé le mardi", "Mo,We-Su 09:00-18:00"),
    "A4-every-other-day": ("un jour sur deux 9h-12h", VERBATIM),
    "A4-except-a-day": ("tous les jours sauf dimanche 9h-18h", "Mo-Sa 09:00-18:00"),
    "A4-except-two-days": ("tous les jours sauf le lundi et le mardi 9h-18h", "We-Su 09:00-18:00"),
    "A4-except-then-a-day": ("tous les jours sauf mercredi, samedi 9h-12h", VERBATIM),
    "A4-except-in-brackets": ("mardi au samedi (sauf jeudi) : 9h-17h", "Tu,We,Fr,Sa 09:00-17:00"),
    "A4-except-after": ("mardi au samedi 9h-17h sauf jeudi", "Tu,We,Fr,Sa 09:00-17:00"),
    "A4-except-after-two-spans": ("mardi au samedi 9h-12h 14h-17h sauf jeudi", VERBATIM),
    "A4-except-a-half": ("mardi au samedi 9h-12h, sauf jeudi matin", VERBATIM),
    "A4-except-other-hours": ("mardi au samedi 9h-17h sauf jeudi 9h-12h", VERBATIM),
    "A4-except-once-a-month": ("mardi 9h-17h sauf le 1er mardi du mois", VERBATIM),
    "A4-except-a-day-that-is-not": ("mardi 9h-17h sauf jeudi", VERBATIM),
    "A4-except-the-only-day": ("mardi 9h-17h sauf mardi", VERBATIM),
    "A4-except-hours": ("mardi 9h-17h sauf 12h-14h", VERBATIM),
    "A4-except-nothing": ("mardi 9h-17h sauf", VERBATIM),
    "A1-except-day-and-holidays": (
        "tous les jours sauf dimanche et jours fériés 9h-18h",
        "Mo-Sa 09:00-18:00; PH off",
    ),
    "A1-closed-day-and-holidays": (
        "Lundi 9h-12h, samedi 9h-12h, fermé le dimanche et les jours fériés.",
        "Mo,Sa 09:00-12:00; PH off",
    ),
    "A1-open-day-and-holidays": ("dimanche et jours fériés 10h-12h", VERBATIM),
    "A1-first-closed-day-and-holidays": (
        "fermé dimanche et jours fériés, lundi 9h-12h",
        VERBATIM,
    ),
    "A1-feries-alone": ("lundi au vendredi 9h-17h sauf fériés", "Mo-Fr 09:00-17:00; PH off"),
    "A1-line-of-even-weeks-between": ("lundi 9h-12h\nsemaines impaires\nmardi 9h-12h", VERBATIM),
    "A1-lines-of-weeks": (
        "semaines impaires\nlundi 9h-12h\nsemaines paires\nmardi 9h-12h",
        "week 1-53/2 Mo 09:00-12:00; week 2-52/2 Tu 09:00-12:00",
    ),
    "A2-slash-then-another-day": ("lundi/vendredi 9h-17h, samedi 9h-12h", VERBATIM),
    "A2-blank-then-another-day": ("samedi 9h-12h, lundi vendredi 9h-17h", VERBATIM),
    "A2-slash-and-all-between": (
        "mardi/jeudi 9h-12h, mercredi 14h-17h",
        "Tu,Th 09:00-12:00; We 14:00-17:00",
    ),
    "A2-slash-and-one-between": ("lundi/vendredi 9h-17h, mercredi 14h-17h", VERBATIM),
    "A2-slashes-crossed": (
        "lundi/jeudi 9h-12h ; mardi/vendredi 14h-17h",
        "Mo,Th 09:00-12:00; Tu,Fr 14:00-17:00",
    ),
    "A2-first-of-a-range": ("1er lundi au vendredi du mois 9h-12h", VERBATIM),
    "A2-first-of-one-or-both": ("1er samedi et mardi du mois 9h-12h", VERBATIM),
    "A2-lines-as-columns": ("lundi mardi\n9h-12h 14h-17h", VERBATIM),
    "A2-lines-with-one-day": ("lundi au mardi\n9h-12h 14h-17h", "Mo,Tu 09:00-12:00,14:00-17:00"),
}
HALVES = {
    "closed-of-a-day": (
        "Du lundi au vendredi 9h-12h 14h-17h, fermé le mercredi après-midi",
        "Mo,Tu,Th,Fr 09:00-12:00,14:00-17:00; We 09:00-12:00",
    ),
    "except-a-half-after-two-spans": (
        "mardi au samedi 9h-12h et 14h-17h (sauf le jeudi matin)",
        "Tu,We,Fr,Sa 09:00-12:00,14:00-17:00; Th 14:00-17:00",
    ),
    "except-a-half-before": (
        "Du lundi au vendredi sauf mercredi après-midi : 9h-12h 14h-17h",
        "Mo,Tu,Th,Fr 09:00-12:00,14:00-17:00; We 09:00-12:00",
    ),
    "except-a-half-before-times": (
        "Du lundi au vendredi sauf mercredi matin 9h-12h 14h-17h",
        VERBATIM,
    ),
    "two-sentences": (
        "Fermé le lundi matin. Lundi au jeudi 9h-12h 14h-17h. Fermé le jeudi après-midi.",
        "Mo 14:00-17:00; Tu,We 09:00-12:00,14:00-17:00; Th 09:00-12:00",
    ),
    "holidays-as-well": (
        "lundi au jeudi 9h-12h 14h-17h (hors vacances), fermé le jeudi après-midi",
        "Mo-We 09:00-12:00,14:00-17:00; Th 09:00-12:00; SH off",
    ),
    "then-another-day": (
        "lundi au mercredi 9h-12h 14h-17h, mercredi après-midi fermé, samedi 9h-12h",
        "Mo,Tu 09:00-12:00,14:00-17:00; We,Sa 09:00-12:00",
    ),
    "other-half": ("lundi-vendredi 9h-12h, fermé l'après-midi", "Mo-Fr 09:00-12:00"),
    "other-half-after": ("lundi 9h-12h, après-midi fermé", "Mo 09:00-12:00"),
    "other-half-of-all": ("lundi 9h-12h, jeudi 9h-12h. Fermé l'après-midi", "Mo,Th 09:00-12:00"),
    "other-half-before": ("Lundi : fermé le matin - 14h-18h", "Mo 14:00-18:00"),
    "other-half-named": ("lundi : matin fermé, après-midi 14h-18h", "Mo 14:00-18:00"),
    "other-half-by-line": ("Lundi matin : fermé\nLundi après-midi : 14h-17h", "Mo 14:00-17:00"),
    "day-by-day": (
        "Lundi : Fermé au public le matin / 14h-18h ; Mardi : 9h-12h - fermé l'apm",
        "Mo 14:00-18:00; Tu 09:00-12:00",
    ),
    "own-day": (
        "lundi 9h-12h 14h-17h ; jeudi 9h-12h, fermé le jeudi après-midi",
        "Mo 09:00-12:00,14:00-17:00; Th 09:00-12:00",
    ),
    "one-or-two-days": ("lundi-jeudi 9h-12h 14h-17h, fermé mardi et jeudi après-midi", VERBATIM),
    "up-to-a-half": ("lundi-jeudi 9h-12h 14h-17h, fermé du mardi au jeudi matin", VERBATIM),
    "and-another-half": (
        "lundi-jeudi 9h-12h 14h-17h, fermé lundi matin et jeudi après-midi",
        VERBATIM,
    ),
    "then-a-day-closed-too": (
        "lundi-samedi 9h-12h 14h-17h, fermé jeudi après-midi, samedi 9h-12h",
        VERBATIM,
    ),
    "over-noon": ("lundi-vendredi 9h-17h, fermé le mercredi après-midi", VERBATIM),
    "past-noon": ("lundi-vendredi 9h-14h, fermé l'après-midi", VERBATIM),
    "at-midday": ("lundi-vendredi 9h-12h 12h-14h, fermé jeudi après-midi", VERBATIM),
    "with-an-evening": ("lundi-jeudi 9h-12h 14h-17h 18h-20h, fermé jeudi après-midi", VERBATIM),
    "nothing-to-close": ("lundi-vendredi 9h-12h, fermé le mercredi après-midi", VERBATIM),
    "nothing-left": ("lundi-vendredi 14h-17h, fermé le mercredi après-midi", VERBATIM),
    "told-and-closed": ("jeudi 9h-12h 14h-17h, fermé le jeudi après-midi", VERBATIM),
    "open-and-closed": ("lundi : fermé le matin, 9h-12h", VERBATIM),
    "of-one-or-all": ("lundi 9h-12h 14h-17h, mardi 9h-12h, fermé l'après-midi", VERBATIM),
    "no-hours": ("Fermé le mardi. Fermé le lundi matin", VERBATIM),
    "not-until-when": ("lundi fermé le matin, mardi 9h-12h", VERBATIM),
    "some-weeks": ("semaines paires : lundi-jeudi 9h-12h 14h-17h, fermé jeudi matin", VERBATIM),
    "once-a-month": ("lundi-jeudi 9h-12h 14h-17h, fermé le 1er jeudi matin du mois", VERBATIM),
    "in-holidays": (
        "lundi-jeudi 9h-12h 14h-17h, fermé jeudi matin pendant les vacances",
        VERBATIM,
    ),
    "some-hours-of-it": ("lundi-jeudi 9h-12h 14h-17h, fermé jeudi après-midi 14h-15h", VERBATIM),
}
CASES = HOLIDAYS | RANGES | WORDS | TIMES | HALVES


@pytest.mark.parametrize(("text", "osm"), CASES.values(), ids=CASES)
def test_hours_say_what_their_source_says(text: str, osm: str) -> None:
    found = clean_hours("horaires", text)
    assert found.osm == osm
    assert found.verbatim == (None if osm else text)
    assert [note.level for note in found.notes] in ([["repair"], []] if osm else [["warning"]])


DOUBTFUL = (
    "We 14:00-14:00", "Fr 17:00-12:00", "Mo-Fr 09:00-12:00,14:00-14:00", "Th 00:00-00:00",
    "Mo 9:00-09:00", "Mo 14:30-14:15", "Mo-Fr 09:00-12:00; Sa 19:00 - 11:00", "Mo-Su 00:00-00:00",
    "Mo 10:00-02:00", "Mo 14:00-05:00", "Mo-Th 08:30-12:30; Fr 03:30-12:30,13:30-14:30",
    "Tu 14:00-16:00; Th 01:00-12:00,17:00-18:30", "Mo-Fr 09:00-12:15; Th 4:00 - 18:00",
    "Mo 00:01-12:00", "Mo 04:59-12:00",
)  # fmt: skip
POSSIBLE = (
    "Fr,Sa 18:00-02:00", "Fr 20:00-26:00", "Mo 00:00-24:00", "Fr 14:00-00:00", "Sa 22:00-06:00",
    'Mo 09:00-12:00 "pause 14:00-14:00"', "2026 Jul 01-2026 Aug 31 Mo-Fr 09:00-12:00", "24/7",
    "Mo-Su 00:00-24:00", "Fr 22:00-26:00", "Mo 05:00-12:00", "Fr 22:00-24:00; Sa 00:00-02:00",
)  # fmt: skip


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a5_an_empty_reversed_or_night_range_is_kept_as_text(text: str) -> None:
    found = clean_hours("horaires", text)
    assert (found.osm, found.verbatim) == ("", text)
    assert [(note.rule, note.level) for note in found.notes] == [
        ("hours-range-doubtful", "warning")
    ]


@pytest.mark.parametrize("text", POSSIBLE)
def test_a5_ranges_that_may_be_meant_pass(text: str) -> None:
    found = clean_hours("horaires", text)
    assert (found.osm, found.notes) == (text, ())


def test_a1_what_one_cell_says_is_said_of_its_day() -> None:
    days = {"monday": ("lundi",), "saturday": ("samedi",)}
    cells = {"lundi": "9h-12h", "samedi": "9h30-12h; hors vacances"}
    text = hours_text(Hours(days), cells)
    assert text == "Lundi : 9h-12h ; Samedi : 9h30-12h / hors vacances"
    assert clean_hours("horaires", text).osm in ("", "Sa 09:30-12:00; SH off; Mo 09:00-12:00")


# ------------------------------------------------------------------ laws

FRENCH = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONDAY = datetime(2026, 3, 2)  # noqa: DTZ001 - by the clock of the place; a week without holidays
Pairs = tuple[tuple[int, int], ...]
Week = dict[int, Pairs]
Writer = Callable[[Week, str, str, str, str], str]


@st.composite
def days_of_pairs(draw: st.DrawFn) -> Pairs:
    """Draw one or two spans of a day, in minutes."""
    edges = draw(st.lists(st.integers(13, 46), min_size=2, max_size=4, unique=True).map(sorted))
    edges = edges[: len(edges) // 2 * 2]
    return tuple((a * 30, b * 30) for a, b in zip(edges[::2], edges[1::2], strict=True))


weeks = st.dictionaries(st.integers(0, 6), days_of_pairs(), min_size=1)


def hour(minutes: int, form: str) -> str:
    if form == "h":
        return f"{minutes // 60}h{minutes % 60:02d}" if minutes % 60 else f"{minutes // 60}h"
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def by_day(week: Week, form: str, dash: str, link: str, separator: str) -> str:
    parts = []
    for day, pairs in sorted(week.items()):
        times = link.join(f"{hour(a, form)}{dash}{hour(b, form)}" for a, b in pairs)
        parts.append(f"{FRENCH[day].capitalize()} : {times}")
    return separator.join(parts)


def grouped(week: Week, form: str, dash: str, link: str, separator: str) -> str:
    groups: dict[Pairs, list[str]] = {}
    for day, pairs in sorted(week.items()):
        groups.setdefault(pairs, []).append(FRENCH[day])
    parts = []
    for pairs, names in groups.items():
        listed = ", ".join(names[:-1]) + (" et " if names[1:] else "") + names[-1]
        times = link.join(f"de {hour(a, form)}{dash}{hour(b, form)}" for a, b in pairs)
        parts.append(f"Le {listed} {times}")
    return separator.join(parts)


def spans_of(osm: str, weeks_on: int = 0) -> Week:
    start = MONDAY + timedelta(weeks=weeks_on)
    found: Week = {}
    for begin, end, state, _ in OpeningHours(osm, country="FR", auto_country=False).intervals(
        start, start + timedelta(days=7)
    ):
        if str(state) == "open":
            day = (begin - start).days
            minutes = [one.hour * 60 + one.minute for one in (begin, end)]
            found[day] = (*found.get(day, ()), (minutes[0], minutes[1]))
    return found


@given(
    weeks,
    st.sampled_from(("h", ":")),
    st.sampled_from((" à ", "-", " - ", "/")),
    st.sampled_from((" et ", ", ", " / ", " ")),
    st.sampled_from(("; ", "\n", " ; ", ". ")),
    st.sampled_from((by_day, grouped)),
)
def test_a_week_written_in_french_is_that_week(
    week: Week, form: str, dash: str, link: str, separator: str, write: Writer
) -> None:
    found = clean_hours("horaires", write(week, form, dash, link, separator))
    assert spans_of(found.osm) == week


@given(weeks, st.sampled_from(("(sauf jours fériés)", "sauf les jours fériés")), st.data())
def test_a_remark_about_one_day_leaves_the_others_alone(
    week: Week, remark: str, data: st.DataObject
) -> None:
    chosen = data.draw(st.sampled_from(sorted(week)))
    parts = [
        by_day({day: pairs}, "h", "-", ", ", "") + (f" {remark}" if day == chosen else "")
        for day, pairs in week.items()
    ]
    osm = clean_hours("horaires", " ; ".join(parts)).osm
    assert spans_of(osm) == week
    holidays = {0: 5, 3: 10}  # Easter Monday, Ascension Day: in which week
    for day, weeks_on in holidays.items():
        expected = {one: pairs for one, pairs in week.items() if one != day or day != chosen}
        assert spans_of(osm, weeks_on) == expected


@given(
    weeks,
    st.text(alphabet="bkqwxyz", min_size=3, max_size=8).filter(lambda word: "we" not in word),
    st.sampled_from((by_day, grouped)),
    st.data(),
)
def test_a_word_that_is_not_known_is_never_dropped(
    week: Week, word: str, write: Writer, data: st.DataObject
) -> None:
    words = write(week, "h", "-", " et ", " ; ").split(" ")
    words.insert(data.draw(st.integers(0, len(words))), word)
    found = clean_hours("horaires", " ".join(words))
    assert (found.osm, found.verbatim) == ("", " ".join(words))
